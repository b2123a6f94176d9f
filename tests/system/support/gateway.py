"""The program under test: started with a configuration of its own, watched, and stopped."""
import json
import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAM = os.environ.get("KLEBER", "build/dev/gateway/app/kleber")
REPORT = re.compile(r"(ERROR|WARNING): \w+Sanitizer|runtime error:")
LISTENING = re.compile(r"listening for (?:mqtts?|wss?) on (\S+):(\d+)")

LISTENER = '[[listener]]\nkind = "mqtt"\naddress = "127.0.0.1"\nport = 0\n'

# The address sanitizer keeps freed memory for a while; little of it, so that a process's size says
# something about the program.
ENVIRONMENT = {
    "ASAN_OPTIONS": "quarantine_size_mb=4:thread_local_quarantine_size_kb=64:malloc_context_size=8",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


def wait_until(condition, seconds=20, what="a condition"):
    """The condition's first true value; fails when it does not come in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.01)


def raise_descriptor_limit():
    """A test that is thousands of clients needs as many descriptors."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Gateway:
    """Use it in a `with`: leaving it stops the program and checks how it ended.

    `config` is TOML; without a [[listener]] in it there is one on a free port of 127.0.0.1. There
    are no users, unless `first_start` is "user". After kill() or end() it can be started again, with
    what it has kept in its state folder.
    """

    def __init__(self, config="", descriptors=None, environment=None, prefix=(), state=None,
                 first_start="nothing", pass_fds=()):
        self._folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.folder = Path(self._folder.name)
        (self.folder / "conf.d").mkdir()
        (self.folder / "conf.d" / "first_start.toml").write_text(
            f'[auth]\nfirst_start = "{first_start}"\n')
        self.state = Path(state or self.folder / "state")
        self.state.mkdir(mode=0o700, exist_ok=True)
        self.config_file = self.folder / "kleber.toml"
        self.log_file = self.folder / "log"
        self.write_config(config)
        self._descriptors, self._prefix, self._pass_fds = descriptors, prefix, pass_fds
        self.environment = environment or {}
        self._log = open(self.log_file, "ab")
        try:
            self.start()
        except AssertionError:
            self._clean_up()
            raise

    def start(self, may_be_killed=False):
        """Returns when it listens; `port` is that of the first listener. Where it may be killed
        before, the result says whether it does."""
        self._log_begin = self.log_file.stat().st_size

        def limit_descriptors():
            if self._descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (self._descriptors, self._descriptors))

        self.process = subprocess.Popen(
            [*self._prefix, PROGRAM, "run", "--config", str(self.config_file), "--state",
             str(self.state)],
            stderr=self._log, stdin=subprocess.DEVNULL, preexec_fn=limit_descriptors,
            pass_fds=self._pass_fds, env={**os.environ, **ENVIRONMENT, **self.environment})
        try:
            self.port = int(wait_until(self._is_up, 60, "the gateway to come up")[2])
            return True
        except AssertionError:
            if may_be_killed and self.process.poll() == -signal.SIGKILL:
                return False
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the gateway did not come up:\n{self.log()}") from None

    def _is_up(self):
        if self.process.poll() is not None:
            raise AssertionError
        return LISTENING.search(self.log(self._log_begin))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.stop()
            return
        # The test has failed already: what the gateway has to say helps to see why.
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        print(f"--- the gateway's log ends:\n{self.log()[-60000:]}\n--- status "
              f"{self.process.returncode}", flush=True)
        self._clean_up()

    def stop(self, seconds=20):
        """Ends it as a system does, for good. Returns the seconds it took."""
        took = self.end(seconds)
        self._clean_up()
        return took

    def end(self, seconds=20):
        """The same, but it may be started again."""
        self.check_alive()
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"still there {seconds} s after SIGTERM") from None
        took = time.monotonic() - begin
        log = self.log()
        assert not REPORT.search(log), f"a sanitizer's report:\n{log[-8000:]}"
        assert status == 0, f"exit status {status}:\n{log[-4000:]}"
        return took

    def kill(self):
        """Without a warning, unless that has happened to it already."""
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL, self.log()

    def _clean_up(self):
        self._log.close()
        self._folder.cleanup()

    # -- configuration

    def write_config(self, config):
        if "[[listener]]" not in config:
            config += "\n" + LISTENER
        self.config_file.write_text(config)

    def signal(self, number):
        self.process.send_signal(number)

    def ask(self, *arguments):
        """What one of the commands for the running gateway prints."""
        done = subprocess.run([PROGRAM, *arguments, "--state", str(self.state)],
                              capture_output=True, text=True, timeout=30,
                              env={**os.environ, **ENVIRONMENT})
        assert done.returncode == 0, done
        return done.stdout

    def status(self):
        return json.loads(self.ask("status", "--json"))

    # -- what it says

    def log(self, begin=0):
        """From that byte on."""
        return self.log_file.read_bytes()[begin:].decode(errors="replace")

    def wait_for_log(self, pattern, seconds=20):
        return wait_until(lambda: re.search(pattern, self.log()), seconds, f"the log: {pattern}")

    def ports(self, count):
        """Those of so many listeners, in the order in which they were opened."""
        found = wait_until(lambda: LISTENING.findall(self.log())[count - 1:] and
                           LISTENING.findall(self.log()))
        return [int(port) for _, port in found]

    # -- what it needs

    def check_alive(self):
        status = self.process.poll()
        assert status is None, f"the gateway has ended, status {status}:\n{self.log()[-8000:]}"

    def _status(self, name):
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1])

    def resident_bytes(self):
        return self._status("VmRSS") * 1024

    def resident_bytes_max(self):
        return self._status("VmHWM") * 1024

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptor_count(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))
