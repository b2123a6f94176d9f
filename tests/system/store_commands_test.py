"""backup, restore, store info and store check, with and without a running gateway; and what clients
and $SYS hear while the disk is full."""
import json
import os
import subprocess
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Canary, Client, Closed
from support.disk import SmallDisk
from support.gateway import ENVIRONMENT, Gateway, PROGRAM, wait_until
from support.wire import V311, V5

QUOTA_EXCEEDED = 0x97
LASTING = wire.properties(wire.session_expiry(3600))
DEEP_QUEUE = '[limits]\nqueue = { messages = 1000000, bytes = "1 GB" }\n'


def kleber(gateway, *arguments):
    return subprocess.run([PROGRAM, *arguments, "--config", str(gateway.config_file), "--state",
                           str(gateway.state)], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **ENVIRONMENT})


class StoreCommands(unittest.TestCase):
    def fill(self, gateway, count):
        """An absent client with so many messages, and as many retained ones."""
        with Client(gateway.port, "absent", clean=False) as absent:
            absent.subscribe("queue/#", 1)
        with Client(gateway.port, "publisher") as publisher:
            for number in range(count):
                publisher.publish(f"queue/{number}", b"x" * 100, 1, retain=True)

    def retained(self, gateway, count):
        """The topics of so many retained messages; there are no more."""
        with Client(gateway.port, "looker") as looker:
            looker.subscribe("queue/#")
            topics = {looker.message().topic for _ in range(count)}
        self.assertEqual(self.info(gateway)["retained"], count)
        return topics

    def info(self, gateway):
        done = kleber(gateway, "store", "info", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_backup_and_restore(self):
        with Gateway(ALL_LINES) as gateway:
            self.fill(gateway, 20)
            info = self.info(gateway)
            self.assertEqual((info["sessions"], info["waiting"], info["messages"],
                              info["retained"]), (1, 20, 20, 20))
            file = gateway.folder / "backup.db"
            done = kleber(gateway, "backup", str(file))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("KiB", done.stdout)
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            again = kleber(gateway, "backup", str(file))
            self.assertEqual(again.returncode, 1)
            self.assertIn("File exists", again.stderr)

            with Client(gateway.port, "publisher") as publisher:
                publisher.publish("queue/later", b"x", 1, retain=True)
            refused = kleber(gateway, "restore", str(file))
            self.assertEqual(refused.returncode, 1)
            self.assertIn("stop it first", refused.stderr)
            self.assertIn("the store is whole", kleber(gateway, "store", "check").stdout)

            gateway.end()
            self.assertEqual(self.info(gateway)["retained"], 21, "without a gateway")
            self.assertIn("the store is whole", kleber(gateway, "store", "check").stdout)
            self.assertEqual(kleber(gateway, "backup", str(file) + ".2").returncode, 0)
            done = kleber(gateway, "restore", str(file))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("1 session, 20 retained messages and 20 waiting messages", done.stdout)
            self.assertEqual(len(list(gateway.state.glob("kleber.db.replaced-*"))), 1)
            gateway.start()
            self.assertEqual(self.retained(gateway, 20),
                             {f"queue/{number}" for number in range(20)})
            with Client(gateway.port, "absent", clean=False) as absent:
                for number in range(20):
                    self.assertEqual(absent.message().topic, f"queue/{number}")
            self.assertEqual([name for name in os.listdir(gateway.state) if "backup" in name], [])

    def test_nobody_waits_for_a_backup(self):
        """It is consistent though everything changes meanwhile."""
        with Gateway(ALL_LINES + DEEP_QUEUE) as gateway:
            self.fill(gateway, 3000)
            results = []

            def back_up():
                for number in range(3):
                    results.append(kleber(gateway, "backup", str(gateway.folder / f"{number}.db")))

            with Canary(gateway, seconds_max=1.5) as canary, \
                    Client(gateway.port, "publisher") as publisher:
                thread = threading.Thread(target=back_up)
                thread.start()
                while thread.is_alive():
                    for number in range(100):
                        publisher.publish(f"queue/more{number}", b"y" * 100, 1, retain=True)
                thread.join()
                print(f"longest pause of others {max(canary.latencies):.3f} s", end=" ")
            self.assertEqual([done.returncode for done in results], [0, 0, 0], results)
            self.assertEqual(kleber(gateway, "store", "check").returncode, 0)
            gateway.end()
            done = kleber(gateway, "restore", str(gateway.folder / "2.db"))
            self.assertEqual(done.returncode, 0, done.stderr)
            count = self.info(gateway)["retained"]
            self.assertGreaterEqual(count, 3000)
            gateway.start()
            self.assertEqual(len(self.retained(gateway, count)), count)

    def test_a_damaged_store_is_seen_and_survived(self):
        with Gateway(ALL_LINES) as gateway:
            self.fill(gateway, 200)
            gateway.end()
            file = gateway.state / "kleber.db"
            size = file.stat().st_size
            with open(file, "r+b") as store:
                store.seek(size // 2)
                store.write(os.urandom(8192))
            done = kleber(gateway, "store", "check")
            self.assertEqual(done.returncode, 1)
            self.assertIn("the store is damaged", done.stdout)
            self.assertEqual(file.stat().st_size, size, "a look changes nothing")
            there = sorted(os.listdir(gateway.state))
            for command in (["store", "info"], ["backup", str(gateway.folder / "backup.db")]):
                done = kleber(gateway, *command)
                self.assertEqual(done.returncode, 1)
                self.assertIn("start the gateway to recover it", done.stderr)
            self.assertEqual(sorted(os.listdir(gateway.state)), there, "nothing is set aside")
            gateway.start()
            self.assertIn("the store was damaged", gateway.log())
            with Client(gateway.port, "watcher") as watcher:
                watcher.subscribe("$SYS/broker/kleber/store/recovery")
                self.assertIn(b"set aside", watcher.message().payload)
            self.assertIn("at the start", kleber(gateway, "status").stdout)
            gateway.end()
            self.assertIn("at the start, the store was damaged", gateway.log())
            gateway.start()

    def test_a_second_gateway_touches_nothing(self):
        with Gateway(ALL_LINES) as gateway:
            growing = gateway.state / "kleber.db.backup"
            growing.write_bytes(b"a backup under way")
            second = subprocess.run([PROGRAM, "run", "--config", str(gateway.config_file),
                                     "--state", str(gateway.state)], capture_output=True,
                                    text=True, timeout=60, env={**os.environ, **ENVIRONMENT})
            self.assertNotEqual(second.returncode, 0)
            self.assertIn("another program holds it", second.stderr)
            self.assertTrue(growing.exists())
            gateway.end()
            gateway.start()
            self.assertFalse(growing.exists(), "one that a crash has ended")

    def test_what_cannot_be_done_says_why(self):
        with Gateway(ALL_LINES + '[store]\ndurability = "memory"\n') as gateway:
            done = kleber(gateway, "store", "info")
            self.assertEqual(done.returncode, 1)
            self.assertIn("nothing is kept", done.stderr)
            done = kleber(gateway, "backup", str(gateway.folder / "backup.db"))
            self.assertEqual(done.returncode, 1)
            self.assertFalse((gateway.folder / "backup.db").exists())
            done = kleber(gateway, "backup", str(gateway.folder / "no/such/folder"))
            self.assertIn("No such file", done.stderr)
            gateway.end()
            done = kleber(gateway, "store", "info")
            self.assertEqual(done.returncode, 1)
            self.assertIn("no gateway answers", done.stderr)
            (gateway.folder / "junk").write_bytes(os.urandom(10000))
            done = kleber(gateway, "restore", str(gateway.folder / "junk"))
            self.assertEqual(done.returncode, 1)
            self.assertIn("cannot be restored", done.stderr)
            self.assertFalse((gateway.state / "kleber.db").exists())
            gateway.start()


class Refusal(unittest.TestCase):
    def test_a_full_disk_refuses_what_it_cannot_keep(self):
        """on_trouble = "refuse": MQTT 5 hears 0x97, MQTT 3 waits; the rest goes on."""
        config = ALL_LINES + '[gateway]\nsys_interval = "100ms"\n[store]\non_trouble = "refuse"\n'
        with SmallDisk("3m") as disk, Gateway(config, state=disk.path) as gateway:
            with Client(gateway.port, "absent", clean=False) as absent:
                absent.subscribe("kept", 1)
            waiting = Client(gateway.port, "old", V311)
            lasting = Client(gateway.port, "lasting", V5, clean=False, props=LASTING)
            watcher = Client(gateway.port, "watcher")
            watcher.subscribe("$SYS/broker/kleber/store/state")
            self.assertEqual(watcher.message().payload, b"ok")
            publisher = Client(gateway.port, "publisher", V5)
            publisher.publish("kept", b"0", 1)
            with open(disk.path / "filling", "wb", 0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError:
                    pass
            waiting.last_id = 1
            waiting.send(wire.publish("kept", b"1", 1, 1))
            self.assertEqual(watcher.message().payload, b"degraded")
            with Canary(gateway):
                self.assertEqual(publisher.publish("kept", b"2", 1), QUOTA_EXCEEDED)
                self.assertEqual(publisher.publish("kept", b"3", 2), QUOTA_EXCEEDED)
                self.assertEqual(publisher.publish("value", b"4", 1, retain=True), QUOTA_EXCEEDED)
                self.assertEqual(lasting.subscribe("more", 1), QUOTA_EXCEEDED)
                for version in (V311, V5):
                    with self.assertRaisesRegex(AssertionError, "refused"):
                        Client(gateway.port, "new", version, clean=False,
                               props=LASTING if version == V5 else b"\0")
                disk.resize("300m")
                self.assertEqual(waiting.expect(wire.PUBACK).packet_id, 1)
            self.assertEqual(watcher.message().payload, b"ok")
            wait_until(lambda: gateway.status()["store"]["state"] == "ok")
            self.assertEqual(publisher.publish("kept", b"5", 1), 0)
            for client in (waiting, lasting, watcher, publisher):
                client.close()
            with Client(gateway.port, "absent", clean=False) as absent:
                self.assertEqual([absent.message().payload for _ in range(3)], [b"0", b"1", b"5"])


if __name__ == "__main__":
    main()
