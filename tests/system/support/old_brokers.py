"""The brokers that people come from, started beside the gateway."""
import os
import socket
import subprocess
import tempfile
from pathlib import Path

from support import wire
from support.client import Client
from support.gateway import wait_until
from support.npm import install
from support.tools import tool

# Where npm may write.
MOSCA_FOLDER = Path(os.environ.get("MOSCA_FOLDER", "build/dev/tests/system/mosca"))
MOSCA = MOSCA_FOLDER / "node_modules/mosca/bin/mosca"


def install_mosca():
    install(Path(__file__).resolve().parents[1] / "mosca", MOSCA_FOLDER)


def mosca_add_user(credentials, name, password, publish=None, subscribe=None):
    """Writes it into a credentials file."""
    rights = []
    if publish is not None:
        rights += ["--authorize-publish", publish]
    if subscribe is not None:
        rights += ["--authorize-subscribe", subscribe]
    done = subprocess.run(["node", str(MOSCA), "--credentials", str(credentials), *rights, "adduser",
                           name, password], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done


class Broker:
    """A program that listens on `port`; use it in a `with`."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.folder = Path(self._folder.name)
        os.chmod(self.folder, 0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def run(self, *command):
        self._process = subprocess.Popen([*map(str, command)], cwd=self.folder,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._is_up, 60, command[0])

    def _is_up(self):
        assert self._process.poll() is None, "it has ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)
        self._folder.cleanup()


class Mosca(Broker):
    def __init__(self, credentials=None):
        super().__init__()
        options = ["--credentials", credentials] if credentials else []
        self.run("node", MOSCA, "--host", "127.0.0.1", "--port", self.port, *options)
        if credentials:  # it listens before it has read them
            wait_until(self._is_locked, what="Mosca to keep strangers out")

    def _is_locked(self):
        with Client(self.port) as client:
            client.send(wire.connect("stranger"))
            return client.expect(wire.CONNACK).reason != 0


class Mosquitto(Broker):
    def __init__(self, config="allow_anonymous true\n"):
        super().__init__()
        (self.folder / "conf").write_text(f"listener {self.port} 127.0.0.1\n{config}")
        self.run(tool("mosquitto"), "-c", self.folder / "conf")
