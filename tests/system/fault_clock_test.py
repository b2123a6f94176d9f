"""F15, F16: a clock that jumps, and one that comes up in 1970."""
import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import main
from support.client import Client
from support.clocks import Clocks
from support.gateway import Gateway, wait_until
from support.wire import V5, properties, u32

HOUR, YEAR = 3600, 365 * 24 * 3600


class Clock(unittest.TestCase):
    def start(self, offset=0):
        """A gateway whose wall clock is set with self.jump()."""
        self.clocks = self.enterContext(Clocks(offset))
        self.jump = self.clocks.jump
        self.gateway = self.enterContext(Gateway(environment=self.clocks.environment()))

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


class Restart(unittest.TestCase):
    """What has a time limit, across restarts at each of which the wall clock is another one."""

    LIMIT = 100
    LASTING = properties(wire.session_expiry(0xFFFFFFFF))

    def start(self, wall):
        self.clocks = self.enterContext(Clocks(wall))
        self.gateway = self.enterContext(Gateway(environment=self.clocks.environment()))
        for name, props in (("away", properties(wire.session_expiry(self.LIMIT))),
                            ("lasting-1", self.LASTING), ("lasting-2", self.LASTING)):
            with self.client(name, props) as client:
                client.subscribe("queued", 1)
        with self.client("publisher") as publisher:
            for topic, retain in (("queued", False), ("retained", True)):
                publisher.publish(topic, b"x", 1, retain, properties(b"\x02" + u32(self.LIMIT)))

    def client(self, name, props=b"\0"):
        return Client(self.gateway.port, name, V5, clean=props == b"\0", props=props)

    def restart(self, wall):
        self.gateway.end()
        self.clocks.jump(wall)
        self.gateway.start()

    def expiries(self, client):
        """Of the messages that come without being asked for."""
        found = []
        for _ in range(2):  # what is retained may come after the first answer
            client.send(wire.pingreq())
            while (packet := client.receive()).type == wire.PUBLISH:
                message = packet.message()
                self.assertEqual((message.payload, message.properties[:1]), (b"x", b"\x02"))
                found.append(int.from_bytes(message.properties[1:], "big"))
        return found

    def check(self, lasting, longest):
        """What is there has no more time left than that; with 0 nothing may be there."""
        is_there = longest > 0
        self.assertEqual("\naway " in self.gateway.ask("clients"), is_there, "the session")
        with self.client("looker") as looker, self.client(lasting, self.LASTING) as queue:
            looker.subscribe("retained")
            for what, client in (("retained", looker), ("queued", queue)):
                expiries = self.expiries(client)
                self.assertEqual(len(expiries), is_there, what)
                if is_there:
                    self.assertLessEqual(expiries[0], longest)
                    self.assertGreater(expiries[0], longest - 20)

    def survive(self, *walls):
        """All is there as if no time had passed, but for that which passes now."""
        self.start(walls[0])
        for wall in walls[1:]:
            self.restart(wall)
        self.check("lasting-1", self.LIMIT)
        self.clocks.jump(0)
        self.clocks.pass_by(self.LIMIT + 1)
        self.check("lasting-2", 0)

    def test_f15_time_that_was_spent_off_counts(self):
        self.start(0)
        self.restart(self.LIMIT // 2)
        self.check("lasting-1", self.LIMIT // 2)
        self.clocks.pass_by(self.LIMIT // 2 + 1)
        self.check("lasting-2", 0)

    def test_f15_long_off(self):
        self.start(0)
        self.restart(YEAR)
        self.check("lasting-1", 0)

    def test_f15_the_clock_is_set_back_meanwhile(self):
        self.survive(0, -HOUR)

    def test_f15_there_and_back(self):
        self.survive(0, -YEAR, 0)

    def test_f16_no_clock_after_the_restart(self):
        self.survive(0, -time.time())

    def test_f16_no_clock_before_the_restart(self):
        self.survive(-time.time(), 0)

    def test_f16_never_a_clock(self):
        self.survive(-time.time(), -time.time(), -time.time())


if __name__ == "__main__":
    main()
