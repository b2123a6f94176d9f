"""npm's mqtt (mqtt.js) where people use it: on a page in a browser, Chromium, that the gateway itself
serves; over ws and wss, with the authority of `kleber cert create`."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import mqttjs
from support.browser import Browser, PageError
from support.case import ALL_LINES, main
from support.cert_case import kleber
from support.client import Client
from support.doors import listener, reserved
from support.gateway import Gateway

HERE = Path(__file__).parent / "browser"


class Pages(unittest.TestCase):
    """One gateway and one browser for all tests; the pages are at home on localhost only."""

    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        www, cls.certificates = folder / "www", folder / "certificates"
        shutil.copytree(HERE, www)
        shutil.copyfile(mqttjs.install() / "dist/mqtt.min.js", www / "mqtt.min.js")
        made = kleber("cert", "create", "--directory", cls.certificates)
        assert made.returncode == 0, made
        # They are part of the origins, and the same after a restart.
        cls.port, web, web_tls = (cls.enterClassContext(reserved()).getsockname()[1]
                                  for _ in range(3))
        cls.gateway = Gateway(cls.config(www, cls.port, web, web_tls))
        cls.addClassCleanup(cls.gateway.stop)
        cls.pages = {"ws": f"http://localhost:{web}/", "wss": f"https://localhost:{web_tls}/"}
        cls.urls = {"ws": f"ws://localhost:{web}/mqtt", "wss": f"wss://localhost:{web_tls}/mqtt"}
        cls.browser = cls.enterClassContext(Browser(trust=[cls.certificates / "ca.pem"]))

    @classmethod
    def config(cls, www, port, web, web_tls):
        keys = {"files": str(www), "allow_anonymous": True}
        tls = {"tls_certificate": str(cls.certificates / "server.pem"),
               "tls_key": str(cls.certificates / "server.key")}
        return (ALL_LINES + listener("mqtt", port=port)
                + listener("ws", port=web, origins=[f"http://localhost:{web}"], **keys)
                + listener("wss", port=web_tls, origins=[f"https://localhost:{web_tls}"], **tls,
                           **keys))

    def client(self, client_id):
        made = Client(self.port, client_id)
        self.addCleanup(made.close)
        return made

    def page(self, url):
        made = self.browser.page(url)
        self.addCleanup(made.close)
        return made

    def test_every_qos_and_large_messages(self):
        for scheme, url in self.urls.items():
            page = self.page(self.pages[scheme])
            for version in (3, 4, 5):
                with self.subTest(scheme, version=version):
                    page.call("talk", url, version)

    def test_a_page_outlives_a_restart_of_the_gateway(self):
        pages = {scheme: self.page(url) for scheme, url in self.pages.items()}
        for scheme, page in pages.items():
            page.call("stay", self.urls[scheme], f"resident-{scheme}", "news/#")
        with Client(self.port, "before") as client:
            client.publish("news/1", b"before", 1)
        for page in pages.values():
            self.assertEqual(page.call("nextMessage"), {"text": "before", "qos": 1})
        self.gateway.end()
        self.gateway.start()
        # Nobody waits until the pages are back: their sessions are there.
        with Client(self.port, "after") as client:
            client.publish("news/2", b"after", 2)
        for page in pages.values():
            self.assertEqual(page.call("nextMessage"), {"text": "after", "qos": 2})

    def test_the_will_of_a_tab_that_is_closed(self):
        heir = self.client("heir")
        for scheme, url in self.urls.items():
            heir.subscribe(f"wills/{scheme}", 1)
            page = self.browser.page(self.pages[scheme])
            page.call("leaveWill", url, f"wills/{scheme}")
            page.close()
            will = heir.message()
            self.assertEqual((will.topic, will.payload), (f"wills/{scheme}", b"the tab is closed"))

    def test_pages_from_elsewhere_are_turned_away(self):
        for scheme, url in self.urls.items():
            # The same machine, the same files: but a browser, too, takes it for somebody else.
            page = self.page(self.pages[scheme].replace("localhost", "127.0.0.1"))
            begin = len(self.gateway.log())
            for target in (url, url.replace("localhost", "127.0.0.1")):
                self.assertEqual(page.call("turnedAway", target), "closed")
            refusals = self.gateway.log(begin).count("pages from there may not open a WebSocket")
            self.assertEqual(refusals, 2)

    def test_a_browser_that_does_not_know_our_authority(self):
        with Browser() as stranger:
            with self.assertRaisesRegex(PageError, "ERR_CERT_AUTHORITY_INVALID"):
                stranger.page(self.pages["wss"])
            page = stranger.page(self.pages["ws"])
            self.assertEqual(page.call("turnedAway", self.urls["wss"]), "closed")


if __name__ == "__main__":
    main()
