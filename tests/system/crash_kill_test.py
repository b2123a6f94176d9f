"""F1, F2, F5, F11, F20: kill -9 at any moment loses nothing that was acknowledged.

KLEBER_KILLS says how often the gateway is killed in the loop; the default is what ./test can afford.
"""
import os
import random
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Client
from support.fleet import Fleet
from support.gateway import Gateway
from support.members import Publisher, Subscriber
from support.wire import V5

KILLS = int(os.environ.get("KLEBER_KILLS", "20"))
CONFIG = ALL_LINES + '[limits]\ninflight = 100\nqueue = { messages = 1000000, bytes = "1 GB" }\n'



def make_fleet(rate, seed):
    publishers = [Publisher(f"publisher-{qos}", f"kill/{qos}", qos, rate) for qos in (1, 2)]
    subscribers = [Subscriber(name, "kill/#", qos, seed)
                   for name, qos in (("online-1", 1), ("online-2", 2), ("offline", 2))]
    return Fleet(publishers, subscribers)


def check(case, counts):
    for name in ("lost", "doubled", "out_of_order", "sessions_lost"):
        case.assertEqual(counts[name], 0, f"{name}: {counts}")


class KillLoop(unittest.TestCase):
    RATE = 1000  # a second and publisher

    def loop(self, durability, kills, patience=20):
        """The counts at the end, and the slowest start."""
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        lots = random.Random(seed)
        fleet = make_fleet(self.RATE, seed)
        offline = fleet.subscribers[-1]
        slowest = busy = 0
        with Gateway(CONFIG + f'[store]\ndurability = "{durability}"\n') as gateway:
            fleet.connect(gateway.port, *fleet.subscribers)
            self.assertTrue(fleet.run(20, fleet.is_subscribed))
            fleet.leave(offline)
            fleet.connect(gateway.port, *fleet.publishers)
            for kill in range(kills):
                begin = time.monotonic()
                fleet.run(lots.uniform(0.05, 1))
                busy += time.monotonic() - begin
                gateway.kill()
                fleet.hear_out()
                begin = time.monotonic()
                gateway.start()
                # For a few of the kills who was away for most of them is there, too.
                is_away = kill % 20 < 16 and kill < kills - 1
                fleet.connect(gateway.port,
                              *(m for m in fleet.members if m is not offline or not is_away))
                self.assertTrue(fleet.run(20, lambda: any(m.is_online for m in fleet.members)))
                slowest = max(slowest, time.monotonic() - begin)
            fleet.drain(patience + kills / 10)
            counts = fleet.counts()
            fleet.leave(*fleet.members)
        print(f"{durability}, {kills} kills: {counts}, {counts['acknowledged'] / busy:.0f} "
              f"messages/s, slowest start {slowest:.2f} s", flush=True)
        self.assertGreater(counts["acknowledged"], 100 * kills)
        return counts, slowest

    def test_f1_f2_nothing_is_lost(self):
        for durability, kills in (("power", KILLS), ("process", KILLS // 4)):
            counts, slowest = self.loop(durability, kills)
            check(self, counts)
            self.assertLess(slowest, 1)

    def test_f1_f2_the_same_kills_lose_something_where_nothing_is_kept(self):
        """Else they would prove nothing."""
        counts, _ = self.loop("memory", 3, 1)
        self.assertGreater(counts["lost"], 0)
        self.assertGreater(counts["sessions_lost"], 0)


class StopUnderLoad(unittest.TestCase):
    def test_f20_sigterm_loses_nothing(self):
        fleet = make_fleet(1000, 1)
        watcher = Subscriber("watcher", "will/#", 2)
        house = Fleet([], [watcher])
        with Gateway(CONFIG) as gateway:
            fleet.connect(gateway.port, *fleet.subscribers)
            self.assertTrue(fleet.run(20, fleet.is_subscribed))
            fleet.leave(fleet.subscribers[2])
            house.connect(gateway.port, watcher)
            self.assertTrue(house.run(20, house.is_subscribed))
            wills = [Client(gateway.port, name, V5, clean=False, will=wire.Will(
                f"will/{name}", f"{name} 0 x".encode(), 2, properties=wire.properties(
                    b"\x18" + wire.u32(delay))), props=wire.properties(wire.session_expiry(3600)))
                for name, delay in (("at-once", 0), ("later", 600))]
            fleet.connect(gateway.port, *fleet.publishers)
            fleet.run(2)
            took = []
            stop = threading.Thread(target=lambda: took.append(gateway.end()))
            stop.start()
            fleet.run(20, lambda: not stop.is_alive())
            stop.join()
            self.assertTrue(took, "it did not end as it should")
            fleet.hear_out()
            house.hear_out()
            for client in wills:
                self.assertEqual(client.end_of_connection().reason, 0x8B)
                client.close()
            gateway.start()
            fleet.connect(gateway.port, *fleet.members)
            fleet.run(1)
            fleet.drain(20)
            counts = fleet.counts()
            fleet.leave(*fleet.members)
            house.connect(gateway.port, watcher)
            house.run(1)
            house.leave(watcher)
        print(f"stopped in {took[0]:.2f} s: {counts}")
        check(self, counts)
        self.assertLess(took[0], 5)
        # [MQTT-3.1.2-8] The connection ended without a DISCONNECT of the client.
        self.assertEqual(watcher.expected, {"at-once": 1})


class OfflineQueue(unittest.TestCase):
    COUNT, LIMIT = 100_000, 700

    def left_over(self, policy):
        """What a client finds after it was away for all of them, and the gateway for some."""
        publisher = Publisher("publisher", "f11", 1, 1e9)
        away = Subscriber("away", "f11", 1)
        fleet = Fleet([publisher], [away])
        config = (ALL_LINES + f'[limits]\ninflight = 100\nqueue = {{ messages = {self.LIMIT}, '
                  f'bytes = "64 MiB", policy = "{policy}" }}\n')
        with Gateway(config) as gateway:
            fleet.connect(gateway.port, away)
            self.assertTrue(fleet.run(20, fleet.is_subscribed))
            fleet.leave(away)
            for is_last, publisher.end in enumerate((self.COUNT // 2, self.COUNT)):
                fleet.connect(gateway.port, publisher)
                self.assertTrue(fleet.run(120, lambda: publisher.sent == publisher.end))
                if is_last:
                    self.assertTrue(fleet.run(20, publisher.has_finished))
                gateway.kill()
                fleet.hear_out()
                gateway.start()
            fleet.connect(gateway.port, away)
            fleet.run(20, lambda: away.count == self.LIMIT)
            fleet.run(0.2)
            fleet.leave(away)
        self.assertEqual((away.count, away.out_of_order, away.repeated), (self.LIMIT, 0, 0))
        return away.expected["publisher"], away.missing["publisher"]

    def test_f11_drop_oldest_keeps_the_latest_in_order(self):
        self.assertEqual(self.left_over("drop-oldest"),
                         (self.COUNT, set(range(self.COUNT - self.LIMIT))))

    def test_f11_drop_newest_keeps_the_first_in_order(self):
        self.assertEqual(self.left_over("drop-newest"), (self.LIMIT, set()))


if __name__ == "__main__":
    main()
