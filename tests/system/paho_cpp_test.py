"""Debian's paho.mqtt.cpp, through the program paho_peer."""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import GatewayCase, main

PEER = os.environ["PAHO_PEER"]


class PahoCpp(GatewayCase):
    def converse(self, conversation, *versions):
        for version in versions:
            done = subprocess.run([PEER, f"tcp://127.0.0.1:{self.port}", conversation, version],
                                  capture_output=True, text=True, timeout=120)
            self.assertEqual((done.returncode, done.stderr), (0, ""), version)

    def test_async_client_every_qos(self):
        self.converse("async", "3.1.1", "5")

    def test_sync_client_every_qos(self):
        self.converse("sync", "3.1.1", "5")

    def test_resume(self):
        self.converse("resume", "3.1.1", "5")

    def test_will_after_takeover(self):
        self.converse("will", "3.1.1", "5")

    def test_properties(self):
        self.converse("properties", "5")


if __name__ == "__main__":
    main()
