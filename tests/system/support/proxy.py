"""Proxies that say whom they bring (HAProxy's PROXY protocol): the real one, and what it might say."""
import ipaddress
import socket
import struct
import subprocess

from support.tools import tool

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
TCP4, TCP6, UNIX = 0x11, 0x21, 0x31


def line(client, port=50112, protocol=None):
    """Version 1."""
    kind = protocol or f"TCP{ipaddress.ip_address(client).version}"
    return f"PROXY {kind} {client} {client} {port} 1883\r\n".encode()


def block(client=None, port=50112, command=PROXY, protocol=None, extensions=b"", length=None):
    """Version 2. Without a client the proxy tells of nobody; `length` is said instead of the right
    one."""
    body = extensions
    if client:
        address = ipaddress.ip_address(client)
        protocol = protocol or (TCP4 if address.version == 4 else TCP6)
        body = address.packed * 2 + struct.pack(">HH", port, 1883) + extensions
    size = len(body) if length is None else length
    return SIGNATURE + bytes([command, protocol or 0]) + struct.pack(">H", size) + body


class HaProxy:
    """Passes connections on. `ways`: name -> (port behind it, options of the server, own address);
    `ports` are those in front."""

    def __init__(self, folder, ways):
        self._file = folder / "haproxy.cfg"
        self._log = open(folder / "haproxy.log", "w+b")
        self._sockets = {}
        text = ("global\n  maxconn 200\ndefaults\n  mode tcp\n  timeout connect 20s\n"
                "  timeout client 60s\n  timeout server 60s\n  timeout check 20s\n")
        for name, (port, options, address) in ways.items():
            # It is given the socket, so that nobody has to guess a free port.
            made = self._sockets[name] = socket.create_server(
                (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
            text += (f"listen {name}\n  bind fd@{made.fileno()}\n"
                     f"  server gateway 127.0.0.1:{port} {options}\n")
        self.ports = {name: made.getsockname()[1] for name, made in self._sockets.items()}
        self._file.write_text(text)
        # Without workers: it is one process, ended by its number.
        self._process = subprocess.Popen(
            [tool("haproxy"), "-db", "-f", str(self._file)], stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log,
            pass_fds=[made.fileno() for made in self._sockets.values()])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)
        for made in self._sockets.values():
            made.close()
        self._log.close()
