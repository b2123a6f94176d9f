"""F8: no more file descriptors. F12: little memory.

Of the optimised program: what a sanitizer needs of both says nothing (and it needs a descriptor to
look at an object, or takes it for a wrong one).
"""
import signal
import socket
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import MIB, main
from support.client import Canary, Client, Closed
from support.gateway import Gateway, LISTENER, raise_descriptor_limit, wait_until

CROWD = 200


def has_been_let_in(client):
    """Without waiting: None if nothing has come yet, False if it was closed."""
    client.socket.setblocking(False)
    try:
        return len(client.socket.recv(100)) > 0
    except BlockingIOError:
        return None
    except ConnectionResetError:
        return False
    finally:
        client.socket.settimeout(20)


class OutOfDescriptors(unittest.TestCase):
    CONFIG = '[log]\nrate = 100000\n[limits]\nqueue = { messages = 77 }\nconnect_timeout = "60s"\n'

    def crowd(self, port):
        clients = []
        for number in range(CROWD):
            client = Client(port)
            client.send_as_much_as_it_takes(wire.connect(f"crowd-{number}"))
            clients.append(client)
            self.addCleanup(client.close)
        return clients

    def test_f8_serves_those_it_has_and_recovers(self):
        with Gateway(self.CONFIG, descriptors=64) as gateway, Canary(gateway) as canary:
            crowd = self.crowd(gateway.port)
            gateway.wait_for_log("refused: Too many open files")
            served = []

            def are_all_descriptors_taken():
                served[:] = [client for client in crowd if client not in served
                             and has_been_let_in(client)] + served
                return gateway.descriptor_count() == 64

            wait_until(are_all_descriptors_taken)
            self.assertGreater(len(served), 30)

            # Others knock all the time; no busy loop.
            canary.PAUSE = 0.1
            begin, cpu = time.monotonic(), gateway.cpu_seconds()
            wait_until(lambda: time.monotonic() - begin > 2)
            share = (gateway.cpu_seconds() - cpu) / (time.monotonic() - begin)
            self.assertLess(share, 0.2)
            for client in served:
                client.ping()

            # A reload cannot read the file now: everything stays as it is.
            gateway.write_config("[limits]\nconnections = 1\n" + LISTENER)
            gateway.signal(signal.SIGHUP)
            gateway.wait_for_log("reload failed, the old configuration stays")
            served[0].ping()

            for client in crowd:
                client.close()
            canary.wait_for(1)

            def is_let_in():
                try:
                    Client(gateway.port, "late").disconnect()
                    return True
                except (Closed, socket.error):
                    return False

            wait_until(is_let_in, what="the gateway to recover")
            gateway.write_config(self.CONFIG)
            gateway.signal(signal.SIGHUP)
            gateway.wait_for_log("configuration reloaded")


class LittleMemory(unittest.TestCase):
    def test_f12_many_clients_and_retained_messages_in_64_mib(self):
        count = min(10_000, raise_descriptor_limit() - 200)
        config = ('[log]\nrate = 10\n'
                  '[limits]\nretained = { messages = 20000, bytes = "12 MiB" }\n')
        with Gateway(config) as gateway:
            publisher = Client(gateway.port, "publisher", version=wire.V5)
            self.addCleanup(publisher.close)
            clients = []
            for number in range(count):
                client = Client(gateway.port)
                client.send(wire.connect(f"client-{number}")
                            + wire.subscribe(1, (f"home/{number}/+", 1)))
                clients.append(client)
                self.addCleanup(client.close)
                if number % 100 == 99:
                    for waiting in clients[-100:]:
                        waiting.expect(wire.CONNACK)
                        waiting.expect(wire.SUBACK)
            reasons = set()
            for first in range(0, 25_000, 20):
                publisher.send(b"".join(
                    wire.publish(f"retained/{first + number}", b"x" * 500, 1, number + 1, True,
                                 version=wire.V5) for number in range(20)))
                for _ in range(20):
                    reasons.add(publisher.expect(wire.PUBACK).reason)
            self.assertIn(0x97, reasons)
            clients[0].ping()
            clients[-1].ping()
            used = gateway.resident_bytes_max()
            print(f"{count} clients, retained messages to the limit: {used / MIB:.1f} MiB")
            self.assertLess(used, 64 * MIB)
            for client in clients:
                client.close()


if __name__ == "__main__":
    main()
