"""Attacks by a client that was let in, with packets that are wrong in themselves: S3, S4, S5, S8,
S9, S11, S15, S30."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import GatewayCase, main
from support.client import Closed
from support.wire import V31, V311, V5, frame, properties, publish, subscribe, text, u16, u32

MALFORMED, PROTOCOL_ERROR, TOPIC_FILTER_INVALID, TOPIC_NAME_INVALID = 0x81, 0x82, 0x8F, 0x90
TOPIC_ALIAS_INVALID, PACKET_TOO_LARGE, QUOTA_EXCEEDED = 0x94, 0x95, 0x97


def publish_5(*props, topic="t", payload=b"", qos=0, packet_id=1, **more):
    return publish(topic, payload, qos, packet_id, version=V5, props=properties(*props), **more)


def subscribe_5(filter_="t", options=0, props=b"\0", packet_id=1):
    return subscribe(packet_id, (filter_, options), version=V5, props=props)


NO_TEXT = (b"a\0b", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80")


class WrongPacket(GatewayCase):
    attack_count = 0

    def attack(self, reason, data, versions=(V31, V311, V5)):
        """Ends the connection: in MQTT 5 with this reason code, before without a word; others are
        served, and the log names the client and the reason."""
        for version in versions:
            WrongPacket.attack_count += 1
            name = f"attacker-{WrongPacket.attack_count}"
            attacker = self.client(name, version=version)
            attacker.send_as_much_as_it_takes(data)
            last = attacker.end_of_connection()
            if version == V5:
                self.assertIsNotNone(last, f"no DISCONNECT for {data[:40]}")
                self.assertEqual((last.type, f"{last.reason:#x}"),
                                 (wire.DISCONNECT, f"{reason:#x}"), data[:40])
            else:
                self.assertIsNone(last, data[:40])
            attacker.close()
            self.gateway.wait_for_log(rf"warning: client {name} from [\d.:]+ disconnected: \w+")

    def attack_5(self, reason, data):
        self.attack(reason, data, (V5,))

    def tolerate(self, data, version=V5):
        client = self.client("tolerated", version=version)
        client.send(data)
        client.send(wire.pingreq())
        while client.receive().type != wire.PINGRESP:
            pass
        client.close()

    def test_s3_lengths_of_five_bytes(self):
        with self.unharmed():
            for packet_type in range(1, 16):
                header = bytes([packet_type << 4]) + b"\xff\xff\xff\xff\x01"
                self.attack(MALFORMED, header, (V311, V5))
            self.attack_5(MALFORMED, publish("t", version=V5, props=b"\x80\x80\x80\x80\0"))
            self.attack_5(MALFORMED, subscribe_5(props=properties(b"\x0b\x80\x80\x80\x80\1")))
            # More bytes than the number needs.
            self.attack_5(MALFORMED, publish("t", version=V5, props=b"\x80\0"))

    def test_s4_lengths_over_the_limit_are_refused_by_the_header(self):
        with self.unharmed(growth_max=16 << 20):
            self.attack(PACKET_TOO_LARGE, b"\x30" + wire.varint((1 << 20) + 1))
            self.attack(PACKET_TOO_LARGE, b"\x30" + wire.varint(268_435_455))
            self.attack(PACKET_TOO_LARGE, b"\x82" + wire.varint(268_435_455))
            # With a body on its way, which nobody waits for.
            self.attack_5(PACKET_TOO_LARGE, b"\x30" + wire.varint(200 << 20) + b"x" * (4 << 20))

    def test_s4_lengths_past_the_end(self):
        with self.unharmed():
            for body in (b"", b"\0", b"\0\5abc", b"\xff\xff"):
                self.attack(MALFORMED, frame(0x30, body))
            self.attack(MALFORMED, frame(0x32, text("t")))
            self.attack(MALFORMED, frame(0x32, text("t") + b"\0"))
            self.attack_5(MALFORMED, frame(0x30, text("t") + b"\x05\x01\1"))
            self.attack_5(MALFORMED, frame(0x30, text("t") + properties(b"\x03\0\x09abc")))
            self.attack_5(MALFORMED, frame(0x30, text("t") + properties(b"\x02\0\0")))
            self.attack(MALFORMED, frame(0x82, b"\0"))
            self.attack_5(MALFORMED, frame(0x82, u16(1) + b"\0" + b"\0\7abc\0"))
            self.attack_5(MALFORMED, frame(0x82, u16(1) + b"\0" + text("t")))
            self.attack(MALFORMED, frame(0x40, b"\0"))
            self.attack(MALFORMED, frame(0x40, u16(1) + b"\0\0\0\0"))
            self.attack(MALFORMED, frame(0xC0, b"\0"))

    def test_s5_lengths_of_zero_and_65535(self):
        with self.unharmed():
            for packet_type, flags in ((3, 0), (4, 0), (6, 2), (8, 2), (10, 2)):
                for body in (b"\0\0", b"\xff\xff", b"\xff\xff\xff\xff", b"\0\0\0\0"):
                    client = self.client("s5", version=V5)
                    client.send(frame(packet_type << 4 | flags, body) + wire.pingreq())
                    # It may be no error at all (an acknowledgement with id 65,535).
                    try:
                        while client.receive().type not in (wire.PINGRESP, wire.DISCONNECT):
                            pass
                    except Closed:
                        self.fail("closed without a DISCONNECT")
                    client.close()

    def test_reserved_types_and_flags(self):
        with self.unharmed():
            self.attack(MALFORMED, frame(0x00))
            for first in (0x80, 0x83, 0xA0, 0xA1, 0x60, 0x41, 0x5F, 0x71, 0xC1, 0xCF, 0xE1):
                self.attack(MALFORMED, frame(first, u16(1)))
            self.attack(MALFORMED, frame(0xF0), (V31, V311))
            self.attack(MALFORMED, publish("t", qos=3))
            self.attack(PROTOCOL_ERROR, publish("t", dup=True))

    def test_s8_packets_of_the_wrong_side(self):
        with self.unharmed():
            for packet in (frame(0x20, b"\0\0"), frame(0x90, u16(1) + b"\0"), frame(0xD0),
                           frame(0xB0, u16(1))):
                self.attack(PROTOCOL_ERROR, packet)
            self.attack(PROTOCOL_ERROR, wire.connect("again", V5))
            self.attack_5(PROTOCOL_ERROR, frame(0xF0))
            self.attack_5(PROTOCOL_ERROR, frame(0xF0, b"\x18\0"))
            # Legal after a crash of either side.
            for version in (V31, V311, V5):
                for packet_type in (wire.PUBACK, wire.PUBREC, wire.PUBREL, wire.PUBCOMP):
                    self.tolerate(wire.ack(packet_type, 77), version)

    def test_packet_id_0(self):
        with self.unharmed():
            self.attack(PROTOCOL_ERROR, publish("t", qos=1, packet_id=0))
            self.attack(PROTOCOL_ERROR, publish("t", qos=2, packet_id=0))
            self.attack(PROTOCOL_ERROR, frame(0x82, u16(0) + text("t") + b"\0"), (V31, V311))
            self.attack_5(PROTOCOL_ERROR, subscribe_5(packet_id=0))
            self.attack_5(PROTOCOL_ERROR, wire.unsubscribe(0, "t", version=V5))
            for first in (0x40, 0x50, 0x62, 0x70):
                self.attack(PROTOCOL_ERROR, frame(first, u16(0)))

    def test_s9_topics_and_aliases(self):
        alias = b"\x23"
        with self.unharmed():
            self.attack(TOPIC_NAME_INVALID, publish(""), (V31, V311))
            self.attack_5(PROTOCOL_ERROR, publish_5(topic=""))
            self.attack_5(TOPIC_ALIAS_INVALID, publish_5(alias + u16(0)))
            self.attack_5(TOPIC_ALIAS_INVALID, publish_5(alias + u16(11)))
            self.attack_5(TOPIC_ALIAS_INVALID, publish_5(alias + u16(65_535), topic=""))
            self.attack_5(PROTOCOL_ERROR, publish_5(alias + u16(3), topic=""))
            self.attack_5(PROTOCOL_ERROR, publish_5(alias + u16(1), alias + u16(1)))
            for topic in ("+", "#", "a/+", "a/#", "a+", "#a"):
                self.attack(TOPIC_NAME_INVALID, publish(topic), (V31, V311))
                self.attack_5(TOPIC_NAME_INVALID, publish_5(topic=topic))
            for topic in NO_TEXT:
                self.attack(MALFORMED, publish(topic), (V31, V311))
                self.attack_5(MALFORMED, publish_5(topic=topic))

    def test_properties_twice_unknown_or_in_the_wrong_packet(self):
        with self.unharmed():
            for twice in (b"\x01\1", b"\x02" + u32(5), b"\x03" + text("x"), b"\x08" + text("r"),
                          b"\x09" + text("c")):
                self.attack_5(PROTOCOL_ERROR, publish_5(twice, twice))
            self.attack_5(MALFORMED, publish_5(b"\x11" + u32(5)))
            self.attack_5(MALFORMED, publish_5(b"\x21" + u16(5)))
            self.attack_5(MALFORMED, publish_5(b"\x7e" + u32(5)))
            self.attack_5(MALFORMED, publish_5(b"\x00"))
            self.attack_5(PROTOCOL_ERROR, publish_5(b"\x01\2"))
            self.attack_5(PROTOCOL_ERROR, publish_5(b"\x08" + text("a/#")))
            self.attack_5(MALFORMED, publish_5(b"\x03" + text(b"\xff")))
            self.attack_5(MALFORMED, subscribe_5(props=properties(b"\x01\1")))

    def test_s11_user_properties_of_a_publish(self):
        many = [wire.user_property("", "")] * 60_000
        with self.unharmed():
            self.attack_5(QUOTA_EXCEEDED, publish_5(*many))
            client = self.client("s11", version=V5)
            self.assertEqual(client.publish("t", b"", 1, props=properties(*many)), QUOTA_EXCEEDED)
            self.assertEqual(client.publish("t", b"", 2, props=properties(*many)), QUOTA_EXCEEDED)

    def test_s15_filters_that_are_none(self):
        with self.unharmed():
            for filter_ in ("a#", "a/#/b", "#/", "a+", "+a/b", "a/++", ""):
                self.attack(TOPIC_FILTER_INVALID, subscribe(1, (filter_, 0)), (V31, V311))
                self.attack_5(TOPIC_FILTER_INVALID, subscribe_5(filter_))
                self.attack_5(TOPIC_FILTER_INVALID, wire.unsubscribe(1, filter_, version=V5))
            for filter_ in ("$share/", "$share//x", "$share/g", "$share/g/", "$share/+/x",
                            "$share/g#/x", "$share"):
                if filter_ != "$share":
                    self.attack_5(TOPIC_FILTER_INVALID, subscribe_5(filter_))
            for filter_ in NO_TEXT:
                self.attack_5(MALFORMED, subscribe_5(filter_))

    def test_s30_options_and_subscription_ids(self):
        with self.unharmed():
            self.attack_5(PROTOCOL_ERROR, subscribe_5(options=3))
            self.attack_5(MALFORMED, subscribe_5(options=0x40))
            self.attack_5(MALFORMED, subscribe_5(options=0x80))
            self.attack(MALFORMED, subscribe(1, ("t", 3)), (V31, V311))
            self.attack(MALFORMED, subscribe(1, ("t", 4)), (V311,))
            self.attack_5(PROTOCOL_ERROR, subscribe_5(options=0x30))
            self.attack_5(PROTOCOL_ERROR, subscribe_5("$share/g/t", options=4))
            self.attack_5(PROTOCOL_ERROR, subscribe_5(props=properties(b"\x0b\0")))
            self.attack_5(PROTOCOL_ERROR, subscribe_5(props=properties(b"\x0b\1", b"\x0b\2")))
            self.attack_5(PROTOCOL_ERROR, publish_5(b"\x0b\1"))
            self.attack_5(PROTOCOL_ERROR, frame(0x82, u16(1) + b"\0"))
            self.attack_5(PROTOCOL_ERROR, frame(0xA2, u16(1) + b"\0"))
            self.attack(PROTOCOL_ERROR, frame(0x82, u16(1)), (V31, V311))

    def test_s30_disconnects(self):
        with self.unharmed():
            self.attack_5(PROTOCOL_ERROR, frame(0xE0, b"\0" + properties(wire.session_expiry(9))))
            self.attack_5(PROTOCOL_ERROR, frame(0xE0, b"\x8b\0"))
            self.attack_5(PROTOCOL_ERROR, frame(0xE0, b"\x77\0"))
            self.attack(MALFORMED, frame(0xE0, b"\0"), (V31, V311))

    def test_f10_half_a_packet_keeps_nobody_alive(self):
        with self.unharmed() as canary:
            client = self.client("f10", version=V5, keep_alive=1)
            client.send(b"\x30\x64")
            for _ in range(20):
                client.send_as_much_as_it_takes(b"\0")
                canary.wait_for(1)
            self.assertEqual(client.end_of_connection(6).reason, 0x8D)

    def test_s15_topics_of_the_gateways_own(self):
        will = wire.Will("$SYS/broker/version")
        with self.unharmed():
            watcher = self.client("s15-watcher", version=V5)
            for filter_ in ("$CONTROL/#", "$x/#", "#", "$share", "$share-not/x"):
                self.assertLess(watcher.subscribe(filter_), 3)
            for version in (V31, V311, V5):
                client = self.client("s15", version=version)
                for topic in ("$SYS/broker/version", "$CONTROL/dynamic-security/v1", "$x", "$",
                              "$share/g/x", "$share/"):
                    for qos in (0, 1, 2):
                        reason = client.publish(topic, b"mine", qos, retain=True)
                        if version == V5 and qos:
                            self.assertEqual(reason, 0x87)
                client.ping()
                client.close()
            watcher.ping()
            wills = self.client(version=V5)
            wills.send(wire.connect("s15-will", V5, will=will))
            self.assertEqual(wills.end_of_connection().reason, TOPIC_NAME_INVALID)


if __name__ == "__main__":
    main()
