"""What the gateway publishes about itself: $SYS/broker by mosquitto's names, and clients' states."""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, GatewayCase, main
from support.client import Client
from support.gateway import wait_until
from support.wire import V5, properties

NUMBERS = """clients/total clients/maximum clients/active clients/inactive clients/connected
clients/disconnected clients/expired messages/received messages/sent messages/stored
publish/messages/received publish/messages/sent publish/messages/dropped publish/bytes/received
publish/bytes/sent bytes/received bytes/sent store/messages/count store/messages/bytes
subscriptions/count shared_subscriptions/count heap/current heap/maximum""".split()
NUMBERS.append("retained messages/count")
LOADS = """messages/received messages/sent publish/dropped publish/received publish/sent
bytes/received bytes/sent sockets connections""".split()


CONFIG = ALL_LINES + '[gateway]\nsys_interval = "200ms"\n'


class SysTopics(GatewayCase):
    CONFIG = CONFIG

    def test_names_units_and_meaning(self):
        wanted = set(NUMBERS) | {f"load/{name}/{span}min" for name in LOADS for span in (1, 5, 15)}
        wanted |= {"version", "uptime"}
        with Client(self.port, "") as client:
            client.subscribe("$SYS/broker/#")
            values = {}
            while not wanted <= values.keys():
                message = client.message()
                values[message.topic.removeprefix("$SYS/broker/")] = message.payload.decode()
        self.assertRegex(values["version"], r"^kleber version \d+\.\d+\.\d+$")
        self.assertRegex(values["uptime"], r"^\d+ seconds$")
        for name in NUMBERS:
            self.assertRegex(values[name], r"^\d+$", name)
        for name in LOADS:
            for span in (1, 5, 15):
                self.assertRegex(values[f"load/{name}/{span}min"], r"^\d+\.\d\d$")

    def test_they_are_retained_and_hidden_from_plain_wildcards(self):
        with Client(self.port, "") as client:
            client.subscribe("$SYS/broker/version")
            message = client.message()
            self.assertTrue(message.retain)
            client.subscribe("#")
            client.publish("plain", b"end")
            self.assertEqual(client.message().topic, "plain")

    def test_the_state_of_a_client(self):
        watcher = self.client("state-watcher", version=V5)
        watcher.subscribe("$SYS/broker/clients/sensor/state")

        def state():
            return json.loads(watcher.message().payload)

        sensor = Client(self.port, "sensor", version=V5,
                        props=properties(wire.session_expiry(60)))
        online = state()
        self.assertIs(online["online"], True)
        self.assertRegex(online["address"], r"^127\.0\.0\.1:\d+$")
        self.assertEqual(online["protocol"], "MQTT 5.0")
        self.assertTrue(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", online["since"]))
        sensor.disconnect()
        offline = state()
        self.assertEqual((offline["online"], offline["reason"]), (False, "success"))
        # It is retained: who asks later is told.
        with Client(self.port, "") as late:
            late.subscribe("$SYS/broker/clients/+/state")
            seen = set()
            while not {"sensor", "state-watcher"} <= seen:
                message = late.message()
                self.assertTrue(message.retain)
                seen.add(message.topic.split("/")[3])
        # A session that is over leaves nothing.
        Client(self.port, "sensor", version=V5, clean=True).disconnect()
        while state()["online"]:
            pass
        with Client(self.port, "") as late:
            late.subscribe("$SYS/broker/clients/sensor/state")
            late.subscribe("$SYS/broker/clients/state-watcher/state")
            self.assertIn("state-watcher", late.message().topic)


class SysCounters(GatewayCase):
    CONFIG = CONFIG

    def test_they_count_what_happens(self):
        def values_of(*names):
            with Client(self.port, "") as client:
                client.send(wire.subscribe(1, *((f"$SYS/broker/{name}", 0) for name in names)))
                values = {}
                while len(values) < len(names):
                    packet = client.receive()
                    if packet.type == wire.PUBLISH:
                        message = packet.message()
                        values[message.topic.removeprefix("$SYS/broker/")] = int(message.payload)
                return [values[name] for name in names]

        names = ("publish/messages/received", "publish/messages/sent", "publish/bytes/received",
                 "retained messages/count")
        client = self.client("counted")
        client.subscribe("counted/#")
        for number in range(10):
            client.publish(f"counted/{number}", b"12345", 0, retain=True)
        for _ in range(10):
            client.message()

        def is_counted():
            after = values_of(*names)
            return after[0] == 10 and after[1] >= 10 and after[2] == 50 and after[3] >= 10

        wait_until(is_counted)
        away = Client(self.port, "away", clean=False)
        wait_until(lambda: values_of("clients/connected")[0] == 3)  # those two and who asks
        away.disconnect()
        wait_until(lambda: values_of("clients/disconnected")[0] == 1)
        Client(self.port, "away", clean=True).disconnect()
        wait_until(lambda: values_of("clients/disconnected")[0] == 0)


if __name__ == "__main__":
    main()
