"""A power cut: a program's folder as the disk would have it, had the machine gone out with it."""
import os
import random
import tempfile
from pathlib import Path

from support.gateway import ENVIRONMENT

SECTOR_BYTES = 512


class Power:
    """Of one folder, for one process at a time.

    Start the program with `environment()`; once it was killed, and has been waited for, `cut()`
    puts what a power cut leaves in the folder's place. What was in the folder at the start is taken
    as being on the disk.
    """

    def __init__(self, folder, seed):
        self.folder = Path(folder)
        self.random = random.Random(seed)
        self._copy_folder = tempfile.TemporaryDirectory(prefix="kleber-synced-")
        self._copy = Path(self._copy_folder.name)

    def environment(self, stop_at=None):
        """With `stop_at` the program is killed at that change of the folder, counted from 1."""
        # The address sanitizer wants to be the first library, but need not be.
        options = ENVIRONMENT["ASAN_OPTIONS"] + ":verify_asan_link_order=0"
        variables = {"LD_PRELOAD": os.environ["LOST_WRITES_LIBRARY"], "ASAN_OPTIONS": options,
                     "LOST_WRITES_FOLDER": str(self.folder), "LOST_WRITES_COPY": str(self._copy)}
        if stop_at:
            variables["LOST_WRITES_STOP_AT"] = str(stop_at)
        return variables

    def cut(self):
        """How many sectors had not been synced, and how many of them are there all the same."""
        live, certain = self._live_names(), self._certain_names()
        unsynced = kept = 0
        after = {}
        # The names are those of the last sync of their folder, or those at the end.
        for name, file in (live if self.random.random() < 0.5 else certain).items():
            path = self._copy / file
            synced = path.read_bytes() if path.exists() else b""
            at_the_end = next((self.folder / n for n, f in live.items() if f == file), None)
            written = at_the_end.read_bytes() if at_the_end else synced
            after[name], of_file, kept_of_file = self._what_is_left(synced, written)
            unsynced += of_file
            kept += kept_of_file
        for path in self.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        for name, content in after.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)  # as it was made
        for path in self._copy.iterdir():
            path.unlink()
        return unsynced, kept

    def close(self):
        self._copy_folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _certain_names(self):
        lines = (self._copy / "names").read_text().splitlines()
        return {name: file for file, name in (line.split(" ", 1) for line in lines)}

    def _live_names(self):
        """Name to file of the copy: `inode.use`, of which the last use is that of today."""
        uses = {}
        for path in self._copy.glob("*.*"):
            inode, _, use = path.name.partition(".")
            if use.isdigit():
                uses[int(inode)] = max(int(use), uses.get(int(inode), 0))
        names = {}
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.name.endswith("-shm"):
                inode = path.stat().st_ino
                names[str(path.relative_to(self.folder))] = f"{inode}.{uses.get(inode, 0)}"
        return names

    def _what_is_left(self, synced, written):
        """Kinds of loss, as in tests/support/crash_file.cpp."""
        sectors = [at for at in range(0, len(written), SECTOR_BYTES)
                   if written[at:at + SECTOR_BYTES] != synced[at:at + SECTOR_BYTES]]
        if not sectors and len(synced) == len(written):
            return synced, 0, 0
        kind = self.random.choice(["none", "all", "beginning", "most", "some"])
        torn = None
        if kind == "none":
            kept = []
        elif kind == "all":
            return written, len(sectors), len(sectors)
        elif kind == "beginning":
            kept = sectors[:self.random.randrange(len(sectors) + 1)]
            torn = kept[-1] if kept else None
        else:
            share = 0.95 if kind == "most" else self.random.random()
            kept = [at for at in sectors if self.random.random() < share]
        left = bytearray(synced)
        if kind != "none" and len(written) < len(left) and self.random.random() < 0.5:
            del left[len(written):]
        for at in kept:
            sector = written[at:at + SECTOR_BYTES]
            if at == torn:
                sector = sector[:self.random.randrange(1, len(sector) + 1)]
            if len(left) < at + len(sector):
                left.extend(bytes(at + len(sector) - len(left)))
            left[at:at + len(sector)] = sector
        return bytes(left), len(sectors), len(kept)
