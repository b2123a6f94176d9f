"""Many at once: F13 reconnect storm, F14 fight for a client id, F20 stop under load."""
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, GatewayCase, MIB, main
from support.client import Client, Closed
from support.fight import fight
from support.gateway import Gateway, raise_descriptor_limit, wait_until
from support.wire import V5


class Storm(GatewayCase):
    COUNT = 3000

    def connect_all(self, then=b""):
        clients = []
        for number in range(self.COUNT):
            client = Client(self.port)
            client.send(wire.connect(f"durable-{number}", clean=False) + then.replace(
                b"NUMBER", b"%06d" % number))
            clients.append(client)
        return clients

    def test_f13_all_durable_clients_cut_at_once_come_back_at_once(self):
        raise_descriptor_limit()
        before = self.gateway.descriptor_count()
        with self.unharmed(growth_max=100 * MIB, seconds_max=5):
            clients = self.connect_all(wire.subscribe(1, ("storm/NUMBER", 1)))
            for client in clients:
                client.expect(wire.CONNACK)
                self.assertEqual(client.expect(wire.SUBACK).codes, [1])
            publisher = self.client("storm-publisher")
            for client in clients:
                client.close()
            for number in range(self.COUNT):
                publisher.send(wire.publish(f"storm/{number:06d}", str(number), 1, 1))
                publisher.expect(wire.PUBACK)
            begin = time.monotonic()
            clients = self.connect_all()
            for number, client in enumerate(clients):
                self.assertTrue(client.expect(wire.CONNACK).session_present)
                self.assertEqual(client.message().payload, str(number).encode())
            self.assertLess(time.monotonic() - begin, 30)
            for client in clients:
                client.close()
            wait_until(lambda: self.gateway.descriptor_count() <= before + 4,
                       what="the descriptors of all who have gone")

    def test_f14_same_client_id_fight(self):
        with self.unharmed(seconds_max=3):
            fight(self.port, 1000)
        wait_until(lambda: self.gateway.status()["clients"]["online"] == 0)


class Stop(unittest.TestCase):
    def load(self, gateway, is_done, counts):
        """A publisher and its subscriber, until the gateway goes."""
        publisher = Client(gateway.port, "", version=V5)
        subscriber = Client(gateway.port, "", version=V5)
        topic = f"load/{id(publisher)}"
        subscriber.subscribe(topic, 2)
        last = None
        number = 0
        try:
            while not is_done.is_set():
                for _ in range(10):
                    number += 1
                    publisher.send(wire.publish(topic, b"x" * 100, 1, number % 65535 + 1,
                                                version=V5))
                for _ in range(10):
                    packet = publisher.receive()
                    if packet.type == wire.DISCONNECT:
                        last = packet
                        raise Closed
        except Closed:
            pass
        goodbye = subscriber.end_of_connection()
        counts.append((number, last.reason if last else 0x8B, goodbye.reason))
        publisher.close()
        subscriber.close()

    def test_f20_sigterm_under_load(self):
        for lanes in (1, 2):
            gateway = Gateway(ALL_LINES + f"[gateway]\nlanes = {lanes}\n")
            is_done, counts = threading.Event(), []
            idle = [Client(gateway.port, f"idle-{number}", version=V5) for number in range(100)]
            old = [Client(gateway.port, f"old-{number}") for number in range(100)]
            loads = [threading.Thread(target=self.load, args=(gateway, is_done, counts))
                     for _ in range(8)]
            try:
                for thread in loads:
                    thread.start()
                wait_until(lambda: gateway.status()["totals"]["messages_received"] > 2000)
                took = gateway.stop()
                self.assertLess(took, 5)
            finally:
                is_done.set()
                for thread in loads:
                    thread.join()
            self.assertEqual(len(counts), 8)
            for _, publisher, subscriber in counts:
                self.assertEqual((publisher, subscriber), (0x8B, 0x8B))
            for client in idle:
                goodbye = client.receive()
                self.assertEqual((goodbye.type, goodbye.reason), (wire.DISCONNECT, 0x8B))
            for client in old:
                with self.assertRaises(Closed):
                    client.receive()
            for client in idle + old:
                client.close()


if __name__ == "__main__":
    main()
