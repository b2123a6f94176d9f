"""The tables of statements: which tests prove what."""

import pathlib
import re
import subprocess

FOLDER = pathlib.Path(__file__).parent / "statements"
VERSIONS = ("3.1.1", "5.0")
EXCUSE = "excuse: "


class Statement:
    def __init__(self, version, number, text, proof):
        self.version = version
        self.number = number
        self.text = text
        self.excuse = proof[len(EXCUSE):] if proof.startswith(EXCUSE) else ""
        self.tests = [] if self.excuse else proof.split()

    def name(self):
        return f"MQTT-{self.number} of {self.version}"


def read(version):
    """All rows of a version's table, in its order."""
    rows = []
    lines = (FOLDER / f"mqtt-{version}.tsv").read_text().splitlines()
    for place, line in enumerate(lines, start=1):
        fields = line.split("\t")
        if len(fields) != 3:
            raise ValueError(f"mqtt-{version}.tsv:{place}: not number, statement and proof")
        rows.append(Statement(version, *fields))
    return rows


def numbers(version):
    """The numbers that the specification lists."""
    return (FOLDER / f"mqtt-{version}-numbers.txt").read_text().split()


def without_parameters(name):
    """Mqtt/Publish.x/V5 is Publish.x for each of its parameters."""
    suite, test = name.split(".", 1)
    return suite.split("/")[-1] + "." + test.split("/")[0]


def list_tests(binary):
    """The full names of all tests of a GoogleTest program."""
    listing = subprocess.run(
        [binary, "--gtest_list_tests"], check=True, capture_output=True, text=True
    ).stdout
    tests = []
    suite = ""
    for line in listing.splitlines():
        name = line.split("#")[0].rstrip()
        if line.startswith("  "):
            tests.append(suite + name.strip())
        elif name.endswith("."):
            suite = name.strip()
    return tests


def clauses_of(test):
    """(version, number) of each clause that a test's name carries."""
    found = []
    for tag, a, b, c, d in re.findall(r"mqtt(311|5)_(\d+)_(\d+)_(\d+)_(\d+)", test):
        found.append(("3.1.1" if tag == "311" else "5.0", f"{a}.{b}.{c}-{d}"))
    return found
