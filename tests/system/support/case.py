"""What the test files share: one gateway a class, and the checks that go around every attack."""
import contextlib
import os
import sys
import unittest

from support.client import Canary, Client
from support.gateway import Gateway, PROGRAM

MIB = 1 << 20

# So that a line a refused packet is not held back.
ALL_LINES = "[log]\nrate = 1000000\n"


def main():
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"{PROGRAM} is not there; build it, or name another one with KLEBER=")
    unittest.main(verbosity=2)


class GatewayCase(unittest.TestCase):
    """One gateway for all tests of a class; `CONFIG` is what is special about it."""

    CONFIG = ALL_LINES

    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(cls.CONFIG)

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    @property
    def port(self):
        return self.gateway.port

    def client(self, client_id=None, **options):
        """A client, closed when the test ends."""
        made = Client(self.port, client_id, **options)
        self.addCleanup(made.close)
        return made

    @contextlib.contextmanager
    def unharmed(self, growth_max=48 * MIB, seconds_max=1.5):
        """While the body attacks: others are served, and afterwards the gateway is there and has
        not grown by more than that."""
        before = self.gateway.resident_bytes()
        with Canary(self.gateway, seconds_max=seconds_max) as canary:
            yield canary
        self.gateway.check_alive()
        growth = self.gateway.resident_bytes() - before
        self.assertLess(growth, growth_max, f"grown by {growth / MIB:.1f} MiB")
