"""The gateway's clocks, set by a test (clock_jump.cpp is preloaded)."""
import os
import tempfile
from pathlib import Path

from support.gateway import ENVIRONMENT


class Clocks:
    """Starts as the real ones plus that many seconds on the wall."""

    def __init__(self, wall=0):
        self._folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self._file = Path(self._folder.name) / "offset"
        self._wall, self._steady = wall, 0
        self._write()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def environment(self):
        """For the gateway. The address sanitizer wants to be the first library, but need not be."""
        return {"LD_PRELOAD": os.environ["CLOCK_JUMP_LIBRARY"], "CLOCK_JUMP": str(self._file),
                "ASAN_OPTIONS": ENVIRONMENT["ASAN_OPTIONS"] + ":verify_asan_link_order=0"}

    def jump(self, wall):
        """The wall clock alone is set: that many seconds from the real one."""
        self._wall = wall
        self._write()

    def pass_by(self, seconds):
        """Time passes on both. Who sleeps does not wake up from it: ask for something."""
        self._wall += seconds
        self._steady += seconds
        self._write()

    def _write(self):
        new = self._file.with_suffix(".new")
        new.write_text(f"{int(self._wall)} {int(self._steady)}")
        new.replace(self._file)
