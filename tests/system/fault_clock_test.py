"""F15, F16: a clock that jumps, and one that comes up in 1970."""
import json
import os
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import main
from support.client import Client
from support.gateway import ENVIRONMENT, Gateway, wait_until
from support.wire import V5, properties, u32

HOUR, YEAR = 3600, 365 * 24 * 3600


class Clock(unittest.TestCase):
    def start(self, offset=0):
        """A gateway whose wall clock is set with self.jump()."""
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-"))
        self.offset_file = Path(folder) / "offset"
        self.jump(offset)
        self.gateway = self.enterContext(Gateway(environment={
            "LD_PRELOAD": os.environ["CLOCK_JUMP_LIBRARY"],
            "CLOCK_JUMP": str(self.offset_file),
            "ASAN_OPTIONS": ENVIRONMENT["ASAN_OPTIONS"] + ":verify_asan_link_order=0"}))

    def jump(self, seconds):
        new = self.offset_file.with_suffix(".new")
        new.write_text(str(int(seconds)))
        new.replace(self.offset_file)

    def year(self):
        """As the gateway sees it."""
        with Client(self.gateway.port, "year") as client:
            client.subscribe("$SYS/broker/clients/year/state")
            return int(json.loads(client.message().payload)["since"][:4])

    def leave_behind(self):
        """Things with a time limit that must not feel a jump."""
        port = self.gateway.port
        away = Client(port, "away", version=V5, props=properties(wire.session_expiry(60)))
        away.subscribe("clock/#", 1)
        away.disconnect()
        publisher = Client(port, "publisher", version=V5)
        publisher.publish("clock/expiring", b"x", 1, props=properties(b"\x02" + u32(60)))
        publisher.publish("clock/kept", b"x", 1, retain=True, props=properties(b"\x02" + u32(60)))
        publisher.disconnect()
        self.alive = Client(port, "alive", keep_alive=2)
        self.watcher = Client(port, "watcher")
        self.watcher.subscribe("will")
        # Its will is due in 2 s: neither at once nor in an hour.
        Client(port, "dying", version=V5, props=properties(wire.session_expiry(60)),
               will=wire.Will("will", properties=properties(b"\x18" + u32(2)))).close()
        self.will_due = time.monotonic() + 2

    def check_what_was_left_behind(self):
        self.alive.ping()
        self.assertEqual(self.watcher.message(10).topic, "will")
        late = time.monotonic() - self.will_due
        self.assertGreater(late, -0.2)
        self.assertLess(late, 3)
        self.alive.ping()
        back = Client(self.gateway.port, "away", version=V5, clean=False)
        self.assertTrue(back.connack.session_present)
        self.assertEqual([back.message().topic for _ in range(2)], ["clock/expiring", "clock/kept"])
        back.subscribe("clock/kept")
        for client in (back, self.alive, self.watcher):
            client.close()

    def test_f15_keep_alive_is_not_stretched_by_a_jump_back(self):
        self.start()
        client = Client(self.gateway.port, "silent", version=V5, keep_alive=1)
        begin = time.monotonic()
        self.jump(-HOUR)
        self.assertEqual(client.end_of_connection(10).reason, 0x8D)
        self.assertGreater(time.monotonic() - begin, 1.4)
        client.close()

    def test_f15_an_hour_forward(self):
        self.start()
        self.leave_behind()
        self.jump(HOUR)
        self.check_what_was_left_behind()

    def test_f15_an_hour_back(self):
        self.start()
        self.leave_behind()
        self.jump(-HOUR)
        self.check_what_was_left_behind()

    def test_f15_a_year_forward(self):
        self.start()
        self.leave_behind()
        before = self.year()
        self.jump(YEAR)
        self.assertEqual(self.year(), before + 1)
        self.check_what_was_left_behind()

    def test_f16_no_clock_at_boot_then_the_time_is_set(self):
        self.start(-time.time())
        self.assertEqual(self.year(), 1970)
        self.leave_behind()
        self.jump(0)
        wait_until(lambda: self.year() > 2000)
        self.check_what_was_left_behind()


if __name__ == "__main__":
    main()
