"""The rows of compare.py that are about what must survive: what the store costs beside no store and
beside mosquitto, which writes nothing a message and everything in its saves."""

import socket
import statistics
import time

import guard

# What is in the store while somebody looks for pauses.
KEPT = 200_000
PAYLOAD = 64
START = 1_000_000


def connect(port, name):
    """A client whose session lasts."""
    connection = socket.create_connection(("127.0.0.1", port), 30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(guard.packet(0x10, guard.text("MQTT") + b"\x04\x00\x00\x00" +
                                    guard.text(name)))
    guard.take(connection, 4)
    return connection


def subscribe(connection, topic, qos):
    connection.sendall(guard.packet(0x82, b"\x00\x01" + guard.text(topic) + bytes([qos])))
    guard.take(connection, 5)


def fill(port, count):
    """As many retained messages, and as many that wait for somebody who is away."""
    away = connect(port, "away")
    subscribe(away, "away/#", 1)
    away.sendall(b"\xe0\x00")
    away.close()
    sender = connect(port, "filler")
    group = 500
    for first in range(0, count, group):
        out = []
        for number in range(first, first + group):
            packet_id = (number - first + 1).to_bytes(2, "big")
            out.append(guard.packet(0x33, guard.text(f"kept/{number}") + packet_id + guard.PAYLOAD))
            out.append(guard.packet(0x32, guard.text("away/sensor/temp") +
                                    (number - first + 1 + group).to_bytes(2, "big") +
                                    guard.PAYLOAD))
        sender.sendall(b"".join(out))
        guard.take(sender, 4 * 2 * group)
    sender.sendall(b"\xe0\x00")
    sender.close()


def row(name, mosquitto, ours, ratio, target, is_met):
    print(f"| {name} | - | {mosquitto} | {ours} | {ratio} | {target}"
          f"{'' if is_met else ' (missed)'} |", flush=True)


def compare_lasting(start, runs, wanted, measure):
    """`measure`: with a load whose sessions last."""
    for qos, target in ((1, 1.15), (2, 1.6)):
        name = f"lasting sessions, pairs, QoS {qos}, window 4"
        if not wanted(name):
            continue
        figures = []
        for _ in range(runs):
            # Each anew: the sessions of an earlier run are away, and messages are kept for them.
            with start("kleber") as power, start("beside") as memory:
                figures.append([measure(broker, f"pairs --qos {qos} --window 4")["cpu_us_per_msg"]
                                for broker in (memory, power)])
        without, with_store = (statistics.median(column) for column in zip(*figures))
        ratio = statistics.median(b / a for a, b in figures)
        row(name, "-", f"{with_store:.2f} ({without:.2f} in memory)", f"{ratio:.2f} x memory",
            f"{target} x", ratio <= target)


def compare_stored(start, runs, wanted, measure):
    for name, arguments, which, target in (
            ("200,000 queued, QoS 1, in memory", "offline --count 200000", "memory", 0.5),
            ("200,000 queued, QoS 1, power", "offline --count 200000", "kleber", 0.8),
            ("200,000 queued, QoS 1, power, window 100", "offline --window 100 --count 200000",
             "kleber", 0.8),
            ("200,000 retained", "retained --window 100 --count 200000", "kleber", 0.5)):
        if not wanted(name):
            continue
        results = {which: [], "mosquitto": []}
        for _ in range(runs):
            for key in results:
                with start(key) as broker:
                    results[key].append(measure(broker, arguments))

        def medians(figure):
            return [statistics.median(figure(result) for result in results[key])
                    for key in ("mosquitto", which)]

        if "queued" in name:
            theirs, ours = medians(lambda r: r["store_cpu_us"] + r["replay_cpu_us"])
            what = "us to store and deliver"
        else:
            theirs, ours = medians(lambda r: r["replay_cpu_us"])
            what = "us to replay"
        row(f"{name}: {what}", f"{theirs:.3g}", f"{ours:.3g}", f"{ours / theirs:.2f} x mosquitto",
            f"{target} x", ours <= target * theirs)
        theirs, ours = medians(lambda r: r["bytes_per_msg"])
        # A retained one may have 250 beside its payload.
        target = 250 if "queued" in name else 250 + PAYLOAD
        row(f"{name}: bytes each", f"{theirs:.0f}", f"{ours:.0f}", "", target, ours <= target)
        if "retained" in name:
            theirs, ours = medians(lambda r: r["first_ms"])
            row(f"{name}: first one after, ms", f"{theirs:.3g}", f"{ours:.3g}", "", "5", ours <= 5)


def compare_pauses(start, wanted, measure):
    name = f"1,000/s beside {KEPT:,} retained and {KEPT:,} queued: longest pause, ms"
    if not wanted(name):
        return
    longest = {}
    for key in ("floor", "mosquitto", "kleber"):
        with start(key) as broker:
            if key != "floor":  # which tells what the machine does to everybody
                fill(broker.port, KEPT)
            # Long enough for a fold, and for mosquitto's saves (every 10 s).
            result = measure(broker, "latency --qos 1 --rate 1000 --secs 40")
            longest[key] = result["max_us"] / 1e3
    print(f"| {name} | {longest['floor']:.3g} | {longest['mosquitto']:.3g} | "
          f"{longest['kleber']:.3g} (p99 {result['p99_us'] / 1e3:.2g}) | | 20"
          f"{'' if longest['kleber'] <= 20 else ' (missed)'} |", flush=True)


def measure_start(start, wanted, measure):
    name = f"a start with {START:,} retained messages: s until it listens"
    if not wanted(name):
        return
    with start("kleber") as broker:
        measure(broker, f"retained --window 1000 --count {START}")
    begin = time.monotonic()
    with start("kleber", broker):
        took = time.monotonic() - begin
    row(name, "-", f"{took:.2f}", "", "5", took <= 5)
