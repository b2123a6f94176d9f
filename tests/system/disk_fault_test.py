"""F6, F7, F24: the disk is full, broken, read-only or stands still for a while.

Nothing is acknowledged that is not safe; what needs no disk goes on; when the disk is back, so is
everything else, unaided. KLEBER_FAULT_SECONDS says how long a fault lasts.
"""
import contextlib
import os
import re
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import ALL_LINES, main
from support.client import Canary
from support.disk import Injection, SmallDisk
from support.fleet import Fleet
from support.gateway import Gateway
from support.members import Publisher, Subscriber

SECONDS = float(os.environ.get("KLEBER_FAULT_SECONDS", "2"))
CONFIG = ALL_LINES + '[limits]\ninflight = 100\nqueue = { messages = 1000000, bytes = "1 GB" }\n'
PAUSE_MAX = 0.5  # seconds that a client with no need of the disk may have to wait


class DiskFault(unittest.TestCase):
    def setUp(self):
        # Who needs the disk, and who does not though both have lasting sessions.
        self.publishers = [Publisher(f"publisher-{qos}", f"kept/{qos}", qos, 500) for qos in (1, 2)]
        self.offline = Subscriber("offline", "kept/#", 2)
        self.kept = Fleet(self.publishers, [self.offline])
        self.passing = Fleet([Publisher("passer", "passing", 1, 100)],
                             [Subscriber("online", "passing", 1)])

    def run_fleets(self, seconds, until=lambda: False):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until():
                return True
            self.kept.run(0.01)
            self.passing.run(0.01)
        return until()

    def connect(self, gateway):
        self.kept.connect(gateway.port, self.offline)
        self.passing.connect(gateway.port, *self.passing.subscribers)
        self.assertTrue(self.run_fleets(20, lambda: self.kept.is_subscribed()
                                        and self.passing.is_subscribed()))
        self.kept.leave(self.offline)
        self.kept.connect(gateway.port, *self.publishers)
        self.passing.connect(gateway.port, *self.passing.publishers)

    def finish(self, gateway):
        """Everything is drained and compared."""
        self.kept.connect(gateway.port, self.offline)
        self.kept.drain(30)
        self.passing.drain(10)
        counts = self.kept.counts()
        self.kept.leave(*self.kept.members)
        self.passing.leave(*self.passing.members)
        print(counts, end=" ")
        for name in ("lost", "doubled", "out_of_order", "sessions_lost"):
            self.assertEqual(counts[name], 0, f"{name}: {counts}")
        self.assertEqual(self.passing.counts()["lost"], 0)

    @staticmethod
    @contextlib.contextmanager
    def full(disk):
        with contextlib.suppress(OSError), open(disk.path / "filling", "wb", 0) as file:
            while True:
                file.write(bytes(4096))
        yield
        disk.resize("300m")

    def state(self, gateway):
        return gateway.status()["store"]["state"]

    def endure(self, gateway, fault):
        """`fault` is entered, lasts, and ends."""
        self.connect(gateway)
        self.run_fleets(1)
        passer = self.passing.publishers[0]
        with Canary(gateway, seconds_max=PAUSE_MAX) as canary:
            with fault:
                self.assertTrue(self.run_fleets(20, lambda: self.state(gateway) == "degraded"))
                status = gateway.status()["store"]
                self.run_fleets(0.2)  # acknowledgements that were on their way
                before = [publisher.acknowledged for publisher in self.publishers]
                passed = passer.acknowledged
                self.run_fleets(SECONDS)
                passed = passer.acknowledged - passed
                acknowledged = [p.acknowledged - n for p, n in zip(self.publishers, before)]
                self.assertEqual(self.state(gateway), "degraded")
            begin = time.monotonic()
            self.assertTrue(self.run_fleets(20, lambda: self.state(gateway) == "ok"))
            recovery = time.monotonic() - begin
            self.run_fleets(1)
        lines = len(re.findall(r"(error|warning): the store", gateway.log()))
        print(f"{status['reason']}: recovered in {recovery:.2f} s, {lines} lines in the log, "
              f"longest pause of others {max(canary.latencies):.3f} s, {passed} passed")
        self.assertEqual(acknowledged, [0, 0], "of what was not stored")
        self.assertGreater(passed, 50 * SECONDS)
        self.assertLess(recovery, 5)
        self.assertEqual(lines, 2)
        self.finish(gateway)

    def test_f6_the_disk_is_full(self):
        with SmallDisk("3m") as disk, Gateway(CONFIG, state=disk.path) as gateway:
            self.endure(gateway, self.full(disk))

    def test_f7_writing_fails(self):
        with Gateway(CONFIG) as gateway:
            self.endure(gateway, Injection(gateway, "pwrite64:error=EIO"))

    def test_f7_syncing_fails(self):
        with Gateway(CONFIG) as gateway:
            self.endure(gateway, Injection(gateway, "fsync,fdatasync:error=EIO"))

    def test_f24_the_disk_has_become_read_only(self):
        with Gateway(CONFIG) as gateway:
            self.endure(gateway, Injection(
                gateway, "pwrite64,ftruncate,fsync,fdatasync:error=EROFS"))

    def test_f7_the_disk_stands_still(self):
        with Gateway(CONFIG) as gateway:
            self.endure(gateway, Injection(gateway, "fsync,fdatasync:delay_enter=100000000"))

    def test_f7_now_and_then_syncing_fails(self):
        with Gateway(CONFIG) as gateway:
            self.connect(gateway)
            with Injection(gateway, "fsync,fdatasync:error=EIO:when=5+7"):
                self.run_fleets(SECONDS)
            self.finish(gateway)

    def test_f6_a_kill_while_the_disk_is_full(self):
        with SmallDisk("3m") as disk, Gateway(CONFIG, state=disk.path) as gateway:
            self.connect(gateway)
            self.run_fleets(1)
            with self.full(disk):
                self.assertTrue(self.run_fleets(20, lambda: self.state(gateway) == "degraded"))
                self.run_fleets(0.5)
                gateway.kill()
            self.kept.hear_out()
            self.passing.hear_out()
            gateway.start()
            self.kept.connect(gateway.port, *self.publishers)
            self.passing.connect(gateway.port, *self.passing.members)
            self.finish(gateway)


if __name__ == "__main__":
    main()
