"""npm's mqtt (mqtt.js), through mqttjs/peer.js."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import GatewayCase, main

HERE = Path(__file__).parent / "mqttjs"
# Where npm may write.
FOLDER = Path(os.environ["MQTTJS_FOLDER"])


def install():
    """What package-lock.json says, once."""
    done = FOLDER / "installed.json"
    wanted = (HERE / "package-lock.json").read_text()
    if done.exists() and done.read_text() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, FOLDER / name)
    npm = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER,
                         capture_output=True, text=True)
    if npm.returncode != 0:
        raise AssertionError(f"npm could not fetch the package mqtt:\n{npm.stdout}{npm.stderr}")
    done.write_text(wanted)


class MqttJs(GatewayCase):
    @classmethod
    def setUpClass(cls):
        install()
        super().setUpClass()

    def converse(self, conversation, *versions):
        for version in versions:
            done = subprocess.run(
                ["node", str(HERE / "peer.js"), str(self.port), conversation, str(version)],
                capture_output=True, text=True, timeout=60,
                env={**os.environ, "NODE_PATH": str(FOLDER / "node_modules")})
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


if __name__ == "__main__":
    main()
