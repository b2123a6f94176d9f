"""paho-mqtt for Python as a test wants it."""
import queue

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

SECONDS = 20
V31, V311, V5 = paho.MQTTv31, paho.MQTTv311, paho.MQTTv5


class Peer:
    """A paho client whose callbacks end up in queues. `case` stops it, and knows the `port`;
    `prepare` does with the client what its way to the gateway needs."""

    def __init__(self, case, name, version=V311, clean=True, expiry=None, will=None, port=None,
                 transport="tcp", prepare=None):
        options = {"clean_session": clean} if version != V5 else {}
        self.client = paho.Client(name, protocol=version, transport=transport, **options)
        self.version = version
        self.messages, self._events = queue.Queue(), queue.Queue()
        self.client.on_message = lambda _c, _u, message: self.messages.put(message)
        self.client.on_connect = lambda _c, _u, flags, code, *_: self._events.put((flags, code))
        self.client.on_subscribe = lambda _c, _u, _m, codes, *_: self._events.put(codes)
        self.client.on_unsubscribe = lambda *_: self._events.put("unsubscribed")
        self.client.on_disconnect = lambda _c, _u, code, *_: self._events.put(("end", code))
        if will:
            self.client.will_set(*will)
        if prepare:
            prepare(self.client)
        more = {}
        if version == V5:
            properties = Properties(PacketTypes.CONNECT)
            if expiry is not None:
                properties.SessionExpiryInterval = expiry
            more = {"clean_start": clean, "properties": properties}
        self.client.connect("127.0.0.1", port or case.port, **more)
        self.client.loop_start()
        case.addCleanup(self.client.loop_stop)
        flags, code = self.event()
        assert int(getattr(code, "value", code)) == 0, code
        self.session_present = bool(flags["session present"])

    def event(self):
        return self._events.get(timeout=SECONDS)

    def message(self):
        return self.messages.get(timeout=SECONDS)

    def subscribe(self, *arguments, **options):
        self.client.subscribe(*arguments, **options)
        return [int(getattr(code, "value", code)) for code in self.event()]

    def publish(self, topic, payload, qos=0, retain=False, **properties):
        made = None
        if properties:
            made = Properties(PacketTypes.PUBLISH)
            for name, value in properties.items():
                setattr(made, name, value)
        info = self.client.publish(topic, payload, qos, retain, properties=made)
        info.wait_for_publish(SECONDS)
        assert info.is_published()

    def disconnect(self):
        self.client.disconnect()
        assert self.event()[0] == "end"
        self.client.loop_stop()

    def cut(self):
        """As if the network was gone."""
        self.client._sock_close()
        self.client.loop_stop()
