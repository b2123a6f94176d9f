"""Disks that are too small or broken."""
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from support.gateway import wait_until


class SmallDisk:
    """A folder on a disk (in memory) of that size, which can be changed."""

    def __init__(self, size):
        self._folder = tempfile.TemporaryDirectory(prefix="kleber-disk-")
        self.path = Path(self._folder.name)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs",
                               str(self.path)], capture_output=True, text=True)
        if done.returncode != 0:
            self._folder.cleanup()
            raise unittest.SkipTest(f"needs the right to mount: {done.stderr.strip()}")

    def resize(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.path)], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Also where a process was left behind that uses it.
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)
        self._folder.cleanup()


class Injection:
    """System calls of the store's thread that fail or take long, as strace's option --inject has it,
    as long as this is entered."""

    def __init__(self, gateway, *rules):
        self._gateway, self._rules = gateway, rules
        self._strace = None

    def __enter__(self):
        pid = self._gateway.process.pid
        threads = [int(name) for name in os.listdir(f"/proc/{pid}/task") if int(name) != pid]
        self._strace = subprocess.Popen(
            ["strace", "--quiet=all", "--output=/dev/null",
             *(f"--trace={rule.split(':')[0]}" for rule in self._rules),
             *(f"--inject={rule}" for rule in self._rules),
             *(f"--attach={thread}" for thread in threads)], stderr=subprocess.PIPE, text=True)
        wait_until(lambda: self._strace.poll() is not None
                   or all(self._is_traced(pid, thread) for thread in threads), what="strace")
        if self._strace.poll() is not None:
            raise unittest.SkipTest(f"needs the right to trace: {self._strace.communicate()[1]}")
        return self

    @staticmethod
    def _is_traced(pid, thread):
        status = Path(f"/proc/{pid}/task/{thread}/status").read_text()
        return "TracerPid:\t0\n" not in status

    def __exit__(self, *_):
        self._strace.send_signal(signal.SIGTERM)
        self._strace.communicate()
