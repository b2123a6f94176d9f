"""Clients that come back: after the gateway was gone they resume their sessions as the specification
says, and notice whatever it has lost, doubled or turned round. A Fleet serves them."""
import random
import socket
import time

from support import wire
from support.wire import V5

RECEIVE_MAX = 100
FOREVER = 0xFFFFFFFF


class Member:
    """One client: its session's side outlives its connections."""

    def __init__(self, name):
        self.name = name
        self.socket = None
        self.is_online = False
        self.may_have_session = self.has_session = False
        self.sessions_lost = 0
        self._in = bytearray()
        self._out = bytearray()

    def connect(self, port):
        self._in.clear()
        self._out.clear()
        self.is_online = False
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.may_have_session = True
        self.send(wire.connect(self.name, V5, clean=False, props=wire.properties(
            wire.session_expiry(FOREVER), b"\x21" + wire.u16(RECEIVE_MAX))))
        Member.flush(self)

    def send(self, data):
        self._out += data

    def flush(self):
        """What the gateway's end has cut off is no loss: it will be said again."""
        if not self._out:
            return
        try:
            del self._out[:self.socket.send(self._out)]
        except BlockingIOError:
            pass
        except (BrokenPipeError, ConnectionResetError):
            self._out.clear()

    def read(self):
        """Handles what has come. False at the end of the connection."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        self._in += data
        while packet := wire.take_packet(self._in, V5):
            if packet.type == wire.CONNACK:
                self._connected(packet)
            elif packet.type != wire.DISCONNECT:
                self.take(packet)
        return bool(data)

    def _connected(self, connack):
        assert connack.reason == 0, f"{self.name}: refused, {connack.reason:#x}"
        if self.has_session and not connack.session_present:
            self.sessions_lost += 1
        self.has_session = self.is_online = True
        self.resume(connack)

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None
        self.is_online = False


class Publisher(Member):
    """Publishes the numbers from 0 to below `end`, `rate` a second, as many at a time as it may."""

    def __init__(self, name, topic, qos, rate, end=1 << 60):
        super().__init__(name)
        self.topic, self.qos, self.rate, self.end = topic, qos, rate, end
        self.sent = 0
        self.acknowledged = 0  # all below this one
        self._window = 0
        self._next_id = 0
        self._open = {}  # packet id to number: not acknowledged, in their order
        self._released = {}  # packet ids that wait for PUBCOMP, in their order
        self._begin = None
        self._sent_before = 0

    def resume(self, connack):
        size, at = wire.read_varint(connack.body, 2)
        self._window = min(RECEIVE_MAX, receive_maximum(connack.body[at:at + size]))
        for packet_id in self._released:
            self.send(wire.ack(wire.PUBREL, packet_id))
        for packet_id, number in self._open.items():
            self._publish(packet_id, number, True)
        self._begin, self._sent_before = time.monotonic(), self.sent

    def _publish(self, packet_id, number, dup):
        size = 64 + number % 50 * 20 if number % 2000 else 300_000  # more than a row of the journal
        payload = f"{self.name} {number} ".ljust(size, "x")
        self.send(wire.publish(self.topic, payload, self.qos, packet_id, dup=dup, version=V5))

    def work(self):
        """What is due by now."""
        if not self.is_online:
            return
        due = self._sent_before + int((time.monotonic() - self._begin) * self.rate)
        due = min(due, self.end)
        while self.sent < due and len(self._open) + len(self._released) < self._window:
            self._next_id = self._next_id % 65535 + 1
            if self._next_id in self._open or self._next_id in self._released:
                continue
            self._open[self._next_id] = self.sent
            self._publish(self._next_id, self.sent, False)
            self.sent += 1

    def take(self, packet):
        packet_id = packet.packet_id
        if packet.type == (wire.PUBACK if self.qos == 1 else wire.PUBREC):
            if packet_id in self._released:
                return self.send(wire.ack(wire.PUBREL, packet_id))
            # [MQTT-4.6.0-2] [MQTT-4.6.0-3] In the order of the PUBLISHes.
            first = next(iter(self._open), None)
            assert packet_id == first, f"{self.name}: {packet_id} is acknowledged before {first}"
            assert packet.reason < 0x80, f"{self.name}: refused, {packet.reason:#x}"
            self.acknowledged = self._open.pop(packet_id) + 1
            if self.qos == 2:
                self._released[packet_id] = None
                self.send(wire.ack(wire.PUBREL, packet_id))
        else:
            assert packet.type == wire.PUBCOMP and self.qos == 2, f"{self.name}: {packet}"
            assert packet_id in self._released, f"{self.name}: an unknown PUBCOMP {packet_id}"
            del self._released[packet_id]

    def has_finished(self):
        return self.sent >= self.end and not self._open and not self._released


class Subscriber(Member):
    """Takes what the publishers say, acknowledges it, and counts what is wrong with it."""

    def __init__(self, name, filter_, qos, seed=0):
        super().__init__(name)
        self.filter, self.qos = filter_, qos
        self.is_subscribed = False
        self.expected = {}  # by publisher: the number after the highest
        self.missing = {}  # by publisher: what is lost as yet
        self.count = 0  # all that came
        self.repeated = 0  # at QoS 1, which may be
        self.doubled = 0  # at QoS 2
        self.out_of_order = 0
        self._recorded = {}  # packet id to payload: between PUBLISH and PUBREL
        self._lots = random.Random(seed)

    def resume(self, _):
        if not self.is_subscribed:
            self.send(wire.subscribe(1, (self.filter, self.qos), version=V5))

    def work(self):
        pass

    def flush(self):
        # Not always at once, so that the gateway's end meets everything half done.
        if self._lots.random() < 0.7:
            super().flush()

    def take(self, packet):
        if packet.type == wire.PUBLISH:
            self._take_message(packet.message())
        elif packet.type == wire.PUBREL:
            self._recorded.pop(packet.packet_id, None)
            self.send(wire.ack(wire.PUBCOMP, packet.packet_id))
        else:
            assert packet.type == wire.SUBACK and packet.codes == [self.qos], packet
            self.is_subscribed = True

    def _take_message(self, message):
        if message.qos == 1:
            self.send(wire.ack(wire.PUBACK, message.packet_id))
            return self._count(message)
        assert message.qos == 2, message
        self.send(wire.ack(wire.PUBREC, message.packet_id))
        known = self._recorded.get(message.packet_id)
        if known is not None:
            # [MQTT-4.3.3-10] The same once more, and nothing else under an id that is in use.
            assert message.dup and message.payload == known, f"{self.name}: {message}, was {known}"
            return
        self._recorded[message.packet_id] = message.payload
        assert len(self._recorded) <= RECEIVE_MAX, f"{self.name}: more than it takes"
        self._count(message)

    def _count(self, message):
        publisher, number, _ = message.payload.decode().split(" ")
        number = int(number)
        self.count += 1
        expected = self.expected.get(publisher, 0)
        missing = self.missing.setdefault(publisher, set())
        if number >= expected:
            missing.update(range(expected, number))
            self.expected[publisher] = number + 1
        elif number in missing:
            missing.remove(number)
            self.out_of_order += 1
        elif message.qos == 1:
            self.repeated += 1
        else:
            self.doubled += 1

    def has_finished(self):
        return not self._recorded

    def lost(self, publisher):
        """How many of its acknowledged messages are not here."""
        expected = self.expected.get(publisher.name, 0)
        return (sum(number < publisher.acknowledged
                    for number in self.missing.get(publisher.name, ()))
                + max(0, publisher.acknowledged - expected))


def receive_maximum(properties):
    """Of a CONNACK's properties; others before it are all of known size here."""
    sizes = {0x11: 4, 0x13: 2, 0x22: 2, 0x24: 1, 0x25: 1, 0x27: 4, 0x28: 1, 0x29: 1, 0x2A: 1}
    at = 0
    while at < len(properties):
        identifier = properties[at]
        if identifier == 0x21:
            return int.from_bytes(properties[at + 1:at + 3], "big")
        at += 1 + sizes[identifier]
    return 65535
