"""WebSockets over a plain socket or TLS: one that behaves, and frames of every kind."""
import base64
import os
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

KEY = base64.b64encode(b"sixteen bytes ok").decode()


def frame(opcode, payload=b"", is_final=True, is_masked=True, reserved=0, length=None):
    """`length` is said instead of the payload's: a number, or the bytes that follow the first."""
    first = (0x80 if is_final else 0) | reserved << 4 | opcode
    mask = 0x80 if is_masked else 0
    if isinstance(length, bytes):
        said = length
    else:
        size = len(payload) if length is None else length
        said = (bytes([mask | size]) if size < 126 else
                bytes([mask | 126]) + struct.pack(">H", size) if size < 1 << 16 else
                bytes([mask | 127]) + struct.pack(">Q", size))
    if not is_masked:
        return bytes([first]) + said + payload
    key = os.urandom(4)
    return bytes([first]) + said + key + masked(payload, key)


def masked(payload, key):
    size = len(payload)
    keys = int.from_bytes((key * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(payload, "big") ^ keys).to_bytes(size, "big")


def request(path="/mqtt", method="GET", version="HTTP/1.1", **fields):
    """That of a WebSocket; a field that is None is left out, `_` stands for `-`."""
    all_fields = {"Host": "kleber", "Upgrade": "websocket", "Connection": "Upgrade",
                  "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": KEY,
                  "Sec_WebSocket_Protocol": "mqtt", **fields}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in all_fields.items()
             if value is not None]
    return f"{method} {path} {version}\r\n{''.join(lines)}\r\n".encode()


class Reader:
    """Takes bytes off a socket as they are needed."""

    def __init__(self, socket):
        self.socket = socket
        self.buffer = bytearray()

    def _more(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise EOFError
        self.buffer += data

    def take(self, size):
        while len(self.buffer) < size:
            self._more()
        taken = bytes(self.buffer[:size])
        del self.buffer[:size]
        return taken

    def head(self):
        """Of an HTTP answer: the number of its status, and the text of it all."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._more()
        text = self.take(end + 4).decode("latin-1")
        return int(text.split(" ", 2)[1]), text

    def frame(self):
        """The next one: its opcode, whether it is the last of its message, what it carries."""
        first, size = self.take(2)
        assert size < 0x80 and not first & 0x70, "a server neither masks nor has extensions"
        if size == 126:
            size = struct.unpack(">H", self.take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.take(8))[0]
        return first & 15, bool(first & 0x80), self.take(size)

    def until_close(self):
        """The code of the server's Close, 0 if it has none; None where the connection just ends."""
        try:
            while True:
                opcode, _, payload = self.frame()
                if opcode == CLOSE:
                    return struct.unpack(">H", payload)[0] if payload else 0
        except (EOFError, ConnectionResetError):
            return None


class WebSocket:
    """MQTT's bytes in binary frames; to be used as a socket."""

    def __init__(self, socket, path="/mqtt", **fields):
        self._socket = socket
        self.reader = Reader(socket)
        socket.sendall(request(path, **fields))
        status, head = self.reader.head()
        assert status == 101 and "Sec-WebSocket-Protocol: mqtt\r\n" in head, head

    def sendall(self, data):
        self._socket.sendall(frame(BINARY, data))

    def send_raw(self, data):
        self._socket.sendall(data)

    def recv(self, _size):
        while True:
            try:
                opcode, _, payload = self.reader.frame()
            except EOFError:
                return b""
            if opcode == CLOSE:
                return b""
            if opcode in (BINARY, CONTINUATION) and payload:
                return payload

    def settimeout(self, seconds):
        self._socket.settimeout(seconds)

    def close(self):
        self._socket.close()
