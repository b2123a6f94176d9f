"""npm's mqtt (mqtt.js), through mqttjs/peer.js: over TCP, and as in a browser over WebSockets."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import ALL_LINES, GatewayCase, main
from support.certificates import Authority
from support.doors import listener, with_certificate
from support.mqttjs import FOLDER, HERE, install


class MqttJs(GatewayCase):
    @classmethod
    def setUpClass(cls):
        install()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kleber-test-"))
        cls.authority = Authority(folder)
        server = with_certificate(cls.authority.issue("localhost"))
        cls.CONFIG = ALL_LINES + listener("mqtt") + listener("ws", allow_anonymous=True) + listener(
            "wss", **server, allow_anonymous=True)
        super().setUpClass()
        tcp, web, web_tls = cls.gateway.ports(3)
        cls.urls = {"mqtt": f"mqtt://127.0.0.1:{tcp}", "ws": f"ws://127.0.0.1:{web}/mqtt",
                    "wss": f"wss://127.0.0.1:{web_tls}/mqtt"}

    def converse(self, conversation, *versions, over="mqtt"):
        for version in versions:
            done = subprocess.run(
                ["node", str(HERE / "peer.js"), self.urls[over], conversation, str(version)],
                capture_output=True, text=True, timeout=60,
                env={**os.environ, "NODE_PATH": str(FOLDER / "node_modules"),
                     "NODE_EXTRA_CA_CERTS": str(self.authority.file)})
            self.assertEqual((done.returncode, done.stderr), (0, ""), version)

    def test_every_qos(self):
        self.converse("qos", 3, 4, 5)

    def test_retained(self):
        self.converse("retained", 4, 5)

    def test_resume(self):
        self.converse("resume", 3, 4, 5)

    def test_will(self):
        self.converse("will", 3, 4, 5)

    def test_properties_aliases_and_receive_maximum(self):
        self.converse("properties", 5)

    def test_over_a_web_socket(self):
        for conversation in ("qos", "large", "resume", "will", "properties"):
            with self.subTest(conversation):
                self.converse(conversation, 5, over="ws")
        self.converse("qos", 3, 4, over="ws")

    def test_over_a_web_socket_with_tls(self):
        for conversation in ("qos", "large", "resume"):
            with self.subTest(conversation):
                self.converse(conversation, 5, over="wss")


if __name__ == "__main__":
    main()
