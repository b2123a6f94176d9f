"""Programs of Debian's that are in nobody's way: see `unpack` in cmake/packages.txt."""
import os
import shutil
from pathlib import Path

UNPACKED = Path(__file__).resolve().parents[3] / "build/unpacked/usr"


def tool(name):
    """Where it is, installed or unpacked by ./test."""
    folders = (os.environ["PATH"], "/usr/sbin", f"{UNPACKED}/bin", f"{UNPACKED}/sbin")
    found = shutil.which(name, path=os.pathsep.join(folders))
    assert found, f"{name} is not there; ./test fetches it"
    return found
