"""The tool that cuts a program's power loses what was not synced, and nothing else (F3, F4)."""
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.power import Power

# Commits numbers, and says so after each.
COMMITTER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in sys.argv[2].split(";"):
    database.execute("PRAGMA " + pragma)
database.execute("CREATE TABLE IF NOT EXISTS kept (number INTEGER PRIMARY KEY, filling BLOB)")
number = database.execute("SELECT coalesce(max(number), 0) FROM kept").fetchone()[0]
for number in range(number + 1, number + 1 + int(sys.argv[3])):
    database.execute("INSERT INTO kept VALUES (?, zeroblob(?))", (number, number * 37 % 3000))
    print(number, flush=True)
"""
FULL = "journal_mode = WAL; synchronous = FULL; wal_autocheckpoint = 50"
NORMAL = "journal_mode = WAL; synchronous = NORMAL; wal_autocheckpoint = 50"
JOURNAL = "journal_mode = DELETE; synchronous = EXTRA"

# What is done to files where SQLite does not: replaced by another one, emptied, in a folder below.
REPLACER = """
import ctypes, os, sys
folder = sys.argv[1]
def write(name, text, flags=os.O_CREAT | os.O_TRUNC | os.O_WRONLY, sync=True):
    fd = os.open(os.path.join(folder, name), flags, 0o600)
    os.write(fd, text)
    if sync: os.fsync(fd)
    os.close(fd)
def sync_folder(name="."):
    fd = os.open(os.path.join(folder, name), os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)
def write_through_stdio(name, text):
    library = ctypes.CDLL(None)
    library.fopen.restype = ctypes.c_void_p
    file = ctypes.c_void_p(library.fopen(os.path.join(folder, name).encode(), b"w"))
    library.fputs(text, file)
    library.fflush(file)
    library.fsync(library.fileno(file))
    library.fclose(file)
os.mkdir(os.path.join(folder, "below"))
write("below/certain", b"first")
sync_folder("below")
write("below/certain", b"+second", os.O_WRONLY | os.O_APPEND)
write("replaced", b"old")
write("removed", b"kept")
write_through_stdio("stdio", b"certain")
sync_folder()
write("new", b"new")
os.rename(os.path.join(folder, "new"), os.path.join(folder, "replaced"))
os.unlink(os.path.join(folder, "removed"))
write("removed", b"made again")
write("unsynced", b"?", sync=False)
os.kill(os.getpid(), 9)
"""


class LostWrites(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        self.lost = self.cuts_with_loss = 0

    def start(self, power, pragmas, count, stop_at=None):
        return subprocess.Popen(
            ["/usr/bin/python3", "-c", COMMITTER, str(self.folder / "db"), pragmas, str(count)],
            stdout=subprocess.PIPE, env={**os.environ, **power.environment(stop_at)})

    def commit_until(self, process, count=None):
        """Kills it after so many; without a count waits for its end. The last one promised."""
        last = 0
        with process:
            for line in process.stdout:
                if line.endswith(b"\n"):
                    last = int(line)
                    if count is not None:
                        count -= 1
                        if count == 0:
                            process.kill()
        return last

    def check(self, promised):
        database = sqlite3.connect(self.folder / "db")
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        tables = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        last, count = 0, 0
        if tables:
            last, count = database.execute(
                "SELECT coalesce(max(number), 0), count(*) FROM kept").fetchone()
        database.close()
        self.assertEqual(count, last, "a hole")
        if last < promised:
            self.lost += promised - last
            self.cuts_with_loss += 1

    def cut_power_often(self, pragmas, cuts):
        for seed in range(cuts):
            with Power(self.folder, seed) as power:
                promised = self.commit_until(self.start(power, pragmas, 10_000),
                                             power.random.randrange(1, 300))
                power.cut()
                self.check(promised)

    def test_f3_full_synchronous_loses_nothing(self):
        self.cut_power_often(FULL, 20)
        self.assertEqual(self.lost, 0)

    def test_f3_a_rollback_journal_loses_nothing(self):
        self.cut_power_often(JOURNAL, 5)
        self.assertEqual(self.lost, 0)

    def test_f3_normal_synchronous_loses_what_it_promised(self):
        self.cut_power_often(NORMAL, 20)
        self.assertGreater(self.cuts_with_loss, 3)

    def test_f4_full_synchronous_loses_nothing_at_any_of_the_first_changes(self):
        for stop_at in range(1, 60):
            for path in self.folder.iterdir():
                path.unlink()
            with self.subTest(stop_at=stop_at), Power(self.folder, stop_at) as power:
                process = self.start(power, FULL, 20, stop_at)
                promised = self.commit_until(process)
                self.assertEqual(process.returncode, -signal.SIGKILL)
                power.cut()
                self.check(promised)
        self.assertEqual(self.lost, 0)

    def test_names_are_those_of_the_last_sync_or_those_at_the_end(self):
        seen = set()
        for seed in range(12):
            for name in ("below/certain", "replaced", "removed", "stdio", "unsynced"):
                (self.folder / name).unlink(missing_ok=True)
            if (self.folder / "below").exists():
                (self.folder / "below").rmdir()
            with Power(self.folder, seed) as power:
                subprocess.run(["/usr/bin/python3", "-c", REPLACER, str(self.folder)], check=False,
                               env={**os.environ, **power.environment()})
                power.cut()
            self.assertEqual((self.folder / "below/certain").read_bytes(), b"first+second")
            found = {path.name: path.read_bytes() for path in self.folder.iterdir()
                     if path.is_file()}
            self.assertEqual(found["stdio"], b"certain")
            unsynced = found.pop("unsynced", None)
            self.assertIn(unsynced, (None, b"", b"?"))
            seen.add((found["replaced"], found["removed"], unsynced is None))
        self.assertEqual(seen, {(b"old", b"kept", True), (b"new", b"made again", False)})


if __name__ == "__main__":
    unittest.main(verbosity=2)
