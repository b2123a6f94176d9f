"""Listeners of every kind, as configuration, and the ways through them."""
import json
import re
import socket
import ssl

from support.client import SECONDS, connected
from support.web import WebSocket

TABLES = ("tls", "proxy_protocol")


def listener(kind, **keys):
    """`tls_ca="x"` is `tls.ca = "x"`, and so for all TABLES. Those over TCP are on a free port of 127.0.0.1."""
    if kind != "unix":
        keys = {"address": "127.0.0.1", "port": 0, **keys}
    lines = []
    for name, value in keys.items():
        for table in TABLES:
            name = re.sub(f"^{table}_", f"{table}.", name)
        lines.append(f"{name} = {json.dumps(value)}\n")
    return f'[[listener]]\nkind = "{kind}"\n{"".join(lines)}'


def reserved():
    """A socket with a free port of 127.0.0.1: as long as it is open only those get it who ask for
    it by its number, however often they come and go."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", 0))
    return made


def with_certificate(certificate):
    """What a listener with TLS needs."""
    return {"tls_certificate": str(certificate.file), "tls_key": str(certificate.key)}


def trusting(authority, certificate=None):
    """A client's view of TLS."""
    context = ssl.create_default_context(cafile=authority.file)
    if certificate:
        context.load_cert_chain(certificate.file, certificate.key)
    return context


def over_tls(port, context):
    plain = connected(port)
    try:
        return context.wrap_socket(plain, server_hostname="127.0.0.1")
    except OSError:
        plain.close()
        raise


def over_web(port, context=None, **request):
    """A WebSocket, over TLS with a context."""
    below = over_tls(port, context) if context else connected(port)
    try:
        return WebSocket(below, **request)
    except (AssertionError, EOFError, OSError):
        below.close()
        raise


def over_unix(path):
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(SECONDS)
    made.connect(str(path))
    return made
