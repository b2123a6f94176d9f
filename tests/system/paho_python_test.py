"""paho-mqtt for Python 1.6, MQTT 3.1.1 and 5."""
import sys
from pathlib import Path

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

sys.path.insert(0, str(Path(__file__).parent))
from support.case import GatewayCase, main
from support.paho_client import Peer, V31, V311, V5


class PahoPython(GatewayCase):
    def test_every_qos(self):
        for version in (V31, V311, V5):
            subscriber = Peer(self, f"sub-{version}", version)
            publisher = Peer(self, f"pub-{version}", version)
            for qos in (0, 1, 2):
                topic = f"paho/{version}/{qos}"
                self.assertEqual(subscriber.subscribe(topic, qos), [qos])
                for number in range(100):
                    publisher.publish(topic, str(number), qos)
                got = [subscriber.message() for _ in range(100)]
                self.assertEqual([int(message.payload) for message in got], list(range(100)))
                self.assertEqual({message.qos for message in got}, {qos})
            subscriber.disconnect()
            publisher.disconnect()

    def test_several_filters_and_unsubscribe(self):
        peer = Peer(self, "filters")
        self.assertEqual(peer.subscribe([("f/+/x", 1), ("f/#", 2), ("g", 0)]), [1, 2, 0])
        peer.publish("f/1/x", "once", 2)
        self.assertEqual(peer.message().qos, 2)
        peer.client.unsubscribe(["f/+/x", "f/#"])
        self.assertEqual(peer.event(), "unsubscribed")
        peer.publish("f/1/x", "not wanted")
        peer.publish("g", "wanted")
        self.assertEqual(peer.message().payload, b"wanted")
        peer.disconnect()

    def test_retained_and_empty_payload(self):
        for version in (V311, V5):
            publisher = Peer(self, "retain", version)
            publisher.publish(f"kept/{version}", "value", 1, True)
            reader = Peer(self, "reader", version)
            reader.subscribe(f"kept/{version}", 1)
            message = reader.message()
            self.assertEqual((message.payload, message.retain), (b"value", True))
            publisher.publish(f"kept/{version}", "", 1, True)
            self.assertEqual((reader.message().payload, version), (b"", version))
            for peer in (publisher, reader):
                peer.disconnect()

    def test_resume(self):
        for version in (V311, V5):
            name = f"resume-{version}"
            first = Peer(self, name, version, clean=False, expiry=3600)
            self.assertFalse(first.session_present)
            first.subscribe(f"resume/{version}", 2)
            first.cut()
            publisher = Peer(self, "resume-publisher", version)
            for number in range(300):
                publisher.publish(f"resume/{version}", str(number), number % 2 + 1)
            second = Peer(self, name, version, clean=False, expiry=3600)
            self.assertTrue(second.session_present)
            got = [second.message() for _ in range(300)]
            for qos in (1, 2):  # paho hands out QoS 2 when it is released: they have an order each
                self.assertEqual([int(message.payload) for message in got if message.qos == qos],
                                 list(range(qos - 1, 300, 2)))
            second.disconnect()
            publisher.disconnect()
            Peer(self, name, version, clean=True, expiry=0).disconnect()

    def test_will(self):
        for version in (V311, V5):
            watcher = Peer(self, "watcher", version)
            watcher.subscribe("paho/will", 1)
            dying = Peer(self, "dying", version, will=("paho/will", b"gone", 1, False))
            dying.cut()
            self.assertEqual(watcher.message().payload, b"gone")
            watcher.disconnect()

    def test_properties(self):
        subscriber = Peer(self, "props-sub", V5)
        properties = Properties(PacketTypes.SUBSCRIBE)
        properties.SubscriptionIdentifier = 4711
        subscriber.subscribe("props/#", options=SubscribeOptions(qos=1), properties=properties)
        publisher = Peer(self, "props-pub", V5)
        publisher.publish("props/t", b"text", 1, ContentType="text/plain", PayloadFormatIndicator=1,
                          MessageExpiryInterval=100, UserProperty=[("a", "1"), ("a", "2")])
        got = subscriber.message().properties
        self.assertEqual(got.ContentType, "text/plain")
        self.assertEqual(got.PayloadFormatIndicator, 1)
        self.assertIn(got.MessageExpiryInterval, (99, 100))
        self.assertEqual(got.UserProperty, [("a", "1"), ("a", "2")])
        self.assertEqual(got.SubscriptionIdentifier, [4711])
        for peer in (subscriber, publisher):
            peer.disconnect()

    def test_options_of_subscriptions(self):
        peer = Peer(self, "options", V5)
        peer.subscribe("options/own", options=SubscribeOptions(qos=1, noLocal=True))
        peer.publish("options/own", "mine", 1)
        peer.publish("options/kept", "kept", 1, True)
        peer.subscribe("options/kept", options=SubscribeOptions(
            retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND, retainAsPublished=True))
        peer.publish("options/kept", "new", 0, True)
        message = peer.message()
        self.assertEqual((message.payload, message.retain), (b"new", True))
        peer.disconnect()

    def test_shared_subscriptions(self):
        members = [Peer(self, f"member-{number}", V5) for number in range(3)]
        for member in members:
            self.assertEqual(member.subscribe("$share/group/work/#", 1), [1])
        publisher = Peer(self, "boss", V5)
        for number in range(300):
            publisher.publish("work/item", str(number), 1)
        watcher = Peer(self, "end", V5)
        self.assertEqual(watcher.subscribe("work/end", 1), [1])
        publisher.publish("work/end", "", 1)
        watcher.message()
        seen = []
        while len(seen) < 301:
            for member in members:
                share = member.messages.qsize()
                seen += [member.messages.get().payload for _ in range(share)]
        self.assertEqual(len(set(seen)), 301)
        for peer in (*members, publisher, watcher):
            peer.disconnect()

    def test_request_and_response(self):
        server, asking = Peer(self, "server", V5), Peer(self, "asking", V5)
        server.subscribe("service", 1)
        asking.subscribe("answers/asking", 1)
        asking.publish("service", "6 x 7", 1, ResponseTopic="answers/asking", CorrelationData=b"c1")
        request = server.message()
        server.publish(request.properties.ResponseTopic, "42", 1,
                       CorrelationData=request.properties.CorrelationData)
        answer = asking.message()
        self.assertEqual((answer.payload, answer.properties.CorrelationData), (b"42", b"c1"))
        for peer in (server, asking):
            peer.disconnect()

    def test_takeover(self):
        old = Peer(self, "same", V5)
        old.client.reconnect_delay_set(60, 60)
        new = Peer(self, "same", V5)
        kind, code = old.event()
        self.assertEqual((kind, int(getattr(code, "value", code))), ("end", 0x8E))
        new.publish("t", "still here", 1)
        new.disconnect()


if __name__ == "__main__":
    main()
