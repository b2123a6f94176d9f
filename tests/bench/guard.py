#!/usr/bin/env python3
"""What a message costs, counted: user instructions (callgrind), system calls (strace) and
allocations (memcheck).

Both are exact where times are noise, so they guard against what makes the gateway slower without
anybody noticing. The load is its own and small: pairs of connections, each message answered by its
delivery before the window moves on. What the start costs goes by taking the difference of two runs.

    tests/bench/guard.py [--kleber FILE] [--print]
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAIRS = 20
PAYLOAD = b"x" * 64

# What was measured on 2026-11-20 with g++ 12, release, x86-64: instructions with 4 % more (8 %
# at window 1, where a busy machine makes turns of fewer messages), the rest with a tenth more. Lower
# them when the gateway gets cheaper. Rights, rates and mount points, none of them in use, have made a
# message dearer by 11, 32 and 26 instructions (in one run: 1,117, 1,731, 2,479 before, 1,127, 1,763,
# 2,505 after).
LIMITS = {
    ("instructions", 0, 16): 1170,
    ("instructions", 0, 1): 1850,
    ("instructions", 1, 4): 2600,
    ("system calls", 0, 16): 0.15,
    ("system calls", 0, 1): 2.25,
    ("allocations", 0, 16): 1,
    ("allocations", 1, 4): 2,
}


def text(string):
    data = string.encode()
    return len(data).to_bytes(2, "big") + data


def packet(first, body):
    length, head = len(body), bytearray([first])
    while True:
        low, length = length & 0x7F, length >> 7
        head.append(low | (0x80 if length else 0))
        if not length:
            return bytes(head) + body


def connect(port, name):
    connection = socket.create_connection(("127.0.0.1", port), 30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text(name)))
    assert take(connection, 4) == b"\x20\x02\x00\x00"
    return connection


def take(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise SystemExit("the gateway closed a connection")
        data += more
    return data


class Pair:
    def __init__(self, port, number, qos):
        topic = text(f"home/room{number // 8}/sensor{number % 8}/temp")
        self.qos = qos
        self.subscriber = connect(port, f"guard-s{number}")
        self.subscriber.sendall(packet(0x82, b"\x00\x01" + topic + bytes([qos])))
        take(self.subscriber, 5)
        self.publisher = connect(port, f"guard-p{number}")
        self.head = topic
        self.size = len(packet(0x30 | qos << 1, self.message(1)))

    def message(self, packet_id):
        return self.head + (packet_id.to_bytes(2, "big") if self.qos else b"") + PAYLOAD

    def send(self, window):
        self.publisher.sendall(b"".join(packet(0x30 | self.qos << 1, self.message(index + 1))
                                        for index in range(window)))

    def receive(self, window):
        data = take(self.subscriber, self.size * window)
        if not self.qos:
            return
        start = self.size - len(PAYLOAD) - 2
        self.subscriber.sendall(b"".join(
            b"\x40\x02" + data[at + start:at + start + 2]
            for at in range(0, len(data), self.size)))
        take(self.publisher, 4 * window)


def load(port, qos, window, rounds):
    pairs = [Pair(port, number, qos) for number in range(PAIRS)]
    for _ in range(rounds):
        for pair in pairs:
            pair.send(window)
        for pair in pairs:
            pair.receive(window)


def run(kleber, wrapper, qos, window, rounds, folder):
    config = os.path.join(folder, "kleber.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write("[gateway]\nsys_interval = '0s'\n[[listener]]\nport = 0\naddress = '127.0.0.1'\n")
    # A state folder of its own: each run creates its store, so that the difference of two has none.
    state = tempfile.mkdtemp(dir=folder)
    process = subprocess.Popen([*wrapper, kleber, "run", "--config", config, "--state", state],
                               stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            found = re.search(r"listening for mqtt on .*:(\d+)$", line.strip())
            if found:
                break
        else:
            raise SystemExit("the gateway did not start")
        load(int(found.group(1)), qos, window, rounds)
    finally:
        # Under strace it is a child that is to stop, under valgrind the process itself.
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            children = [int(pid) for pid in file.read().split()]
        for pid in children or [process.pid]:
            os.kill(pid, signal.SIGTERM)
        rest = process.stderr.read()
        process.wait(60)
    return rest


def instructions(kleber, qos, window, rounds, folder):
    out = os.path.join(folder, "callgrind.out")
    rest = run(kleber, ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"], qos, window,
               rounds, folder)
    return int(re.search(r"Collected : (\d+)", rest).group(1))


def allocations(kleber, qos, window, rounds, folder):
    rest = run(kleber, ["valgrind", "--tool=memcheck"], qos, window, rounds, folder)
    return int(re.search(r"total heap usage: ([\d,]+) allocs", rest).group(1).replace(",", ""))


def system_calls(kleber, qos, window, rounds, folder):
    out = os.path.join(folder, "strace.out")
    run(kleber, ["strace", "-f", "-c", "-o", out], qos, window, rounds, folder)
    with open(out, encoding="utf-8") as file:
        total = [line.split() for line in file if line.rstrip().endswith("total")][0]
    return int(total[3] if len(total) > 4 else total[2])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kleber", default=f"{TOP}/build/release/gateway/app/kleber")
    parser.add_argument("--print", action="store_true", help="only say what it is")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for (what, qos, window), limit in LIMITS.items():
            count = {"instructions": instructions, "system calls": system_calls,
                     "allocations": allocations}[what]
            few, many = (20, 60) if window > 1 else (200, 600)
            difference = (count(options.kleber, qos, window, many, folder) -
                          count(options.kleber, qos, window, few, folder))
            each = difference / ((many - few) * window * PAIRS)
            is_over = not options.print and each > limit
            failed += is_over
            print(f"{what:12} a message, QoS {qos}, window {window:2}: {each:8.2f}"
                  f" (at most {limit}){' TOO MANY' if is_over else ''}", flush=True)
    print(f"{len(LIMITS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
