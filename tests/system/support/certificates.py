"""Certificates for a test, made by the command openssl: P-256, good for a month."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = """\
[req]
distinguished_name = none
[none]
[ca]
default_ca = list
[list]
database = {folder}/index.txt
default_md = sha256
default_crl_days = 30
"""
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass
class Certificate:
    file: Path
    key: Path


class Authority:
    """It signs, and takes back, what is in its folder."""

    def __init__(self, folder, name="authority"):
        self._folder = Path(folder) / name
        self._folder.mkdir()
        self._configuration = self._folder / "openssl.conf"
        self._configuration.write_text(CONFIGURATION.format(folder=self._folder))
        (self._folder / "index.txt").touch()
        self.file, self._key = self._folder / "ca.pem", self._folder / "ca.key"
        self._openssl("req", "-x509", *KEY, "-keyout", self._key, "-out", self.file, "-days", "30",
                      "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def _openssl(self, command, *arguments):
        done = subprocess.run(
            ["openssl", command, "-config", str(self._configuration), *map(str, arguments)],
            capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr

    def issue(self, subject, file_name=None):
        """Of a server or a client; `subject` is its common name, or like "/O=House/CN=lamp"."""
        stem = file_name or subject.rsplit("=", 1)[-1]
        made = Certificate(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        self._openssl("req", "-x509", "-CA", self.file, "-CAkey", self._key, *KEY, "-keyout",
                      made.key, "-out", made.file, "-days", "30", "-subj",
                      subject if subject.startswith("/") else f"/CN={subject}", "-addext",
                      "basicConstraints=CA:FALSE", "-addext", NAMES)
        return made

    def revoke(self, *certificates):
        """The list of those that are void."""
        signing = ("-cert", self.file, "-keyfile", self._key)
        for certificate in certificates:
            self._openssl("ca", *signing, "-revoke", certificate.file)
        made = self._folder / "void.pem"
        self._openssl("ca", *signing, "-gencrl", "-out", made)
        return made
