"""Ten thousand come, subscribe and go, twice: no memory is kept for those who have gone.

Of the optimised program: what a sanitizer keeps of freed memory says nothing.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import GatewayCase, main
from support.client import Client
from support.gateway import raise_descriptor_limit, wait_until

CROWD = 10_000
GROWTH_MAX = 1.1


class Crowd(GatewayCase):
    CONFIG = ""

    def come_and_go(self, count):
        clients = []
        try:
            for number in range(count):
                clients.append(Client(self.port))
                clients[-1].send(wire.connect(f"crowd-{number}", keep_alive=60)
                                 + wire.subscribe(1, (f"crowd/{number}/set", 1)))
            for client in clients:
                client.expect(wire.CONNACK)
                client.expect(wire.SUBACK)
            self.assertGreaterEqual(self.gateway.status()["clients"]["online"], count)
            return self.gateway.resident_bytes()
        finally:
            for client in clients:
                client.close()

    def test_no_memory_is_kept_for_those_who_have_gone(self):
        # Both ends of a connection have a descriptor, each in its process.
        count = min(CROWD, raise_descriptor_limit() - 200)
        # Somebody stays, and code that is used for the first time is no memory kept.
        resident = self.client("resident")
        resident.subscribe("crowd/#", 1)
        self.come_and_go(10)
        before = self.gateway.resident_bytes()
        for crowd in (1, 2):
            with_all = self.come_and_go(count)
            self.assertGreater(with_all, before + 500 * count)
            wait_until(lambda: self.gateway.status()["clients"]["online"] == 1)
            figures = f"{before >> 10} kB before, {with_all >> 10} kB with crowd {crowd}"
            wait_until(lambda: self.gateway.resident_bytes() <= before * GROWTH_MAX, 10,
                       f"the memory of {count} that have gone: {figures}")
            print(f"{figures}, {self.gateway.resident_bytes() >> 10} kB afterwards", flush=True)
        resident.ping()


if __name__ == "__main__":
    main()
