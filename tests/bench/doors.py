#!/usr/bin/env python3
"""What the doors cost: TLS, WebSockets and both, beside mosquitto and beside our own plain TCP.

    tests/bench/doors.py --door-load FILE [--runs 5] [--only NAME ...]
    tests/bench/doors.py --door-load FILE --smoke

`door_load` is built beside this file, with `ninja door_load`. Prints a table of medians of interleaved
runs; absolute figures hold for one machine and hour only. With --smoke each load is tried for a moment
and nothing is measured but what no other program on the machine can change.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

import door_brokers

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONNECTIONS = 1000

# name, door, what is sent, beside what, how many times as much it may cost (None: only said)
PAIRS = [
    ("pairs, TLS, QoS 0, window 16", "tls", "", "mosquitto", 0.5),
    ("pairs, TLS, QoS 0, window 1", "tls", "--window 1", "mosquitto", None),
    ("pairs, TLS, QoS 1, window 4", "tls", "--qos 1 --window 4", "mosquitto", None),
    ("pairs, TLS, QoS 0, window 16, 1 KiB", "tls", "--size 1024", "mosquitto", None),
    ("pairs, WebSocket, QoS 0, window 16", "ws", "", "tcp", 1.15),
    ("pairs, WebSocket, QoS 0, window 1", "ws", "--window 1", "tcp", 1.15),
    ("pairs, WebSocket, QoS 1, window 4", "ws", "--qos 1 --window 4", "tcp", 1.15),
    ("pairs, WebSocket, QoS 0, window 16, 1 KiB", "ws", "--size 1024", "tcp", 1.15),
    ("pairs, WebSocket over TLS, QoS 0, window 16", "wss", "", "mosquitto", None),
]
IDLE = [("tcp", None), ("tls", 16_000), ("ws", None), ("wss", None)]
BURST_P99_MS = 50


class Load:
    def __init__(self, program, certificates):
        self._program, self._certificates = program, certificates

    def run(self, broker, scenario, door, arguments=""):
        command = [self._program, scenario, "--door", door, "--port", str(broker.ports[door]),
                   "--pid", str(broker.process.pid), "--authority", self._certificates.authority,
                   *arguments.split()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise SystemExit(f"{broker.name}: {scenario} {door} {arguments}: {done.stderr.strip()}")
        return json.loads(done.stdout)


class Bench:
    def __init__(self, load, start, options):
        self._load, self._start, self._options = load, start, options

    def _is_wanted(self, name):
        return not self._options.only or any(part in name for part in self._options.only)

    def compare_pairs(self):
        """CPU a message of both brokers, of ours through TCP too, and of the generator."""
        print("| CPU us a message | mosquitto | ours, TCP | ours | ratio | at most | generator |\n"
              "|---|--:|--:|--:|--:|--:|--:|")
        with self._start("kleber") as ours, self._start("mosquitto") as theirs:
            for name, door, arguments, against, target in PAIRS:
                if not self._is_wanted(name):
                    continue
                runs = [{
                    "mosquitto": self._load.run(theirs, "pairs", door, arguments),
                    "tcp": self._load.run(ours, "pairs", "tcp", arguments),
                    "ours": self._load.run(ours, "pairs", door, arguments),
                } for _ in range(self._options.runs)]

                def median(key, figure="cpu_us_per_message"):
                    return statistics.median(run[key][figure] for run in runs)

                ratio = statistics.median(run["ours"]["cpu_us_per_message"] /
                                          run[against]["cpu_us_per_message"] for run in runs)
                print(f"| {name} | {median('mosquitto'):.2f} | {median('tcp'):.2f} | "
                      f"{median('ours'):.2f} | {ratio:.2f} x {against} | {limit(ratio, target)} | "
                      f"{median('ours', 'generator_cpu_us_per_message'):.2f} |", flush=True)

    def compare_idle(self):
        """Each run with brokers that have done nothing yet."""
        print(f"\n| {CONNECTIONS:,} idle connections | mosquitto | ours | at most |\n"
              "|---|--:|--:|--:|")
        for door, target in IDLE:
            if not self._is_wanted(f"idle, {door}"):
                continue
            runs = [self._run_each("idle", door) for _ in range(self._options.runs)]
            theirs, ours = medians(runs, "bytes_per_connection")
            print(f"| idle, {door}: bytes each | {theirs:.0f} | {ours:.0f} | "
                  f"{limit(ours, target)} |", flush=True)
            theirs, ours = medians(runs, "cpu_us_per_connect")
            print(f"| idle, {door}: CPU us to come in | {theirs:.0f} | {ours:.0f} | - |", flush=True)

    def compare_bursts(self):
        print(f"\n| {CONNECTIONS:,} come back at once, 1,000 messages/s flow | mosquitto | ours | "
              "at most |\n|---|--:|--:|--:|")
        for name, door, resume in (("TLS", "tls", 0), ("TLS, resumed", "tls", 1),
                                   ("WebSocket over TLS", "wss", 0)):
            name = f"burst, {name}"
            if not self._is_wanted(name):
                continue
            runs = [self._run_each("burst", door, f"--resume {resume}")
                    for _ in range(self._options.runs)]
            for phase in ("before", "during", "after"):
                theirs, ours = (" / ".join(ms(figures[index]) for figures in (
                    medians(runs, f"{phase}_{figure}_us") for figure in ("p50", "p99", "max")))
                    for index in (0, 1))
                p99 = medians(runs, f"{phase}_p99_us")[1] / 1e3
                target = BURST_P99_MS if phase == "during" else None
                print(f"| {name}, {phase}: p50 / p99 / max, ms | {theirs} | {ours} | "
                      f"{limit(p99, target)} |")
            for figure, what in (("all_in_ms", "all in after, ms"), ("resumed_count", "resumed"),
                                 ("cpu_us_per_connect", "CPU us a client and what flows"),
                                 ("generator_cpu_us_per_connect", "generator's CPU us a client"),
                                 ("generator_late_p99_us", "generator itself late, p99, us")):
                theirs, ours = medians(runs, figure)
                print(f"| {name}: {what} | {theirs:.0f} | {ours:.0f} | - |", flush=True)

    def _run_each(self, scenario, door, arguments=""):
        """One after the other, so that they do not share the machine."""
        figures = []
        for name in ("mosquitto", "kleber"):
            with self._start(name) as broker:
                figures.append(self._load.run(
                    broker, scenario, door,
                    f"--connections {CONNECTIONS} --flow-port {broker.ports['tcp']} {arguments}"))
        return figures


def medians(runs, figure):
    """Of mosquitto's and ours."""
    return [statistics.median(run[index][figure] for run in runs) for index in (0, 1)]


def ms(microseconds):
    return f"{microseconds / 1e3:.3g}"


def limit(figure, target):
    if target is None:
        return "-"
    return f"{target}{'' if figure <= target else ' (missed)'}"


def smoke(load, start):
    """Whether every load goes through every door, and those come back by their tickets who should."""
    with start("kleber") as broker:
        for door in door_brokers.DOORS:
            for qos in (0, 1):
                figures = load.run(broker, "pairs", door,
                                   f"--pairs 4 --qos {qos} --warm 0 --seconds 0.2")
                assert figures["cpu_us_per_message"] > 0, figures
            figures = load.run(broker, "idle", door, "--connections 100")
            assert figures["cpu_us_per_connect"] > 0, figures
        for door in ("tls", "wss"):
            for resume in (0, 1):
                figures = load.run(broker, "burst", door, "--connections 50 --seconds 0.2 "
                                   f"--flow-port {broker.ports['tcp']} --resume {resume}")
                assert figures["resumed_count"] == 50 * resume, figures
                assert figures["before_count"] > 0 and figures["after_count"] > 0, figures
    print("every load went through every door")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--door-load", required=True)
    parser.add_argument("--kleber", default=f"{TOP}/build/release/gateway/app/kleber")
    parser.add_argument("--mosquitto", default="/usr/sbin/mosquitto")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="parts of names")
    parser.add_argument("--smoke", action="store_true", help="only whether it works, ours alone")
    options = parser.parse_args()

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        certificates = door_brokers.Certificates(options.kleber, f"{folder}/certificates")
        load = Load(options.door_load, certificates)

        def start(name):
            program = {"kleber": options.kleber, "mosquitto": options.mosquitto}[name]
            return getattr(door_brokers, name)(program, folder, certificates)

        if options.smoke:
            return smoke(load, start)
        bench = Bench(load, start, options)
        bench.compare_pairs()
        bench.compare_idle()
        bench.compare_bursts()
    return 0


if __name__ == "__main__":
    sys.exit(main())
