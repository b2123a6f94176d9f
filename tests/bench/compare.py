#!/usr/bin/env python3
"""Measures Kleber beside mosquitto and a relay that checks nothing, interleaved in one run.

    tests/bench/compare.py --mqload FILE --floor FILE [--runs 3] [--only NAME ...]
    tests/bench/compare.py --mqload FILE --floor FILE --lanes-beside-one 2

`mqload` is a load generator that reads the broker's CPU time, `floor` the cheapest relay possible;
both are built beforehand. Prints a table: medians of the broker's CPU microseconds a delivered
message (user and system, whole process), the ratio, and the target. Absolute figures hold for one
machine and hour only: the ratios count.
"""

import argparse
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import store_rows

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# name, arguments of mqload, what is compared with, how many times as much it may cost
FLOW = [
    ("pairs, QoS 0, window 16", "pairs", "floor", 2.0),
    ("pairs, QoS 0, window 1", "pairs --window 1", "floor", 1.2),
    ("pairs, QoS 0, window 16, 1 KiB", "pairs --size 1024", "floor", 2.0),
    ("pairs, QoS 1, window 4", "pairs --qos 1 --window 4", "floor", 1.15),
    ("pairs, QoS 2, window 4", "pairs --qos 2 --window 4", "mosquitto", 0.25),
    ("fanin 50:1, QoS 0, window 16", "fanin", "floor", 1.6),
    ("fanin 50:1, QoS 1, window 4", "fanin --qos 1 --window 4", "floor", 1.3),
    ("fanout 1:100, QoS 0, window 16", "fanout", "floor", 1.2),
    ("fanout 1:100, QoS 1, window 4", "fanout --qos 1 --window 4", "floor", 1.3),
    ("wild, QoS 0", "wild", "mosquitto", 0.2),
    ("wild, QoS 1, window 4", "wild --qos 1 --window 4", "mosquitto", 0.35),
    ("paced 1,000/s", "latency --rate 1000", "floor", 1.25),
]
# name, arguments, which of ours, [(figure of mqload, what it is, target)]
STORED = [
    ("10,000 idle connections", "idle --conns 10000 --secs 10", "kleber",
     [("bytes_per_conn_sub", "bytes a connection with one subscription", 1000),
      ("quiet_wakeups_per_s", "wake-ups a second", 0.2)]),
    ("20,000 retained", "retained --count 20000", "kleber",
     [("bytes_per_msg", "bytes each", 250), ("first_ms", "first one after, ms", 5)]),
    ("20,000 queued, QoS 1, in memory", "offline --count 20000", "memory",
     [("bytes_per_msg", "bytes each", 250), ("store_cpu_us", "us to store", 1.0),
      ("replay_cpu_us", "us to deliver", 1.0)]),
    ("20,000 queued, QoS 1, power", "offline --count 20000", "kleber",
     [("bytes_per_msg", "bytes each", 250), ("store_cpu_us", "us to store", None),
      ("replay_cpu_us", "us to deliver", None)]),
]
# What further lanes cost, beside one lane.
LANES = [("pairs, QoS 0, window 16", "pairs"), ("pairs, QoS 0, window 1", "pairs --window 1"),
         ("pairs, QoS 1, window 4", "pairs --qos 1 --window 4"),
         ("fanout 1:100, QoS 0, window 16", "fanout")]


class Broker:
    def __init__(self, name, command, port):
        self.name, self.command, self.port = name, command, port

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        import socket
        for _ in range(1000):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return self
            except OSError:
                time.sleep(0.01)
        raise SystemExit(f"{self.name} does not answer on port {self.port}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)


def measure(mqload, broker, arguments):
    command = [mqload, *arguments.split(), "--port", str(broker.port), "--pid",
               str(broker.process.pid), "--json"]
    if "--secs" not in arguments:
        command += ["--warm", "0.5", "--secs", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if not done.stdout.strip():
        raise SystemExit(f"{broker.name}: {arguments}: {done.stderr.strip()}")
    result = json.loads(done.stdout)
    if not result["ok"]:
        print(f"! {broker.name}: {arguments}: a check of the load generator failed", file=sys.stderr)
    return result


def compare_lanes(options, one, more):
    print("| scenario | one lane | more | ratio |\n|---|--:|--:|--:|")
    for name, arguments in LANES:
        if options.only and not any(part in name for part in options.only):
            continue
        figures = [[measure(options.mqload, broker, arguments)["cpu_us_per_msg"]
                    for broker in (one, more)] for _ in range(options.runs)]
        first, second = (statistics.median(column) for column in zip(*figures))
        ratio = statistics.median(b / a for a, b in figures)
        print(f"| {name} | {first:.2f} | {second:.2f} | {ratio:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mqload", required=True)
    parser.add_argument("--floor", required=True)
    parser.add_argument("--mqload-lasting", help="the same with sessions that last (see README)")
    parser.add_argument("--kleber", default=f"{TOP}/build/release/gateway/app/kleber")
    parser.add_argument("--mosquitto", default="/usr/sbin/mosquitto")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument("--lanes-beside-one", type=int, metavar="N",
                        help="compare N lanes with one lane instead")
    parser.add_argument("--only", nargs="*", help="parts of names")
    options = parser.parse_args()

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def wanted(name):
        return not options.only or any(part in name for part in options.only)

    with tempfile.TemporaryDirectory() as folder:
        def write(name, text):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return path

        # The default configuration but for what the last scenarios fill.
        def configuration(name, lanes, port, durability="power"):
            return write(name, f"[gateway]\nlanes = {lanes}\n"
                         f"[store]\ndurability = '{durability}'\n"
                         "[limits]\nqueue = { messages = 1000000, bytes = '1 GiB' }\n"
                         "retained = { messages = 2000000, bytes = '1 GiB' }\n"
                         f"[[listener]]\nport = {port}\n")

        kleber = configuration("kleber.toml", options.lanes, 18891)
        many = configuration("lanes.toml", options.lanes_beside_one, 18894)
        mosquitto = write("mosquitto.conf", "listener 18892\nallow_anonymous true\nuser root\n"
                          "max_queued_messages 1000000\npersistence true\nautosave_interval 10\n"
                          f"persistence_location {folder}/\n")
        memory = configuration("memory.toml", options.lanes, 18891, "memory")
        beside = configuration("beside.toml", options.lanes, 18895, "memory")
        brokers = {
            "kleber": ([options.kleber, "run", "--config", kleber], 18891),
            "memory": ([options.kleber, "run", "--config", memory], 18891),
            "beside": ([options.kleber, "run", "--config", beside], 18895),
            "mosquitto": ([options.mosquitto, "-c", mosquitto], 18892),
            "floor": ([options.floor, "18893"], 18893),
            "lanes": ([options.kleber, "run", "--config", many], 18894),
        }

        def start(name, again=None):
            command, port = brokers[name]
            if again:  # with what it has kept
                command = again.command
            elif command[0] == options.kleber:  # nothing is there from an earlier run
                command = [*command, "--state", tempfile.mkdtemp(dir=folder)]
            else:
                with contextlib.suppress(FileNotFoundError):
                    os.remove(os.path.join(folder, "mosquitto.db"))
            return Broker(name, command, port)

        if options.lanes_beside_one:
            with start("kleber") as one, start("lanes") as more:
                compare_lanes(options, one, more)
            return

        print("| scenario | floor | mosquitto | ours | ratio | at most |")
        print("|---|--:|--:|--:|--:|--:|")
        with start("kleber") as ours, start("mosquitto") as theirs, start("floor") as floor:
            for name, arguments, against, target in FLOW:
                if not wanted(name):
                    continue
                figures = {"kleber": [], "mosquitto": [], "floor": []}
                tails = []
                for _ in range(options.runs):
                    for broker in (floor, ours, theirs):
                        if broker is floor and against != "floor":
                            continue
                        result = measure(options.mqload, broker, arguments)
                        figures[broker.name].append(result["cpu_us_per_msg"])
                        if broker is ours:
                            tails.append(result["p99_us"])
                median = {k: statistics.median(v) for k, v in figures.items() if v}
                ratio = statistics.median(
                    a / b for a, b in zip(figures["kleber"], figures[against]))
                mark = "" if ratio <= target else " (missed)"
                tail = f", p99 {statistics.median(tails):.0f} us" if "paced" in name else ""
                floor_text = f"{median['floor']:.2f}" if "floor" in median else "-"
                print(f"| {name} | {floor_text} | {median['mosquitto']:.2f} | "
                      f"{median['kleber']:.2f}{tail} | {ratio:.2f} x {against} | "
                      f"{target} x{mark} |", flush=True)
        for name, arguments, which, rows in STORED:
            if not wanted(name):
                continue
            for key in (which, "mosquitto"):
                results = []
                for _ in range(options.runs):
                    with start(key) as broker:
                        results.append(measure(options.mqload, broker, arguments))
                if key == which:
                    our_results = results
                else:
                    their_results = results
            for figure, text, target in rows:
                ours_figure = statistics.median(r[figure] for r in our_results)
                theirs_figure = statistics.median(r[figure] for r in their_results)
                mark = "" if target is None or ours_figure <= target else " (missed)"
                print(f"| {name}: {text} | - | {theirs_figure:.4g} | {ours_figure:.4g} | | "
                      f"{target or '-'}{mark} |", flush=True)

        def measure_here(broker, arguments):
            return measure(options.mqload, broker, arguments)

        if options.mqload_lasting:
            store_rows.compare_lasting(
                start, options.runs, wanted,
                lambda broker, arguments: measure(options.mqload_lasting, broker, arguments))
        store_rows.compare_stored(start, options.runs, wanted, measure_here)
        store_rows.compare_pauses(start, wanted, measure_here)
        store_rows.measure_start(start, wanted, measure_here)


if __name__ == "__main__":
    main()
