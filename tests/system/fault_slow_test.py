"""Receivers that are slow, stopped or away: F9, F10, F11."""
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, MIB, GatewayCase, main
from support.client import Canary, Client
from support.gateway import Gateway, wait_until

SYS = '[gateway]\nsys_interval = "200ms"\n'
DROPPED = "$SYS/broker/publish/messages/dropped"


def flood(client, topic, count, size=1000):
    """QoS 0, as fast as it goes, each with its number in front."""
    for first in range(0, count, 50):
        client.send(b"".join(wire.publish(topic, str(number).ljust(size).encode())
                             for number in range(first, min(first + 50, count))))
    client.ping()


class SlowReceivers(GatewayCase):
    CONFIG = SYS + ALL_LINES + '[limits]\nqueue = { messages = 200, bytes = "1 MiB" }\n'
    COUNT = 30_000

    def wait_for_drops(self, least):
        """As $SYS tells."""
        watcher = self.client("drops")
        watcher.subscribe(DROPPED)
        wait_until(lambda: int(watcher.message().payload) >= least, what=f"{least} counted drops")

    def test_f9_a_stopped_subscriber_costs_only_itself(self):
        with Canary(self.gateway) as quiet:
            quiet.wait_for(100)
        usual = sorted(quiet.latencies)[len(quiet.latencies) * 95 // 100]
        stopped = subprocess.Popen(["mosquitto_sub", "-p", str(self.port), "-t", "f9", "-i", "f9"],
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(stopped.wait)
        self.addCleanup(stopped.kill)
        publisher = self.client("f9-publisher")
        self.gateway.wait_for_log("client f9 connected")
        wait_until(lambda: self.gateway.status()["subscriptions"] >= 1)
        stopped.send_signal(signal.SIGSTOP)
        with self.unharmed(growth_max=24 * MIB) as canary:
            flood(publisher, "f9", self.COUNT)
            canary.wait_for(100)
        self.wait_for_drops(self.COUNT // 2)
        # Generous, since this measures what else the machine does, too.
        self.assertLess(canary.median(), 2 * usual + 0.05)
        stopped.send_signal(signal.SIGCONT)

    def test_f10_a_subscriber_that_reads_a_byte_now_and_then(self):
        slow = self.client("f10", small_window=True)
        slow.subscribe("f10")
        publisher = self.client("f10-publisher")
        with self.unharmed(growth_max=24 * MIB) as canary:
            for _ in range(20):
                flood(publisher, "f10", 1000)
                slow.socket.recv(1)
                canary.wait_for(1)
        slow.close()

    def test_slow_subscriber_of_large_messages(self):
        slow = self.client("large", small_window=True)
        slow.subscribe("large", 1)
        publisher = self.client("large-publisher")
        with self.unharmed(growth_max=24 * MIB):
            for number in range(100):
                publisher.publish("large", str(number).encode().ljust(900_000), 1)
            # What it gets in the end is whole and in order.
            seen = [int(slow.message().payload[:10])]
            while seen[-1] != 99:
                message = slow.message()
                self.assertEqual(len(message.payload), 900_000)
                seen.append(int(message.payload[:10]))
            self.assertEqual(seen, sorted(set(seen)))

    def test_a_publisher_is_slowed_rather_than_memory_filled(self):
        """Its own receive buffer is full, so its acknowledgements cannot leave."""
        publisher = self.client("slowed", small_window=True)
        batch = b"".join(wire.publish("slowed", b"x" * 100, 1, number) for number in range(1, 1001))
        with self.unharmed(growth_max=24 * MIB) as canary:
            sent = publisher.pour(batch, 400 * MIB, lambda: canary.wait_for(30))
        self.assertLess(sent, 400 * MIB)


class OfflineQueue(unittest.TestCase):
    COUNT, LIMIT = 100_000, 1000

    def left_over(self, policy):
        """The numbers that a client finds after it was away for all of them."""
        config = (SYS + f'[limits]\nqueue = {{ messages = {self.LIMIT}, bytes = "64 MiB", '
                  f'policy = "{policy}" }}\n')
        with Gateway(config) as gateway:
            Client(gateway.port, "warm-up").disconnect()
            away = Client(gateway.port, "away", clean=False)
            away.subscribe("f11", 1)
            away.disconnect()
            publisher = Client(gateway.port, "publisher")
            before = gateway.resident_bytes()
            for first in range(0, self.COUNT, 1000):
                publisher.send(b"".join(wire.publish("f11", str(first + number), 1, number + 1)
                                        for number in range(1000)))
                for number in range(1000):
                    self.assertEqual(publisher.expect(wire.PUBACK).packet_id, number + 1)
            self.assertLess(gateway.resident_bytes() - before, 24 * MIB)
            watcher = Client(gateway.port, "watcher")
            watcher.subscribe(DROPPED)
            wait_until(lambda: int(watcher.message().payload) == self.COUNT - self.LIMIT,
                       what="the exact number of drops")
            back = Client(gateway.port, "away", clean=False)
            self.assertTrue(back.connack.session_present)
            numbers = [int(back.message().payload) for _ in range(self.LIMIT)]
            back.ping()
            for client in (back, watcher, publisher):
                client.disconnect()
            return numbers

    def test_f11_drop_oldest_keeps_the_latest_in_order(self):
        self.assertEqual(self.left_over("drop-oldest"),
                         list(range(self.COUNT - self.LIMIT, self.COUNT)))

    def test_f11_drop_newest_keeps_the_first_in_order(self):
        self.assertEqual(self.left_over("drop-newest"), list(range(self.LIMIT)))


if __name__ == "__main__":
    main()
