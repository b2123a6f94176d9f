"""MQTT packets as bytes, correct ones and any other: builders here check nothing."""
import struct
from dataclasses import dataclass

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = range(8, 16)

V31, V311, V5 = 3, 4, 5


def varint(number):
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def u16(number):
    return struct.pack(">H", number)


def u32(number):
    return struct.pack(">I", number)


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return u16(len(data)) + data


def frame(first, body=b""):
    return bytes([first]) + varint(len(body)) + body


def properties(*parts):
    """The parts are identifier and value together: bytes([0x11]) + u32(60)."""
    body = b"".join(parts)
    return varint(len(body)) + body


def session_expiry(seconds):
    return b"\x11" + u32(seconds)


def user_property(key, value):
    return b"\x26" + text(key) + text(value)


@dataclass
class Will:
    topic: object
    payload: bytes = b"gone"
    qos: int = 0
    retain: bool = False
    properties: bytes = b"\0"


def connect(client_id, version=V311, clean=True, keep_alive=0, user=None, password=None, will=None,
            props=b"\0", flags=None, name=None):
    """`flags` replaces what follows from the other arguments, `name` the protocol's name."""
    if flags is None:
        flags = 0x02 if clean else 0
        if will:
            flags |= 0x04 | will.qos << 3 | (0x20 if will.retain else 0)
        flags |= 0x80 if user is not None else 0
        flags |= 0x40 if password is not None else 0
    if name is None:
        name = "MQIsdp" if version == V31 else "MQTT"
    body = text(name) + bytes([version, flags]) + u16(keep_alive)
    if version == V5:
        body += props
    body += text(client_id)
    if will:
        body += (will.properties if version == V5 else b"") + text(will.topic) + text(will.payload)
    body += text(user) if user is not None else b""
    body += text(password) if password is not None else b""
    return frame(CONNECT << 4, body)


def publish(topic, payload=b"", qos=0, packet_id=1, retain=False, dup=False, version=V311,
            props=b"\0"):
    first = PUBLISH << 4 | (8 if dup else 0) | qos << 1 | (1 if retain else 0)
    body = text(topic) + (u16(packet_id) if qos else b"")
    body += props if version == V5 else b""
    return frame(first, body + (payload.encode() if isinstance(payload, str) else payload))


def subscribe(packet_id, *filters, version=V311, props=b"\0"):
    """Each filter is (text, options byte)."""
    body = u16(packet_id) + (props if version == V5 else b"")
    for filter_, options in filters:
        body += text(filter_) + bytes([options])
    return frame(SUBSCRIBE << 4 | 2, body)


def unsubscribe(packet_id, *filters, version=V311):
    body = u16(packet_id) + (b"\0" if version == V5 else b"")
    return frame(UNSUBSCRIBE << 4 | 2, body + b"".join(map(text, filters)))


def ack(packet_type, packet_id):
    return frame(packet_type << 4 | (2 if packet_type == PUBREL else 0), u16(packet_id))


def disconnect():
    return frame(DISCONNECT << 4)


def pingreq():
    return frame(PINGREQ << 4)


@dataclass
class Packet:
    """One that the gateway has sent."""
    type: int
    flags: int
    body: bytes
    version: int

    @property
    def packet_id(self):
        """Of an acknowledgement."""
        return struct.unpack(">H", self.body[:2])[0]

    @property
    def reason(self):
        """CONNACK's and DISCONNECT's code, or that of an acknowledgement."""
        if self.type == CONNACK:
            return self.body[1]
        if self.type == DISCONNECT:
            return self.body[0] if self.body else 0
        return self.body[2] if len(self.body) > 2 else 0

    @property
    def session_present(self):
        return bool(self.body[0] & 1)

    @property
    def codes(self):
        """Those of a SUBACK or UNSUBACK."""
        at = 2
        if self.version == V5:
            size, at = read_varint(self.body, at)
            at += size
        return list(self.body[at:])

    def message(self):
        """What a PUBLISH carries."""
        size = struct.unpack(">H", self.body[:2])[0]
        topic, at, packet_id = self.body[2:2 + size].decode(), 2 + size, 0
        qos = self.flags >> 1 & 3
        if qos:
            packet_id = struct.unpack(">H", self.body[at:at + 2])[0]
            at += 2
        props = b""
        if self.version == V5:
            size, at = read_varint(self.body, at)
            props = self.body[at:at + size]
            at += size
        return Message(topic, self.body[at:], qos, bool(self.flags & 1), bool(self.flags & 8),
                       packet_id, props)


@dataclass
class Message:
    topic: str
    payload: bytes
    qos: int
    retain: bool
    dup: bool
    packet_id: int
    properties: bytes


def read_varint(data, at):
    """The number and where it ends; None where it is not all there."""
    number, shift = 0, 0
    while at < len(data):
        number |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return number, at
    return None


def take_packet(buffer, version):
    """Removes the first packet of a bytearray; None where it is not all there."""
    length = read_varint(buffer, 1) if len(buffer) > 1 else None
    if length is None or len(buffer) < length[0] + length[1]:
        return None
    size, at = length
    packet = Packet(buffer[0] >> 4, buffer[0] & 15, bytes(buffer[at:at + size]), version)
    del buffer[:at + size]
    return packet
