"""The broker mosquitto, beside the gateway: asked the same, it is to answer the same."""
import os
import socket
import subprocess
import tempfile
from pathlib import Path

from support.gateway import wait_until
from support.tools import tool


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def password_line(name, password):
    """As mosquitto_passwd writes it."""
    with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder:
        file = Path(folder) / "passwords"
        subprocess.run([tool("mosquitto_passwd"), "-c", "-b", str(file), name, password],
                       check=True, capture_output=True, timeout=60)
        return file.read_text()


class Mosquitto:
    """Runs until close() with this configuration file, which listens on `ports`."""

    def __init__(self, conf, ports):
        self.log = open(Path(conf).with_suffix(".log"), "w+b")
        self._process = subprocess.Popen([tool("mosquitto"), "-c", str(conf)], stderr=self.log,
                                         stdout=self.log)
        self._ports = ports
        try:
            wait_until(self._is_up, what="mosquitto")
        except AssertionError:
            self.close()
            raise AssertionError(Path(self.log.name).read_text()) from None

    def _is_up(self):
        assert self._process.poll() is None
        for port in self._ports:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    return False
        return True

    def close(self):
        self._process.terminate()
        self._process.wait(20)
        self.log.close()


def as_root():
    """For a configuration: files of a test are not for the user that mosquitto would become."""
    return "user root\n" if os.getuid() == 0 else ""
