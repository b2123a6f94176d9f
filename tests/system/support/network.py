"""A network of a test's own: addresses of strangers, which are not those of this machine."""
import ctypes
import os
import subprocess
import unittest

CLONE_NEWNET = 0x40000000


def enter_own_network(*addresses):
    """From now on this process, and those that it starts, have a network without anybody else, in which
    these addresses are theirs. What listens to all addresses can be reached from each by each."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise unittest.SkipTest(f"needs a network of its own: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in addresses:
        length, options = (128, ["nodad"]) if ":" in address else (32, [])
        subprocess.run(["ip", "address", "add", f"{address}/{length}", "dev", "lo", *options],
                       check=True)
