"""The brokers that doors.py compares, each with its four doors: tcp, tls, ws and wss."""

import contextlib
import os
import re
import socket
import subprocess
import tempfile
import time

DOORS = {"tcp": "mqtt", "tls": "mqtts", "ws": "ws", "wss": "wss"}
SECONDS = 60


class Certificates:
    """A home's, made by the command that users have for that."""

    def __init__(self, kleber, folder):
        subprocess.run([kleber, "cert", "create", "--directory", folder], check=True,
                       stdout=subprocess.DEVNULL)
        self.authority, self.file, self.key = (
            os.path.join(folder, name) for name in ("ca.pem", "server.pem", "server.key"))


class Broker:
    """Runs in a `with`; `ports` are those of its doors."""

    def __init__(self, name, command, log, ports=None):
        self.name, self.ports = name, ports or {}
        self._command, self._log = command, log

    def __enter__(self):
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + SECONDS
        while not self._is_up():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                with open(self._log, encoding="utf-8") as log:
                    raise SystemExit(f"{self.name} did not start:\n{log.read()}")
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(SECONDS)

    def _is_up(self):
        if not self.ports:
            with open(self._log, encoding="utf-8") as log:
                found = re.findall(r"listening for (\w+) on \S+:(\d+)$", log.read(), re.MULTILINE)
            kinds = {kind: int(port) for kind, port in found}
            if set(kinds) != set(DOORS.values()):
                return False
            self.ports = {door: kinds[kind] for door, kind in DOORS.items()}
        with contextlib.suppress(OSError):
            for port in self.ports.values():
                socket.create_connection(("127.0.0.1", port), SECONDS).close()
            return True
        return False


def kleber(program, folder, certificates):
    """With the default configuration, anew."""
    own = tempfile.mkdtemp(dir=folder)
    text = "[auth]\nfirst_start = 'nothing'\n"
    for door, kind in DOORS.items():
        text += f"[[listener]]\nkind = '{kind}'\naddress = '127.0.0.1'\nport = 0\n"
        if "ws" in door:
            text += "allow_anonymous = true\n"
        if door in ("tls", "wss"):
            text += (f"tls.certificate = '{certificates.file}'\n"
                     f"tls.key = '{certificates.key}'\n")
    config = os.path.join(own, "kleber.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(text)
    return Broker("kleber", [program, "run", "--config", config, "--state", own],
                  os.path.join(own, "log"))


def free_ports(count):
    """Of this machine, at this moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                   for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def mosquitto(program, folder, certificates):
    own = tempfile.mkdtemp(dir=folder)
    ports = dict(zip(DOORS, free_ports(len(DOORS))))
    text = "allow_anonymous true\nuser root\n"
    for door, port in ports.items():
        text += f"listener {port} 127.0.0.1\n"
        if "ws" in door:
            text += "protocol websockets\n"
        if door in ("tls", "wss"):
            text += f"certfile {certificates.file}\nkeyfile {certificates.key}\n"
    config = os.path.join(own, "mosquitto.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(text)
    return Broker("mosquitto", [program, "-c", config], os.path.join(own, "log"), ports)
