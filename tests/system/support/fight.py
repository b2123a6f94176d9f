"""F14, S14: clients that fight for one client id while they publish and (un)subscribe."""
import random
import threading

from support import wire
from support.client import Client, Closed
from support.wire import V311, V5


class Fighter:
    """Connects again and again, and talks until it is thrown out by the other."""

    def __init__(self, port, name, takeovers, seed):
        self._port, self._name, self._takeovers = port, name, takeovers
        self._lots = random.Random(seed)
        self.error = None
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            for _ in range(self._takeovers):
                self._live()
        except (Exception, AssertionError) as error:  # told at the end
            self.error = error

    def _live(self):
        lots = self._lots
        version = lots.choice((V311, V5))
        client = Client(self._port, version=version)
        try:
            client.send(wire.connect(self._name, version, clean=lots.random() < 0.2,
                                     will=wire.Will("fight/will") if lots.random() < 0.5 else None,
                                     props=wire.properties(wire.session_expiry(60))))
            assert client.receive().reason in (0, 0x88, 3)
            for _ in range(lots.randrange(1, 5)):
                client.send(lots.choice((
                    wire.subscribe(1, ("fight/+", lots.randrange(3)), version=version),
                    wire.subscribe(1, ("fight/t", 0), ("fight/#", 1), version=version),
                    wire.unsubscribe(2, "fight/+", "fight/#", version=version),
                    wire.publish("fight/t", b"x" * 50, lots.randrange(3), 3, version=version)))
                    + wire.pingreq())  # so that there is an answer in any case
                packet = client.receive()
                if packet.type == wire.PUBLISH and packet.message().qos == 1:
                    client.send(wire.ack(wire.PUBACK, packet.message().packet_id))
        except Closed:
            pass
        finally:
            client.close()


def fight(port, takeovers, fighters=4, meanwhile=lambda: None):
    """All of them until the end; then the session must be one, and whole."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    all_of_them = [Fighter(port, "fighter", takeovers // fighters, seed + number)
                   for number in range(fighters)]
    for fighter in all_of_them:
        fighter.thread.start()
    while any(fighter.thread.is_alive() for fighter in all_of_them):
        meanwhile()
        all_of_them[0].thread.join(0.02)
        for fighter in all_of_them[1:]:
            fighter.thread.join(0.001)
    for fighter in all_of_them:
        assert fighter.error is None, repr(fighter.error)
    with Client(port, "fighter", version=V5, clean=True) as last:
        assert not last.connack.session_present
        assert last.subscribe("fight/t", 1) == 1
        last.publish("fight/t", b"peace")
        assert last.message().payload == b"peace"
