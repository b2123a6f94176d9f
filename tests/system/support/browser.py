"""Chromium without a window, led over two pipes in its DevTools protocol."""
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from support.gateway import wait_until

SECONDS = 60
FLAGS = ["--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
         "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-extensions", "--password-store=basic", "--no-proxy-server"]
# Those of the protocol, in the browser.
READS, WRITES = 3, 4


class PageError(AssertionError):
    """What a page could not do: its own words."""


class Browser:
    """One that knows nothing and nobody, but those whose authorities it is told to `trust`.

    It ends when this does: its pipes close then, whatever happens.
    """

    def __init__(self, trust=()):
        self._folder = tempfile.TemporaryDirectory(prefix="kleber-browser-",
                                                   ignore_cleanup_errors=True)
        home = Path(self._folder.name)
        self._trust(home, trust)
        (commands, self._to), (self._from, answers) = os.pipe(), os.pipe()

        def place_pipes():
            # First out of the way: each may have the number of the other.
            spare = [os.dup(commands), os.dup(answers)]
            for source, target in zip(spare, (READS, WRITES)):
                os.dup2(source, target)

        # As root it can have no sandbox, and the only pages that it sees are ours.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        program = shutil.which("chromium")
        assert program, "chromium is not there; ./test installs it"
        self._log = open(home / "log", "wb")
        self.process = subprocess.Popen(
            [program, *FLAGS, *sandbox, f"--user-data-dir={home / 'profile'}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, preexec_fn=place_pipes,
            close_fds=False, env={**os.environ, "HOME": str(home)})
        os.close(commands)
        os.close(answers)
        os.set_blocking(self._from, False)
        self._buffer, self._last_id, self._answers = bytearray(), 0, {}

    @staticmethod
    def _trust(home, authorities):
        database = home / ".pki/nssdb"
        database.mkdir(parents=True)
        for arguments in (["-N", "--empty-password"], *(
                ["-A", "-n", str(file), "-t", "C,,", "-i", str(file)] for file in authorities)):
            done = subprocess.run(["certutil", "-d", f"sql:{database}", *arguments],
                                  capture_output=True, text=True, timeout=SECONDS)
            assert done.returncode == 0, done

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for pipe in (self._to, self._from):
            os.close(pipe)
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()
        self._folder.cleanup()

    # -- its protocol

    def command(self, method, session=None, **parameters):
        """The result of one; PageError if it is refused."""
        self._last_id += 1
        wanted = self._last_id
        request = {"id": wanted, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self._to, json.dumps(request).encode() + b"\0")
        answer = wait_until(lambda: self._answer(wanted), SECONDS, f"the browser: {method}")
        if "error" in answer:
            raise PageError(answer["error"]["message"])
        return answer["result"]

    def _answer(self, wanted):
        try:
            data = os.read(self._from, 1 << 20)
        except BlockingIOError:
            data = None
        if data == b"":
            raise AssertionError(f"the browser has ended:\n{self._output()[-4000:]}")
        self._buffer += data or b""
        *messages, self._buffer = self._buffer.split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self._answers[message["id"]] = message
        return self._answers.pop(wanted, None)

    def _output(self):
        return (Path(self._folder.name) / "log").read_text(errors="replace")

    def page(self, url):
        """A new tab with that page; PageError if it cannot be had."""
        return Page(self, url)


class Page:
    def __init__(self, browser, url):
        self._browser = browser
        self._target = browser.command("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.command("Target.attachToTarget", targetId=self._target,
                                        flatten=True)["sessionId"]
        failure = browser.command("Page.navigate", self._session, url=url).get("errorText")
        if failure:
            raise PageError(failure)
        # Its scripts run before that.
        wait_until(lambda: self._evaluate(
            "document.readyState === 'complete' && location.href !== 'about:blank'"), SECONDS, url)

    def _evaluate(self, expression):
        done = self._browser.command("Runtime.evaluate", self._session, expression=expression,
                                     awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise PageError(done["exceptionDetails"]["exception"]["description"])
        return done["result"].get("value")

    def call(self, function, *arguments):
        """A function of the page, to its end. What it returns; PageError if it throws."""
        return self._evaluate(f"{function}({', '.join(map(json.dumps, arguments))})")

    def close(self):
        """As a person does."""
        self._browser.command("Target.closeTarget", targetId=self._target)
