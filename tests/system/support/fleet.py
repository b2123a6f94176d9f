"""Publishers and subscribers (support/members), and the one thread that serves them."""
import selectors
import time


class Fleet:
    """Serves those that are connected, as long as run() takes."""

    def __init__(self, publishers, subscribers):
        self.publishers, self.subscribers = publishers, subscribers
        self._selector = selectors.DefaultSelector()
        self._connected = []

    @property
    def members(self):
        return self.publishers + self.subscribers

    def connect(self, port, *members):
        for member in members:
            member.connect(port)
            self._selector.register(member.socket, selectors.EVENT_READ, member)
            self._connected.append(member)

    def run(self, seconds, until=lambda: False):
        """That long, or until the condition is true; its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until():
                return True
            self._turn()
        return until()

    def _turn(self):
        for key, _ in self._selector.select(0.002):
            if not key.data.read():
                self._drop(key.data)
        for member in self._connected:
            member.work()
            member.flush()

    def _drop(self, member):
        self._selector.unregister(member.socket)
        self._connected.remove(member)
        member.close()

    def hear_out(self):
        """The gateway has gone: what it said before is heard to the end, and nothing more."""
        for member in list(self._connected):
            while member.read() and is_readable(member.socket):
                pass
            self._drop(member)

    def leave(self, *members):
        """They just go, without a word."""
        for member in members:
            self._drop(member)

    def is_subscribed(self):
        return all(subscriber.is_subscribed for subscriber in self.subscribers)

    def drain(self, seconds):
        """No more is published; waits until all of it is there."""
        for publisher in self.publishers:
            publisher.end = publisher.sent
        return self.run(seconds, self._is_everything_here)

    def _is_everything_here(self):
        return all(member.has_finished() for member in self.members) and not any(
            subscriber.lost(publisher)
            for subscriber in self.subscribers for publisher in self.publishers)

    def counts(self):
        """What was acknowledged, and what came of it."""
        subscribers = self.subscribers
        return {
            "acknowledged": sum(publisher.acknowledged for publisher in self.publishers),
            "lost": sum(subscriber.lost(publisher) for subscriber in subscribers
                        for publisher in self.publishers),
            "doubled": sum(subscriber.doubled for subscriber in subscribers),
            "out_of_order": sum(subscriber.out_of_order for subscriber in subscribers),
            "repeated": sum(subscriber.repeated for subscriber in subscribers),
            "sessions_lost": sum(member.sessions_lost for member in self.members),
        }


def is_readable(socket):
    """There is more, or the end, without a long wait."""
    with selectors.DefaultSelector() as selector:
        selector.register(socket, selectors.EVENT_READ)
        return bool(selector.select(1))
