"""A client that does what a test wants, right or wrong, over a plain socket."""
import socket
import ssl
import threading
import time

from support import wire
from support.gateway import wait_until

SECONDS = 20
IP_BIND_ADDRESS_NO_PORT = 24


class Closed(Exception):
    """The gateway has ended the connection."""


def address_of_this_machine():
    """One that is not a loopback address. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


def connected(port, host="127.0.0.1", small_window=False, source=None):
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    made.settimeout(SECONDS)
    if small_window:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    if source:
        # The port is chosen when it is known whither: more of them than one for all.
        made.setsockopt(socket.SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        made.bind((source, 0))
    try:
        made.connect((host, port))
    except OSError:
        made.close()
        raise
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


class Client:
    """Without a client id it is a mere connection; with one it has been accepted.

    `port` may be what stands for a TCP connection to one: a socket with TLS, a WebSocket, any.
    """

    def __init__(self, port, client_id=None, version=wire.V311, host="127.0.0.1", small_window=False,
                 source=None, **connect):
        self.version = version
        self.client_id = client_id
        self._buffer = bytearray()
        self.last_id = 0
        self._early = []  # messages that came before their SUBACK
        self._recorded = set()  # ids of QoS 2 that wait for PUBREL
        self.socket = (connected(port, host, small_window, source) if isinstance(port, int)
                       else port)
        self.socket.settimeout(SECONDS)
        self.connack = None
        if client_id is not None:
            try:
                self.send(wire.connect(client_id, version=version, **connect))
                self.connack = self.expect(wire.CONNACK)
                assert self.connack.reason == 0, f"refused: {self.connack.reason:#x}"
            except (Closed, AssertionError):
                self.close()
                raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # -- bytes

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError) as error:
            raise Closed from error

    def send_as_much_as_it_takes(self, data):
        """For input that the gateway may refuse before all of it is there."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def pour(self, data, bytes_max, patience):
        """The same data again and again and without reading, until that many bytes have gone, or
        not one more goes even after `patience`, a function, has returned. The bytes."""
        self.socket.setblocking(False)
        sent = 0
        try:
            while sent < bytes_max:
                try:
                    sent += self.socket.send(data[sent % len(data):])
                except BlockingIOError:
                    patience()
                    try:
                        sent += self.socket.send(data[sent % len(data):])
                    except BlockingIOError:
                        return sent
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Closed from error
        finally:
            self.socket.settimeout(SECONDS)
        return sent

    def receive(self, seconds=SECONDS):
        """The next packet."""
        if self._early:
            return self._early.pop(0)
        deadline = time.monotonic() + seconds
        while True:
            packet = wire.take_packet(self._buffer, self.version)
            if packet and packet.type == wire.PUBREL and packet.packet_id in self._recorded:
                self._recorded.remove(packet.packet_id)
                self.send(wire.ack(wire.PUBCOMP, packet.packet_id))
                continue
            if packet:
                return packet
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{self.client_id}: nothing came in {seconds} s")
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(1 << 16)
            except socket.timeout:
                continue
            except (ConnectionResetError, ssl.SSLError) as error:
                raise Closed from error
            finally:
                self.socket.settimeout(SECONDS)
            if not data:
                raise Closed
            self._buffer += data

    def expect(self, packet_type, seconds=SECONDS):
        packet = self.receive(seconds)
        assert packet.type == packet_type, f"{self.client_id}: wanted {packet_type}, got {packet}"
        return packet

    def end_of_connection(self, seconds=SECONDS):
        """Waits for it. The last packet that came before, if any."""
        last = None
        try:
            while True:
                last = self.receive(seconds)
        except Closed:
            return last

    # -- packets

    def next_id(self):
        self.last_id = self.last_id % 65535 + 1
        return self.last_id

    def subscribe(self, filter_, options=0, props=b"\0"):
        packet_id = self.next_id()
        self.send(wire.subscribe(packet_id, (filter_, options), version=self.version, props=props))
        early = []
        # Messages need not wait until the subscription is safe.
        while (packet := self.receive()).type == wire.PUBLISH:
            early.append(packet)
        self._early = early
        assert packet.type == wire.SUBACK, f"{self.client_id}: wanted SUBACK, got {packet}"
        return packet.codes[0]

    def publish(self, topic, payload=b"", qos=0, retain=False, props=b"\0"):
        """Waits until it is settled. The reason code."""
        packet_id = self.next_id() if qos else 0
        self.send(wire.publish(topic, payload, qos, packet_id, retain, version=self.version,
                               props=props))
        if qos == 0:
            return 0
        settled = self.expect(wire.PUBACK if qos == 1 else wire.PUBREC)
        assert settled.packet_id == packet_id
        if qos == 2 and settled.reason < 0x80:
            self.send(wire.ack(wire.PUBREL, packet_id))
            assert self.expect(wire.PUBCOMP).packet_id == packet_id
        return settled.reason

    def message(self, seconds=SECONDS):
        """The next message, acknowledged; what follows at QoS 2 is done along with other packets."""
        message = self.expect(wire.PUBLISH, seconds).message()
        if message.qos == 1:
            self.send(wire.ack(wire.PUBACK, message.packet_id))
        if message.qos == 2:
            self._recorded.add(message.packet_id)
            self.send(wire.ack(wire.PUBREC, message.packet_id))
        return message

    def ping(self, seconds=SECONDS):
        """All that was sent before has been handled when this returns."""
        self.send(wire.pingreq())
        self.expect(wire.PINGRESP, seconds)

    def disconnect(self):
        self.send(wire.disconnect())
        self.end_of_connection()
        self.close()


class Canary:
    """Two clients who have nothing to do with the trouble, and must not notice it.

    In a `with`: one sends the other a message of QoS 1 every 10 ms, one after the other; leaving it
    checks that each came, in order and in time.
    """

    PAUSE = 0.01

    def __init__(self, gateway, port=None, seconds_max=1.5):
        self._seconds_max = seconds_max
        self._is_done = threading.Event()
        self._error = None
        self.latencies = []
        port = port or gateway.port
        self._subscriber = Client(port, f"canary-subscriber-{id(self)}")
        self._publisher = Client(port, f"canary-publisher-{id(self)}", version=wire.V5)
        self._topic = f"canary/{id(self)}"
        self._subscriber.subscribe(self._topic, 1)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def _run(self):
        try:
            while not self._is_done.wait(self.PAUSE):
                payload = str(len(self.latencies)).encode()
                begin = time.monotonic()
                self._publisher.publish(self._topic, payload, 1)
                message = self._subscriber.message()
                assert message.payload == payload, message
                self.latencies.append(time.monotonic() - begin)
        except (Exception, AssertionError) as error:  # told when the test asks
            self._error = error

    def median(self):
        return sorted(self.latencies)[len(self.latencies) // 2]

    def wait_for(self, count):
        """That many more messages have come."""
        wanted = len(self.latencies) + count
        wait_until(lambda: self._error or len(self.latencies) >= wanted, 60,
                   f"{count} of the canary's messages")

    def __exit__(self, kind, *_):
        if kind is None:
            self.wait_for(3)
        self._is_done.set()
        self._thread.join()
        self._subscriber.close()
        self._publisher.close()
        if kind is not None:
            return
        assert self._error is None, f"the canary: {self._error!r}"
        slowest = max(self.latencies)
        assert slowest < self._seconds_max, f"the canary waited {slowest:.3f} s for a message"
