"""npm's mqtt, fetched once."""
import fcntl
import os
from pathlib import Path

from support import npm

HERE = Path(__file__).resolve().parents[1] / "mqttjs"
# Where npm may write.
FOLDER = Path(os.environ["MQTTJS_FOLDER"])


def install():
    """What package-lock.json says, unless it is there. The folder of the package."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Several tests want it, at the same time.
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        npm.install(HERE, FOLDER)
    return FOLDER / "node_modules/mqtt"
