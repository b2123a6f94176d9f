"""kleber cert show: what people and scripts see, and files that are no certificates."""
import os
import shutil
import ssl
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import main
from support.cert_case import CertCase, ENDS_SOON, FAILURE, kleber, openssl


class Show(CertCase):
    def test_what_people_and_scripts_see(self):
        self.create("--name", "mqtt.example.org")
        said = self.show(self.file("server.pem"), self.file("ca.pem"))
        for text in ("mqtt.example.org", "799 days left", "CN=Kleber CA ", "server.key, which fits",
                     ", an authority", "SHA-256"):
            self.assertIn(text, said)
        self.assertNotIn("WARNING", said)
        self.create("--client", "anna", "--days", "29")
        said = self.show(self.file("client-anna.pem"), self.file("ca.pem"), status=ENDS_SOON)
        self.assertIn("WARNING      it ends in 28 days; renew it", said)
        # One that has ended, by openssl's hand.
        made = openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                       "-nodes", "-keyout", self.file("old.key"), "-out", self.file("old.pem"),
                       "-subj", "/CN=old", "-days", "-1")
        if made.returncode == 0:
            said = self.show(self.file("old.pem"), self.file("client-anna.pem"), status=FAILURE)
            self.assertIn("it has ended", said)
        shutil.copy(self.file("ca.key"), self.file("client-anna.key"))
        said = self.show(self.file("client-anna.pem"), status=FAILURE)
        self.assertIn("the key is that of another certificate", said)

    def test_files_that_are_none(self):
        self.create()
        pem = self.file("server.pem").read_text()
        der = ssl.PEM_cert_to_DER_cert(pem)
        for contents, sentence in ((b"", "is empty"),
                                   (der, "is in binary form (DER)"),
                                   (os.urandom(5000), "holds no certificate"),
                                   (self.file("server.key").read_bytes(), "holds a private key"),
                                   (pem[:300].encode(), "is damaged: certificate 1"),
                                   ((pem + pem[:300]).encode(), "is damaged: certificate 2")):
            self.file("bad").write_bytes(contents)
            said = self.show(self.file("bad"), status=FAILURE)
            self.assertEqual(said.count("\n"), 1)
            self.assertIn(f"kleber: {self.file('bad')} {sentence}", said)
        with open(self.file("large"), "wb") as large:
            large.truncate(100 << 20)
        self.assertIn("has more than 1 MiB", self.show(self.file("large"), status=FAILURE))
        self.assertIn("is a folder", self.show(self.folder, status=FAILURE))
        self.assertIn("No such file", self.show(self.file("nothing"), status=FAILURE))
        os.mkfifo(self.file("pipe"))
        self.assertIn("is not a file", self.show(self.file("pipe"), status=FAILURE))
        # What can be shown is shown.
        done = kleber("cert", "show", self.file("bad"), self.file("server.pem"))
        self.assertEqual(done.returncode, FAILURE)
        self.assertIn("subject", done.stdout)

    def test_nothing_reaches_the_terminal_raw(self):
        self.folder.mkdir()
        config = self.file("config")
        config.write_text("[req]\ndistinguished_name = name\n[name]\n[more]\n"
                          "subjectAltName = DNS:a\x1b[31mb,DNS:c\rd\n")
        done = openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                       "-nodes", "-config", config, "-extensions", "more", "-utf8", "-days", "100",
                       "-keyout", self.file("bad.key"), "-out", self.file("bad\x1b.pem"),
                       "-subj", "/CN=e\x1b[31m\u009bf\u00fc")
        self.assertEqual(done.returncode, 0, done)
        said = self.show(self.file("bad\x1b.pem"))
        self.assertIn("f\u00fc", said)
        for character in "\x1b\r\u009b":
            self.assertNotIn(character, said)
        said = kleber("cert", "show", self.file("no\x1b[31m")).stderr
        self.assertNotIn("\x1b", said)


if __name__ == "__main__":
    main()
