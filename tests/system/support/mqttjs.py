"""npm's mqtt, fetched once."""
import fcntl
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "mqttjs"
# Where npm may write.
FOLDER = Path(os.environ["MQTTJS_FOLDER"])


def install():
    """What package-lock.json says, unless it is there. The folder of the package."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Several tests want it, at the same time.
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install()
    return FOLDER / "node_modules/mqtt"


def _install():
    done = FOLDER / "installed.json"
    wanted = (HERE / "package-lock.json").read_text()
    if done.exists() and done.read_text() == wanted:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, FOLDER / name)
    npm = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER,
                         capture_output=True, text=True)
    if npm.returncode != 0:
        raise AssertionError(f"npm could not fetch the package mqtt:\n{npm.stdout}{npm.stderr}")
    done.write_text(wanted)
