"""kleber cert create and revoke, and what others make of it: Python's ssl, which is strict, and
openssl."""
import os
import random
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import main
from support.cert_case import BAD_CONFIGURATION, CertCase, FINE, FIRST_FILES, kleber, openssl
from support.gateway import ENVIRONMENT, PROGRAM


class Create(CertCase):
    def test_a_gateway_and_a_client(self):
        said = self.create("--name", "mqtt.example.org", "--name", "192.0.2.7")
        self.assertEqual(self.names(), FIRST_FILES)
        self.assertIn(f'tls = {{ certificate = "{self.file("server.pem")}", '
                      f'key = "{self.file("server.key")}" }}', said)
        self.assertIn(f"--cafile {self.file('ca.pem')} -t hello -m world", said)
        for name in ("localhost", "127.0.0.1", "mqtt.example.org", "192.0.2.7"):
            self.assertEqual(self.shake_hands(self.server_context(), self.client_context(), name),
                             {})
        with self.assertRaisesRegex(ssl.SSLError, "certificate is not valid for 'elsewhere'"):
            self.shake_hands(self.server_context(), self.client_context(), "elsewhere")

        said = self.create("--client", "sensor 7")
        self.assertIn(f"--cert '{self.file('client-sensor 7.pem')}'", said)
        server = self.server_context(asks_client=True)
        subject = self.shake_hands(server, self.client_context("sensor 7"), "localhost")
        self.assertEqual(subject, {"commonName": "sensor 7"})
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.shake_hands(server, self.client_context(), "localhost")

    def test_a_revoked_client_is_refused(self):
        self.create()
        self.create("--client", "anna")
        self.create("--client", "anna")
        self.create("--client", "bert")
        done = kleber("cert", "revoke", "--directory", self.folder, self.file("client-anna.pem"))
        self.assertEqual(done.returncode, FINE, done)
        self.assertIn("revoked 2 certificates of anna", done.stdout)
        self.assertIn(f'crl = "{self.file("crl.pem")}"', done.stdout)
        server = self.server_context(asks_client=True)
        server.load_verify_locations(self.file("crl.pem"))
        server.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.shake_hands(server, self.client_context("anna"), "localhost")
        self.shake_hands(server, self.client_context("bert"), "localhost")
        listed = openssl("verify", "-crl_check", "-CRLfile", self.file("crl.pem"), "-CAfile",
                         self.file("ca.pem"), self.file("client-anna.pem"))
        self.assertIn("certificate revoked", listed.stderr)
        self.assertIn("was revoked; --new-key makes another", self.refused("--client", "anna"))
        self.create("--client", "anna", "--new-key")
        self.shake_hands(server, self.client_context("anna"), "localhost")

    def test_openssl_agrees(self):
        self.create()
        self.create("--client", "anna")
        for name, purpose in (("server", "sslserver"), ("client-anna", "sslclient")):
            done = openssl("verify", "-x509_strict", "-purpose", purpose, "-CAfile",
                           self.file("ca.pem"), self.file(f"{name}.pem"))
            self.assertEqual(done.returncode, 0, done)
            text = openssl("x509", "-noout", "-text", "-fingerprint", "-sha256", "-in",
                           self.file(f"{name}.pem")).stdout
            self.assertIn("ecdsa-with-SHA256", text)
            self.assertIn("NIST CURVE: P-256", text)
            self.assertIn(self.details(f"{name}.pem")["fingerprint"], text)
            check = openssl("pkey", "-check", "-noout", "-in", self.file(f"{name}.key"))
            self.assertEqual(check.returncode, 0, check)

    def test_renewing_changes_nothing_for_clients(self):
        self.create("--name", "mqtt.example.org", "--days", "10")
        before = {name: self.file(name).read_bytes() for name in self.names()}
        first = self.details("server.pem")
        self.assertEqual((first["days_left"], first["state"], first["key"]),
                         (9, "ends soon", "fits"))
        self.assertIn("renewed the certificate", self.create())
        second = self.details("server.pem")
        self.assertEqual((second["days_left"], second["state"]), (799, "valid"))
        self.assertEqual(set(second["names"]), set(first["names"]))
        self.assertNotEqual(second["serial"], first["serial"])
        changed = {name for name in self.names() if self.file(name).read_bytes() != before[name]}
        self.assertEqual(changed, {"server.pem", "issued.pem"})
        self.assertIn("for", self.create("--new-key", "--forget-names"))
        third = self.details("server.pem")
        self.assertEqual((set(first["names"]) - set(third["names"]), third["key"]),
                         ({"mqtt.example.org"}, "fits"))
        self.assertNotEqual(self.file("server.key").read_bytes(), before["server.key"])

    def test_the_state_folder_is_the_place(self):
        state = self.outside / "state"
        done = kleber("cert", "create", "--state", state)
        self.assertEqual(done.returncode, FINE, done)
        self.folder = state / "certificates"
        self.assertEqual(self.names(), FIRST_FILES)
        config = self.outside / "kleber.toml"
        config.write_text(f'[gateway]\nstate = "{self.outside}/other"\n')
        self.assertEqual(kleber("cert", "create", "-c", config, "--client", "a").returncode, FINE)
        self.assertTrue((self.outside / "other/certificates/client-a.pem").exists())
        config.write_text("[gatway]\n")
        done = kleber("cert", "create", "-c", config)
        self.assertEqual(done.returncode, BAD_CONFIGURATION)
        self.assertIn("say where the certificates are with --directory", done.stderr)
        done = subprocess.run([os.path.abspath(PROGRAM), "cert", "create", "--directory", "here"],
                              cwd=self.outside, capture_output=True, text=True, timeout=60,
                              env={**os.environ, **ENVIRONMENT})
        self.assertIn(f'certificate = "{self.outside}/here/server.pem"', done.stdout)

    def test_keys_are_nobody_elses(self):
        for umask in (0o000, 0o022, 0o077):
            self.create(umask=umask)
            self.create("--client", "anna", umask=umask)
            for name in self.names():
                mode = self.file(name).stat().st_mode & 0o777
                is_open = name.endswith(".pem") and name != "issued.pem"
                self.assertEqual(mode, 0o644 if is_open else 0o600, name)
            shutil.rmtree(self.folder)
        traced = self.outside / "calls"
        subprocess.run(["strace", "-f", "-e", "trace=openat", "-o", str(traced), PROGRAM, "cert",
                        "create", "--directory", str(self.folder)], check=True,
                       stdout=subprocess.DEVNULL, timeout=120, umask=0,
                       env={**os.environ, **ENVIRONMENT, "ASAN_OPTIONS": "detect_leaks=0"})
        made = [line for line in traced.read_text().splitlines() if "O_CREAT" in line]
        self.assertEqual(len(made), 5)
        for line in made:
            self.assertRegex(line, r"O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0600\)")

    def test_nothing_is_lost(self):
        self.create()
        before = {name: self.file(name).read_bytes() for name in self.names()}
        mine = self.outside / "mine.key"
        self.file("server.key").rename(mine)
        self.file("server.key").symlink_to(mine)
        self.assertIn("is a symbolic link, which is not followed", self.refused())
        self.assertIn("is a symbolic link, which is not followed", self.refused("--new-key"))
        self.file("server.key").unlink()
        mine.rename(self.file("server.key"))
        self.file("server.pem").write_text("somebody's")
        self.assertIn("holds no certificate", self.refused())
        self.file("server.pem").write_bytes(before["server.pem"])
        self.file("ca.key").rename(mine)
        self.assertIn("ca.pem is there, but not its key", self.refused())
        mine.rename(self.file("ca.key"))
        self.assertIn("1 to 823 days", self.refused("--days", "824"))
        self.assertIn("is no name and no address", self.refused("--name", "pi:8883"))
        self.assertIn("is no name for a client", self.refused("--client", "../server"))
        self.assertIn("a client needs a name", self.refused("--client", ""))
        self.assertNotIn("\x1b", self.refused("--client", "a\x1b[31m"))
        self.assertEqual({name: self.file(name).read_bytes() for name in self.names()}, before)

    def test_several_at_once(self):
        running = [subprocess.Popen([PROGRAM, "cert", "create", "--directory", str(self.folder)],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                    env={**os.environ, **ENVIRONMENT}) for _ in range(6)]
        errors = [process.communicate(timeout=120)[1] for process in running]
        self.assertIn("", errors)
        for error in errors:
            self.assertTrue(error == "" or "another kleber works in" in error, error)
        self.assertEqual(self.names(), FIRST_FILES)
        self.shake_hands(self.server_context(), self.client_context(), "localhost")

    def test_killed_at_any_instant(self):
        chance = random.Random(7)
        self.create()
        authority = self.file("ca.pem").read_bytes()
        for _ in range(20):
            process = subprocess.Popen(
                [PROGRAM, "cert", "create", "--new-key", "--directory", str(self.folder)],
                stdout=subprocess.DEVNULL, env={**os.environ, **ENVIRONMENT})
            try:
                process.wait(chance.uniform(0, 0.15))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # Each file is whole. The certificate may be that of the key before.
            self.assertIn(self.details("server.pem")["key"], ("fits", "differs"))
        self.create("--new-key")
        self.assertEqual(self.details("server.pem")["key"], "fits")
        self.assertEqual(self.file("ca.pem").read_bytes(), authority)
        self.assertEqual(self.names(), sorted(FIRST_FILES + ["crl.pem"]))


if __name__ == "__main__":
    main()
