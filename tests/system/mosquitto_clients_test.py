"""mosquitto_pub and mosquitto_sub, in all three versions of the protocol."""
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import GatewayCase, main
from support.gateway import wait_until

VERSIONS = ("mqttv31", "mqttv311", "mqttv5")


class Mosquitto(GatewayCase):
    def pub(self, version, *arguments, data=None):
        done = subprocess.run(["mosquitto_pub", "-p", str(self.port), "-V", version, *arguments],
                              input=data, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)

    def sub(self, version, *arguments):
        """Returns once it is subscribed."""
        before = self.gateway.status()["subscriptions"]
        process = subprocess.Popen(
            ["mosquitto_sub", "-p", str(self.port), "-V", version, "-W", "30", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.end, process)
        wait_until(lambda: self.gateway.status()["subscriptions"] > before or
                   process.poll() is not None)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def output(self, process):
        out, error = process.communicate(timeout=60)
        self.assertEqual((process.returncode, error), (0, b""))
        return out

    def test_every_qos_between_every_pair_of_versions(self):
        for receiver in VERSIONS:
            process = self.sub(receiver, "-t", f"qos/{receiver}/#", "-q", "2", "-C", "9", "-F",
                               "%t %q %p")
            for sender in VERSIONS:
                for qos in "012":
                    self.pub(sender, "-t", f"qos/{receiver}/{sender}", "-q", qos, "-m", f"m {qos}")
            wanted = [f"qos/{receiver}/{sender} {qos} m {qos}"
                      for sender in VERSIONS for qos in "012"]
            # A message of QoS 2 counts for mosquitto_sub when it is released: others may overtake.
            self.assertCountEqual(self.output(process).decode().splitlines(), wanted)

    def test_a_thousand_lines_in_order(self):
        lines = b"".join(b"line %d\n" % number for number in range(1000))
        for version in VERSIONS:
            for qos in "12":
                process = self.sub(version, "-t", f"lines/{version}/{qos}", "-q", qos, "-C", "1000")
                self.pub(version, "-t", f"lines/{version}/{qos}", "-q", qos, "-l", data=lines)
                self.assertEqual(self.output(process), lines)

    def test_retained(self):
        for version in VERSIONS:
            topic = f"retained/{version}"
            self.pub(version, "-t", topic, "-r", "-q", "1", "-m", "kept")
            for receiver in VERSIONS:
                process = self.sub(receiver, "-t", topic, "-C", "1", "-F", "%r %p")
                self.assertEqual(self.output(process), b"1 kept\n")
            self.pub(version, "-t", topic, "-r", "-n")
            process = self.sub(version, "-t", topic, "-C", "1", "-F", "%r %p")
            self.pub(version, "-t", topic, "-m", "new")
            self.assertEqual(self.output(process), b"0 new\n")

    def test_will(self):
        for version in VERSIONS:
            watcher = self.sub(version, "-t", f"will/{version}", "-C", "1")
            dying = self.sub(version, "-t", "something", "-i", f"dying-{version}", "--will-topic",
                             f"will/{version}", "--will-payload", "gone", "--will-qos", "1")
            dying.send_signal(signal.SIGKILL)
            self.assertEqual(self.output(watcher), b"gone\n")

    def test_persistent_sessions(self):
        for version in VERSIONS:
            name, topic = f"durable-{version}", f"durable/{version}"
            keep = ["-c", "-i", name, "-q", "2", "-t", topic]
            keep += ["-x", "3600"] if version == "mqttv5" else []
            first = self.sub(version, *keep, "-C", "1")
            self.pub(version, "-t", topic, "-q", "1", "-m", "while there")
            self.assertEqual(self.output(first), b"while there\n")
            for qos in "12":
                self.pub(version, "-t", topic, "-q", qos, "-m", f"while away {qos}")
            again = subprocess.run(
                ["mosquitto_sub", "-p", str(self.port), "-V", version, "-W", "30", *keep, "-C", "2"],
                capture_output=True, timeout=60)
            self.assertEqual(again.stdout, b"while away 1\nwhile away 2\n")

    def test_large_payloads(self):
        payload = bytes(range(256)) * 4000  # nearly 1 MiB, the limit of a packet
        for version in VERSIONS:
            for qos in "012":
                process = self.sub(version, "-t", f"large/{version}", "-q", qos, "-C", "1", "-N")
                self.pub(version, "-t", f"large/{version}", "-q", qos, "-s", data=payload)
                self.assertEqual(self.output(process), payload)

    def test_properties_of_mqtt_5(self):
        process = self.sub("mqttv5", "-t", "props", "-C", "1", "-F", "%C|%R|%D|%P|%p")
        self.pub("mqttv5", "-t", "props", "-m", "m", "-D", "publish", "content-type", "text/plain",
                 "-D", "publish", "response-topic", "answers", "-D", "publish", "correlation-data",
                 "42", "-D", "publish", "user-property", "k", "v")
        self.assertEqual(self.output(process), b"text/plain|answers|42|k:v|m\n")

    def test_request_and_response(self):
        server = self.sub("mqttv5", "-t", "service", "-C", "1", "-F", "%R")
        asking = subprocess.Popen(
            ["mosquitto_rr", "-p", str(self.port), "-V", "mqttv5", "-t", "service", "-e", "answer/7",
             "-m", "question", "-W", "30"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.end, asking)
        answer_to = self.output(server).decode().strip()
        self.pub("mqttv5", "-t", answer_to, "-m", "answer")
        self.assertEqual(asking.communicate(timeout=60)[0], b"answer\n")


if __name__ == "__main__":
    main()
