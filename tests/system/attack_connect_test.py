"""Attacks by somebody who was not let in yet: S1, S2, S11, S16, S19, S30."""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, GatewayCase, main
from support.client import Client
from support.gateway import wait_until
from support.wire import V31, V311, V5, connect, properties, text, u16, u32


class FirstPacket(GatewayCase):
    def refused(self, data, version=V5):
        """What the gateway says to it before it hangs up."""
        with Client(self.port, version=version) as client:
            client.send_as_much_as_it_takes(data)
            return client.end_of_connection()

    def assert_hung_up(self, data, version=V5):
        self.assertIsNone(self.refused(data, version))

    def assert_refused(self, code, data, version=V5):
        answer = self.refused(data, version)
        self.assertIsNotNone(answer, f"no CONNACK, {code:#x} expected")
        self.assertEqual(answer.type, wire.CONNACK)
        self.assertEqual(f"{answer.reason:#x}", f"{code:#x}")

    def test_s1_first_packet_is_no_connect_and_256_mb_long(self):
        with self.unharmed(growth_max=16 << 20):
            for packet_type in (*range(0, 1), *range(2, 16)):
                # The header alone: the gateway must not wait for a body, nor make room for it.
                self.assert_hung_up(bytes([packet_type << 4]) + wire.varint(268_435_455))
            clients = [Client(self.port) for _ in range(200)]
            for client in clients:
                client.send(b"\x30" + wire.varint(268_435_455))
            for client in clients:
                self.assertIsNone(client.end_of_connection())
                client.close()
        self.gateway.wait_for_log("refused: protocol error: the first packet is no CONNECT")

    def test_s1_connect_longer_than_allowed_is_refused_by_its_header(self):
        with self.unharmed(growth_max=16 << 20):
            for length in (65_537, 268_435_455):
                self.assert_hung_up(b"\x10" + wire.varint(length))
        self.gateway.wait_for_log("refused: packet too large")

    def test_s3_length_of_five_bytes(self):
        with self.unharmed():
            self.assert_hung_up(b"\x10\xff\xff\xff\xff\x01")
            self.assert_hung_up(b"\x10\x80\x80\x80\x80\x00")
            self.assert_hung_up(b"\x10\xff\xff\xff\xff")

    def test_s3_property_length_of_five_bytes(self):
        with self.unharmed():
            self.assert_refused(0x81, connect("s3", V5, props=b"\x80\x80\x80\x80\x00"))
            self.assert_refused(0x81, connect("s3", V5, props=b"\xff\xff\xff\xff\x7f"))

    def test_s4_lengths_past_the_end(self):
        with self.unharmed():
            head = text("MQTT") + bytes([V5, 2]) + u16(0)
            for rest in (b"\x7f\0\0", b"\0\xff\xff", b"\0\0\x05id", b"\x05\x11\0\0\0", b"\x01",
                         properties(b"\x15\xff\xffabc") + text("id"),
                         properties(b"\x26" + text("k") + b"\x00\x09v") + text("id")):
                self.assert_refused(0x81, wire.frame(0x10, head + rest))
            for head in (b"", b"\0", b"\0\x04", b"\0\x04MQ", text("MQTT"), text("MQTT") + b"\5",
                         text("MQTT") + b"\4\2\0", b"\xff\xffMQTT"):
                self.refused(wire.frame(0x10, head))

    def test_s4_remaining_length_is_not_that_of_the_content(self):
        with self.unharmed():
            good = connect("s4", V5)
            self.assert_refused(0x81, bytes([0x10, len(good) - 2 + 3]) + good[2:] + b"\0\0\0")
            self.assert_refused(0x81, bytes([0x10, len(good) - 2 - 1]) + good[2:])
            good = connect("s4", V311)
            self.assert_hung_up(bytes([0x10, len(good) - 2 + 1]) + good[2:] + b"\0", V311)

    def test_s6_wills_that_are_refused_leave_nothing_behind(self):
        wrong = [
            (0x81, wire.Will("w", properties=properties(b"\x7f\1"))),
            (0x82, wire.Will("w", properties=properties(b"\x18" + u32(1), b"\x18" + u32(2)))),
            (0x81, wire.Will("w", properties=properties(b"\x11" + u32(1)))),
            (0x82, wire.Will("w", properties=properties(b"\x01\2"))),
            (0x82, wire.Will("w", properties=properties(b"\x08" + text("a/+")))),
            (0x90, wire.Will("a/#", properties=properties(wire.user_property("k", "v" * 99)))),
            (0x99, wire.Will("w", b"\xff\xfe", properties=properties(b"\x01\1"))),
        ]
        with self.unharmed(growth_max=16 << 20):
            for code, will in wrong:
                self.assert_refused(code, connect("s6", V5, will=will))
            # All of them again and again: the leak check at the end is the point.
            for _ in range(100):
                clients = [Client(self.port, version=V5) for _ in wrong]
                for client, (_, will) in zip(clients, wrong):
                    client.send(connect("s6", V5, will=will))
                for client in clients:
                    self.assertEqual(client.end_of_connection().type, wire.CONNACK)
                    client.close()

    def test_s11_sixty_thousand_user_properties(self):
        with self.unharmed():
            many = properties(*[wire.user_property("", "")] * 60_000)
            self.assert_hung_up(connect("s11", V5, props=many))
            fitting = properties(*[wire.user_property("", "")] * 12_000)
            self.assert_refused(0x97, connect("s11", V5, props=fitting))
            self.assert_refused(0x97, connect("s11", V5, will=wire.Will("w", properties=fitting)))

    def test_s16_client_ids_that_are_no_text(self):
        with self.unharmed():
            for wrong in (b"a\0b", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80",
                          b"\xe2\x82", b"\xf0\x80\x80\xaf"):
                self.assert_refused(0x81, connect(wrong, V5))
                self.assert_hung_up(connect(wrong, V311), V311)
                self.assert_refused(0x81, connect("s16", V5, user=wrong))
                self.assert_refused(0x81, connect("s16", V5, will=wire.Will(wrong)))

    def test_s16_client_ids_that_look_like_something_else(self):
        with self.unharmed():
            for name in ("+", "#", "a/#", "+/+", "%c", "%u", "$SYS", "\ufeff", "../../etc", "\\x00",
                         "a b\tc", "x" * 60_000):
                with Client(self.port, name, version=V5, user=name[:99]) as client:
                    # Each is only a name: it subscribes to nothing, and nobody else's state shows.
                    client.publish("s16/" + "t", b"x", 1)
                    client.ping()
        self.gateway.check_alive()

    def test_s16_client_id_over_the_limit_of_a_connect(self):
        with self.unharmed():
            self.assert_hung_up(connect("x" * 65_535, V5))

    def test_s16_no_client_id(self):
        self.assert_refused(2, connect("", V31), V31)
        self.assert_refused(2, connect("", V311, clean=False), V311)
        with Client(self.port, "", version=V311) as client:
            client.ping()
        with Client(self.port, "", version=V5) as client:
            self.assertIn(b"\x12", client.connack.body)

    def test_s19_half_of_user_name_and_password(self):
        with self.unharmed():
            # 3.1.1 forbids a password without a user name, 5 allows it; there are no users here.
            self.assert_hung_up(connect("s19", V311, password="p"), V311)
            for version in (V31, V311, V5):
                for user, password in (("u", None), ("u", ""), ("", ""), ("u", "p\0"),
                                       ("u", b"\xff")):
                    with Client(self.port, "s19", version=version, user=user,
                                password=password) as client:
                        client.ping()
            with Client(self.port, "s19", version=V5, password="p") as client:
                client.ping()
            self.assert_refused(0x81, connect("s19", V5, user="u\0"))
            # Flags that promise what is not there.
            self.assert_refused(0x81, connect("s19", V5, flags=0xC2))
            self.assert_hung_up(connect("s19", V311, flags=0x82), V311)

    def test_s30_values_that_mean_nothing(self):
        with self.unharmed():
            wrong = [b"\x21" + u16(0), b"\x27" + u32(0), b"\x16" + u16(1) + b"x", b"\x17\2",
                     b"\x19\2", b"\x11" + u32(1) + b"\x11" + u32(1),
                     b"\x21" + u16(1) + b"\x21" + u16(2)]
            for props in wrong:
                self.assert_refused(0x82, connect("s30", V5, props=properties(props)))
            self.assert_refused(0x8C, connect("s30", V5, props=properties(b"\x15" + text("M"))))

    def test_flags_and_versions_that_do_not_exist(self):
        with self.unharmed():
            self.assert_refused(0x81, connect("v", V5, flags=0x03))
            self.assert_hung_up(connect("v", V311, flags=0x03), V311)
            self.assert_refused(0x81, connect("v", V5, will=wire.Will("w", qos=3)))
            for flags in (0x0A, 0x22):  # QoS or retain of a will that is not there
                self.assert_refused(0x82, connect("v", V5, flags=flags))
            self.assert_refused(0x84, connect("v", 6, name="MQTT"))
            self.assert_refused(1, connect("v", 0, name="MQTT"), V311)
            self.assert_hung_up(connect("v", 4, name="MQTX"))
            self.assert_hung_up(b"GET / HTTP/1.1\r\nHost: kleber\r\n\r\n")
            self.assert_hung_up(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")

    def test_packets_sent_before_connack_wait_for_their_turn(self):
        with Client(self.port, version=V5) as client:
            client.send(connect("early", V5) + wire.subscribe(1, ("early", 0), version=V5)
                        + wire.publish("early", b"!", 1, 2, version=V5) + wire.pingreq())
            answers = [client.receive().type for _ in range(5)]
            self.assertEqual(answers[0], wire.CONNACK)
            self.assertCountEqual(answers[1:], [wire.SUBACK, wire.PUBACK, wire.PUBLISH,
                                                wire.PINGRESP])


class HalfAPacketForEver(GatewayCase):
    CONFIG = ALL_LINES + '[limits]\nconnect_timeout = "700ms"\n'

    def test_s2_connect_cut_after_each_byte_and_held_open(self):
        whole = connect("s2", V5, user="user", password="password", keep_alive=10,
                        will=wire.Will("w"), props=properties(wire.session_expiry(10)))
        descriptors = self.gateway.descriptor_count()
        with self.unharmed(growth_max=16 << 20):
            clients = [Client(self.port, version=V5) for _ in range(len(whole))]
            begin = time.monotonic()
            for size, client in enumerate(clients):
                client.send(whole[:size])
            for client in clients:
                self.assertIsNone(client.end_of_connection())
                client.close()
            self.assertGreater(time.monotonic() - begin, 0.4)
        self.gateway.wait_for_log("refused: maximum connect time: no CONNECT in time")
        wait_until(lambda: self.gateway.descriptor_count() <= descriptors)

    def test_f10_one_byte_of_connect_at_a_time_does_not_buy_time(self):
        with self.unharmed(growth_max=16 << 20) as canary, Client(self.port, version=V5) as client:
            begin = time.monotonic()
            whole = connect("x" * 1000, V5)
            for at in range(len(whole)):
                client.send_as_much_as_it_takes(whole[at:at + 1])
                canary.wait_for(1)
                if time.monotonic() - begin > 1.5:
                    break
            self.assertIsNone(client.end_of_connection())
            self.assertLess(time.monotonic() - begin, 6)


if __name__ == "__main__":
    main()
