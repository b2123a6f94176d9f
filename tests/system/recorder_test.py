"""What is kept over time: the history of numbers, recordings, and what is done without a disk."""
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import main
from support.client import Client
from support.gateway import ENVIRONMENT, Gateway, PROGRAM, wait_until

CONFIG = '[gateway]\nsys_interval = "0s"\n[history]\ntopics = ["home/+/temperature"]\n'
TOPIC = "home/kitchen/temperature"


def kleber(gateway, *arguments):
    return subprocess.run([PROGRAM, *arguments, "--state", str(gateway.state)], timeout=30,
                          capture_output=True, text=True, env={**os.environ, **ENVIRONMENT})


def rows(gateway, topic=TOPIC):
    return json.loads(gateway.ask("history", topic, "--json"))


def values(gateway, topic=TOPIC):
    return [row["mean"] for row in rows(gateway, topic)]


def listens(gateway):
    """The recorder has its subscriptions: before that it hears nothing."""
    clients = json.loads(gateway.ask("clients", "--json"))
    return any(one["id"] == "$recorder" and one["subscriptions"] > 0 for one in clients)


class History(unittest.TestCase):
    def publish(self, gateway, *messages):
        """Returns when the broker has had them."""
        with Client(gateway.port, "sensor") as client:
            for topic, payload in messages:
                client.publish(topic, payload.encode(), 1)

    def test_numbers_are_there_at_once_and_after_a_restart(self):
        with Gateway(CONFIG) as gateway:
            wait_until(lambda: listens(gateway))
            self.publish(gateway, (TOPIC, "21.5"), (TOPIC, "warm"), (TOPIC, "true"),
                         ("home/kitchen/humidity", "55"), (TOPIC, "-3e-1"))
            self.assertEqual(values(gateway), [21.5, 1, -0.3])
            gateway.end()
            self.assertEqual((gateway.state / "recorder.db").stat().st_mode & 0o777, 0o600)
            gateway.start()
            wait_until(lambda: listens(gateway))
            self.publish(gateway, (TOPIC, "7"))
            self.assertEqual(values(gateway), [21.5, 1, -0.3, 7])
            self.assertEqual(gateway.ask("history"), TOPIC + "\n")

    def test_tables_for_people_and_for_programs(self):
        with Gateway(CONFIG) as gateway:
            wait_until(lambda: listens(gateway))
            self.publish(gateway, *((TOPIC, str(number)) for number in range(2500)))
            table = gateway.ask("history", TOPIC, "--since", "1h").splitlines()
            self.assertRegex(table[0], r"^TIME +MEAN +MIN +MAX +COUNT$")
            self.assertEqual(len(table), 2501, "all pages")
            self.assertRegex(table[3], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} +2 +1$")
            lines = list(csv.DictReader(io.StringIO(gateway.ask("history", TOPIC, "--csv"))))
            self.assertEqual([float(line["mean"]) for line in lines], list(range(2500)))
            self.assertRegex(lines[0]["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertEqual(lines[0]["seconds"], "0")
            self.assertEqual(gateway.ask("history", TOPIC, "--since", "2h", "--until", "1h"),
                             "nothing in that time\n")

    def test_what_is_retained_is_not_taken_for_news(self):
        with Gateway(CONFIG) as gateway:
            wait_until(lambda: listens(gateway))
            with Client(gateway.port, "sensor") as client:
                client.publish(TOPIC, b"20", 1, retain=True)
            gateway.end()
            gateway.start()
            wait_until(lambda: listens(gateway))
            self.assertEqual(values(gateway), [20])

    def test_a_topic_without_history_is_explained(self):
        with Gateway(CONFIG) as gateway:
            wait_until(lambda: listens(gateway))
            self.publish(gateway, (TOPIC, "1"))
            done = kleber(gateway, "history", "home/kitchen/temprature")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(f"did you mean {TOPIC}?", done.stderr)
            done = kleber(gateway, "history", "door")
            self.assertIn('[history] topics = ["door"]', done.stderr)
            done = kleber(gateway, "history", "home/#")
            self.assertIn("home/# is a filter, and one topic is wanted", done.stderr)
            done = kleber(gateway, "history", TOPIC, "--since", "soon")
            self.assertEqual(done.returncode, 1)
            self.assertIn("--since: soon is no time", done.stderr)

    def test_topics_change_while_it_runs(self):
        with Gateway() as gateway:
            done = kleber(gateway, "history", TOPIC)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no history is kept", done.stderr)
            self.assertFalse((gateway.state / "recorder.db").exists())
            gateway.write_config(CONFIG)
            gateway.signal(signal.SIGHUP)
            wait_until(lambda: listens(gateway))
            self.publish(gateway, (TOPIC, "1"), ("power", "5"))
            gateway.write_config(CONFIG.replace("home/+/temperature", "power"))
            self.assertEqual(kleber(gateway, "reload").returncode, 0)
            wait_until(lambda: listens(gateway))
            self.publish(gateway, (TOPIC, "2"), ("power", "6"))
            self.assertEqual((values(gateway), values(gateway, "power")), ([1], [6]))
            gateway.write_config("")
            self.assertEqual(kleber(gateway, "reload").returncode, 0)
            wait_until(lambda: not listens(gateway))
            self.assertEqual(values(gateway), [1], "what was kept can be asked for")
            gateway.end()
            gateway.start()
            self.assertEqual(values(gateway), [1], "also after a start without history")
            self.assertFalse(any(one["id"] == "$recorder" for one in
                                 json.loads(gateway.ask("clients", "--json"))))
            gateway.write_config(CONFIG)
            self.assertEqual(kleber(gateway, "reload").returncode, 0)
            wait_until(lambda: listens(gateway))
            self.publish(gateway, (TOPIC, "3"))
            self.assertEqual(values(gateway), [1, 3])

    def test_a_kicked_recorder_comes_back(self):
        with Gateway(CONFIG) as gateway:
            wait_until(lambda: listens(gateway))
            self.assertEqual(kleber(gateway, "kick", "$recorder").returncode, 0)
            wait_until(lambda: listens(gateway))
            self.assertEqual(len(re.findall("recorder's session has ended", gateway.log())), 1)
            self.assertEqual(len(re.findall("recorder's session is back", gateway.log())), 1)

    def test_what_the_broker_refuses_is_told(self):
        config = CONFIG.replace("[history]", "[limits]\nsubscriptions = 1\n[history]")
        with Gateway(config.replace('"]', '", "power"]')) as gateway:
            gateway.wait_for_log("warning: .*the broker refuses what the recorder is to listen to: "
                                 "power")


class Recording(unittest.TestCase):
    def test_it_stays_within_its_size(self):
        config = '[recording]\ntopics = ["#"]\nsize = "64 KiB"\n'
        with Gateway(config) as gateway:
            wait_until(lambda: listens(gateway))
            with Client(gateway.port, "talker") as client:
                for _ in range(300):
                    client.publish("large", bytes(10_000), 1)
            gateway.end()
            # What waits in memory is written in one go before the oldest of it goes again.
            self.assertLess((gateway.state / "recorder.db").stat().st_size, 3 << 20)
            gateway.start()
            wait_until(lambda: listens(gateway))


    def test_what_is_too_large_is_counted_and_told(self):
        config = ('[limits]\npacket = "8 MiB"\n'
                  '[recording]\ntopics = ["#"]\nsize = "64 KiB"\n')
        with Gateway(config) as gateway:
            wait_until(lambda: listens(gateway))
            with Client(gateway.port, "talker") as client:
                client.publish("small", b"1", 1)
                client.publish("large", bytes(100_000), 1)
                client.publish("huge", bytes(5_000_000), 1)
                client.publish("small", b"2", 1)
            wait_until(lambda: gateway.status()["recorder"]["dropped"]["no_room"] == 1)
            gateway.write_config(config + 'keep = "1d"\n')
            self.assertEqual(kleber(gateway, "reload").returncode, 0)
            gateway.wait_for_log("1 messages were not recorded: .* larger than 4 MiB")
            gateway.wait_for_log("larger than recording.size, so not recorded: 1 messages")
            wait_until(lambda: gateway.status()["recorder"]["messages"] == 2)
            self.assertEqual(gateway.status()["recorder"]["dropped"]["too_large"], 1)
            self.assertIn("not kept: 1 for want of room, 1 too large", gateway.ask("status"))


class Disk(unittest.TestCase):
    def test_garbage_is_set_aside_and_a_new_file_begins(self):
        with Gateway(CONFIG) as gateway:
            gateway.end()
            file = gateway.state / "recorder.db"
            file.write_bytes(b"no database" * 1000)
            gateway.start()
            gateway.wait_for_log(r"warning: .*recorder's file could not be used.*set aside as")
            wait_until(lambda: listens(gateway))
            with Client(gateway.port, "sensor") as client:
                client.publish(TOPIC, b"1", 1)
            self.assertEqual(values(gateway), [1])
            aside = [one for one in gateway.state.iterdir()
                     if re.fullmatch(r"recorder\.db\.set-aside-\d{8}-\d{6}", one.name)]
            self.assertEqual(len(aside), 1)

    def test_without_a_file_it_goes_on_in_memory(self):
        with Gateway(CONFIG) as gateway:
            gateway.end()
            file = gateway.state / "recorder.db"
            file.unlink()
            file.mkdir()
            gateway.start()
            gateway.wait_for_log(r"warning: .*the recorder cannot write")
            wait_until(lambda: listens(gateway))
            with Client(gateway.port, "sensor") as client:
                client.publish(TOPIC, b"1", 1)
            self.assertEqual(values(gateway), [1])
            self.assertEqual(gateway.status()["recorder"]["state"], "degraded")
            done = kleber(gateway, "history", "home/hall/temperature")
            self.assertIn("the recorder cannot use its file", done.stderr)
            # It tries again in a while, though nobody says anything.
            file.rmdir()
            gateway.wait_for_log("the recorder can write again", 45)
            self.assertEqual(gateway.status()["recorder"]["state"], "ok")
            self.assertEqual(values(gateway), [1])


if __name__ == "__main__":
    main()
