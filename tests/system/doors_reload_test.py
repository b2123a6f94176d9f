"""`kleber reload` and the doors: new certificates, broken ones, listeners that come, go and move.
Whoever is inside stays inside."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import main
from support.certificates import Authority, Certificate
from support.client import Client, Closed
from support.doors import listener, over_tls, over_unix, over_web, trusting, with_certificate
from support.gateway import Gateway, PROGRAM, wait_until


class Reload(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        self.authority = Authority(self.folder)
        # What the configuration names; what is in it changes.
        self.server = Certificate(self.folder / "server.pem", self.folder / "server.key")
        self.use(self.authority.issue("localhost", "first"))

    def use(self, certificate):
        self.server.file.write_bytes(certificate.file.read_bytes())
        self.server.key.write_bytes(certificate.key.read_bytes())

    def reload(self, gateway, config=None):
        """What the command has to say; empty if all went well."""
        if config is not None:
            gateway.write_config(config)
        done = subprocess.run([PROGRAM, "reload", "--state", str(gateway.state)],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode == 0, "old configuration stays" not in done.stderr, done)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    @staticmethod
    def doors(gateway):
        """The port or path of each kind."""
        return {row["kind"]: row["address"] if row["kind"] == "unix" else
                int(row["address"].rsplit(":", 1)[1]) for row in gateway.status()["listeners"]}

    def serial(self, port):
        """Of the certificate that somebody new sees."""
        with over_tls(port, trusting(self.authority)) as door:
            return door.getpeercert()["serialNumber"]

    def client(self, door, client_id):
        made = Client(door, client_id)
        self.addCleanup(made.close)
        return made

    def test_a_new_certificate(self):
        config = listener("mqtts", **with_certificate(self.server)) + listener(
            "wss", **with_certificate(self.server), allow_anonymous=True)
        with Gateway(config) as gateway:
            tls, wss = gateway.ports(2)
            inside = [self.client(over_tls(tls, trusting(self.authority)), "tls"),
                      self.client(over_web(wss, trusting(self.authority)), "wss")]
            inside[0].subscribe("t", 1)
            before = self.serial(tls)
            self.use(self.authority.issue("localhost", "second"))
            self.assertEqual(self.reload(gateway), "")
            after = self.serial(tls)
            self.assertNotEqual(after, before)
            self.assertEqual(self.serial(wss), after)
            inside[1].publish("t", b"still here", 1)
            self.assertEqual(inside[0].message().payload, b"still here")
            for client in inside:
                client.ping()

    def test_files_are_taken_as_soon_as_they_are_there(self):
        with Gateway(listener("mqtts", **with_certificate(self.server))) as gateway:
            port, = gateway.ports(1)
            # The openssl of these tests makes them for thirty days.
            gateway.wait_for_log("warning: the certificate in .*server.pem ends in 29 days")
            inside = self.client(over_tls(port, trusting(self.authority)), "inside")
            before = self.serial(port)
            self.use(self.authority.issue("localhost", "second"))
            wait_until(lambda: self.serial(port) != before, what="the new certificate")
            after = self.serial(port)
            self.server.key.write_text("no key")
            gateway.wait_for_log("cannot be used, the old ones stay: .*server.key")
            self.assertEqual(self.serial(port), after)
            inside.ping()

    def test_broken_files_change_nothing(self):
        config = listener("mqtts", **with_certificate(self.server))
        with Gateway(config) as gateway:
            inside = self.client(over_tls(gateway.port, trusting(self.authority)), "inside")
            serial = self.serial(gateway.port)
            good = self.server.file.read_bytes(), self.server.key.read_bytes()
            other = self.authority.issue("localhost", "other")
            for file, content in ((self.server.file, b"-----BEGIN CERTIFICATE-----\nAAAA\n"),
                                  (self.server.file, b""), (self.server.key, b"no key\n"),
                                  (self.server.key, other.key.read_bytes()),
                                  (self.server.key, None)):
                with self.subTest(file.name, content=content):
                    if content is None:
                        file.unlink()
                    else:
                        file.write_bytes(content)
                    begin = len(gateway.log())
                    self.assertIn(str(file), self.reload(gateway))
                    self.assertRegex(gateway.log(begin), rf"error: .*{file}")
                    self.assertEqual(self.serial(gateway.port), serial)
                    self.server.file.write_bytes(good[0])
                    self.server.key.write_bytes(good[1])
            inside.ping()
            self.assertEqual(self.reload(gateway), "")
            # A later listener's file: the earlier ones are not half done either.
            missing = str(self.folder / "missing.pem")
            self.use(other)
            answer = self.reload(gateway, config + listener(
                "wss", tls_certificate=missing, tls_key=missing))
            self.assertIn(missing, answer)
            self.assertEqual(self.serial(gateway.port), serial)

    def test_a_certificate_becomes_void(self):
        lamp = self.authority.issue("lamp")
        clients = {**with_certificate(self.server), "tls_client_certificate": "required",
                   "tls_ca": str(self.authority.file)}
        with Gateway(listener("mqtts", **clients)) as gateway:
            self.client(over_tls(gateway.port, trusting(self.authority, lamp)), "lamp").ping()
            crl = str(self.authority.revoke(lamp))
            self.reload(gateway, listener("mqtts", **clients, tls_crl=crl))
            with self.assertRaises((Closed, OSError)):
                Client(over_tls(gateway.port, trusting(self.authority, lamp)), "lamp-again")
            gateway.wait_for_log("certificate revoked")

    def test_keys_that_are_shared(self):
        keys = self.folder / "psk.txt"
        keys.write_text("lamp:00112233445566778899aabbccddeeff\n")
        with Gateway(listener("mqtts", tls_psk=str(keys))) as gateway:
            keys.write_text("lamp:00112233445566778899aabbccddeeff\nbroken\n")
            self.assertIn(f"{keys}:2: ", self.reload(gateway))
            self.assertNotIn("00112233", gateway.log())
            keys.write_text("lamp:ffeeddccbbaa99887766554433221100\n")
            self.assertEqual(self.reload(gateway), "")
            for key, is_in in (("ffeeddccbbaa99887766554433221100", True),
                               ("00112233445566778899aabbccddeeff", False)):
                done = subprocess.run(
                    ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(gateway.port), "-t", "t", "-m",
                     "x", "-q", "1", "--psk-identity", "lamp", "--psk", key],
                    capture_output=True, timeout=30)
                self.assertEqual(done.returncode == 0, is_in, done)

    def test_doors_come_go_and_move(self):
        mqtt, unix = listener("mqtt"), listener("unix", path="one.sock")
        tls = listener("mqtts", **with_certificate(self.server))
        web = listener("ws", allow_anonymous=True)
        with Gateway(mqtt) as gateway:
            resident = self.client(gateway.port, "resident")
            resident.subscribe("t", 1)

            self.assertEqual(self.reload(gateway, mqtt + tls + web + unix), "")
            doors = self.doors(gateway)
            self.assertEqual(doors["mqtt"], gateway.port)
            guests = [self.client(over_tls(doors["mqtts"], trusting(self.authority)), "by-tls"),
                      self.client(over_web(doors["ws"]), "by-web"),
                      self.client(over_unix(doors["unix"]), "by-unix")]

            # A socket moves; the others go.
            self.assertEqual(self.reload(gateway, mqtt + unix.replace("one", "two")), "")
            self.assertEqual(self.doors(gateway), {"mqtt": gateway.port, "unix":
                                                   str(gateway.folder / "two.sock")})
            self.assertFalse((gateway.folder / "one.sock").exists())
            self.client(over_unix(gateway.folder / "two.sock"), "by-unix-too").ping()
            for port in (doors["mqtts"], doors["ws"]):
                with self.assertRaises(ConnectionRefusedError):
                    Client(port)
            for guest in guests:
                guest.publish("t", guest.client_id.encode(), 1)
                self.assertEqual(resident.message().payload, guest.client_id.encode())

            # A port becomes one of another kind.
            fixed = f"port = {gateway.port}"
            self.assertEqual(self.reload(gateway, tls.replace("port = 0", fixed)), "")
            self.assertEqual(self.doors(gateway), {"mqtts": gateway.port})
            self.client(over_tls(gateway.port, trusting(self.authority)), "by-tls-too").ping()
            with Client(gateway.port) as plain:
                plain.send(b"\x10\x0c\0\4MQTT\4\2\0\0\0\0")
                plain.end_of_connection()
            for client in (resident, *guests):
                client.ping()

            # One that cannot be opened: nothing changes.
            wrong = listener("unix", path=str(self.folder / "no" / "such.sock"))
            self.assertIn("such.sock", self.reload(gateway, mqtt + wrong))
            self.assertEqual(self.doors(gateway), {"mqtts": gateway.port})
            resident.ping()


if __name__ == "__main__":
    main()
