"""What the tests of kleber cert share: the command, a folder, and handshakes with Python's ssl."""
import json
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from support.gateway import ENVIRONMENT, PROGRAM

FINE, FAILURE, BAD_CONFIGURATION, ENDS_SOON = 0, 1, 2, 3
FIRST_FILES = ["ca.key", "ca.pem", "issued.pem", "server.key", "server.pem"]


def kleber(*arguments, umask=-1):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, umask=umask, env={**os.environ, **ENVIRONMENT})


def openssl(*arguments, text=""):
    return subprocess.run(["/usr/bin/openssl", *map(str, arguments)], input=text,
                          capture_output=True, text=True, timeout=60)


class CertCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.addCleanup(folder.cleanup)
        self.outside = Path(folder.name)
        self.folder = self.outside / "certificates"

    def file(self, name):
        return self.folder / name

    def create(self, *arguments, **options):
        done = kleber("cert", "create", "--directory", self.folder, *arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (FINE, ""))
        return done.stdout

    def refused(self, *arguments):
        done = kleber("cert", "create", "--directory", self.folder, *arguments)
        self.assertEqual((done.returncode, done.stdout), (FAILURE, ""))
        self.assertTrue(done.stderr.startswith("kleber: "), done.stderr)
        return done.stderr

    def show(self, *files, status=FINE):
        done = kleber("cert", "show", *files)
        self.assertEqual(done.returncode, status, done)
        return done.stdout if status in (FINE, ENDS_SOON) else done.stdout + done.stderr

    def details(self, name):
        done = kleber("cert", "show", "--json", self.file(name))
        return json.loads(done.stdout)[0]

    def names(self):
        return sorted(os.listdir(self.folder))

    # -- what a client and a server make of them

    def server_context(self, asks_client=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file("server.pem"), self.file("server.key"))
        if asks_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.verify_flags |= ssl.VERIFY_X509_STRICT
            context.load_verify_locations(self.file("ca.pem"))
        return context

    def client_context(self, client=None):
        context = ssl.create_default_context(cafile=self.file("ca.pem"))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        if client:
            context.load_cert_chain(self.file(f"client-{client}.pem"),
                                    self.file(f"client-{client}.key"))
        return context

    def shake_hands(self, server, client, name):
        """Over loopback. The names in the client's certificate; fails where either end refuses."""
        seen = []

        def serve(listener):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(30)
                try:
                    with server.wrap_socket(connection, server_side=True) as end:
                        seen.append(end.getpeercert())
                        end.sendall(b"welcome")
                except ssl.SSLError as error:
                    seen.append(error)

        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=serve, args=(listener,))
            thread.start()
            try:
                with socket.create_connection(listener.getsockname(), 30) as connection, \
                        client.wrap_socket(connection, server_hostname=name) as end:
                    self.assertEqual(end.recv(100), b"welcome")
            finally:
                thread.join()
        if isinstance(seen[0], ssl.SSLError):
            raise seen[0]
        return dict(pair for group in (seen[0] or {}).get("subject", ()) for pair in group)
