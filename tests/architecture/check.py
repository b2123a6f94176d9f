#!/usr/bin/env python3
"""Compares the source with the map's layer table (gateway/README.md, section 2) and the house rules.

Usage: check.py [ROOT]. Prints one line a violation, `file:line: text`; the exit code is 1 if there is
one. Long files are reported before they are forbidden.
"""
import re
import sys
from dataclasses import dataclass
from pathlib import Path

MAP = "gateway/README.md"
README_LINES_MAX = 40
LINES_REPORTED = 300
LINES_MAX = 600

# A library of the table and the headers that come with it; the last three are for tests only.
LIBRARIES = {
    "Asio": r"asio(\.hpp$|/)",
    "CLI11": r"CLI/",
    "OpenSSL": r"openssl/",
    "SQLite": r"sqlite3\.h$",
    "libargon2": r"argon2\.h$",
    "libgpiod": r"gpiod\.h$",
    "libi2c": r"(i2c/|linux/i2c)",
    "nlohmann-json": r"nlohmann/",
    "toml++": r"toml\+\+/",
    "GoogleTest": r"(gtest|gmock)/",
    "Google Benchmark": r"benchmark/",
    "paho": r"mqtt/|MQTT(Async|Client)",
}
# A module that the table calls pure starts no thread, opens no file, reads no clock, draws no lot.
IMPURE_HEADERS = set(
    "barrier condition_variable ctime filesystem fstream future iostream latch mutex random semaphore"
    " shared_mutex stop_token thread".split())
IMPURE_CALLS = re.compile(
    r"\w::now\(|\b(clock_gettime|getenv|gettimeofday|rand|srand|time\(nullptr\))\b")
# Threads meet in runtime/mailbox; a lock elsewhere needs a dated decision in the module's README.
LOCK_HEADERS = {"condition_variable", "mutex", "semaphore", "shared_mutex"}
LOCKS_BELONG_TO = "gateway/runtime"
LOCK_DECISION = re.compile(r"\d{4}-\d{2}-\d{2}.*\b(mutex|lock)", re.IGNORECASE)

# Written so that this file does not find itself.
FORBIDDEN_TEXT = {
    r"\bTO[D]O\b|\bFIXM[E]\b|\bXX[X]\b": "unfinished work",
    r"(?<![\w.])/(wor[k]|roo[t])/": "a path of one machine",
    r"\bGTEST_SKI[P]\b|\bDISABLE[D]_\w": "a test that does not run",
    r"\bsleep_fo[r]\b|\bsleep_unti[l]\b|\buslee[p]\b": "a sleep",
}
TEXT_SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".cmake", ".md", ".toml", ".txt", ".json", ".js", ""}
CODE_SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".js", ".cmake"}
NOT_OURS = {".git", "build", "corpus", "node_modules", "__pycache__", ".cache"}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


@dataclass
class Module:
    """A row of the layer table."""
    folder: str
    layer: int
    is_pure: bool
    is_later: bool
    may_include: list

    @property
    def name(self):
        return self.folder.rsplit("/", 1)[-1]


def read_table(text):
    row = re.compile(r"\|\s*(\d+)\s*\|\s*`([\w/]+)`([^|]*)\|([^|]*)\|([^|]*)\|\s*$")
    modules = {}
    for line in text.splitlines():
        if match := row.match(line):
            layer, folder, mark, sentence, allowed = match.groups()
            names = [name.strip() for name in allowed.split(",") if name.strip() not in ("", "-")]
            modules[folder] = Module(folder, int(layer), "Pure" in sentence, "later" in mark, names)
    return modules


class House:
    def __init__(self, root):
        self.root = Path(root)
        self.violations = []
        self.long_files = []
        self.include_count = 0
        self.files = sorted(
            path.relative_to(self.root) for path in self.root.rglob("*")
            if path.is_file() and not NOT_OURS & set(path.relative_to(self.root).parts))
        self.modules = read_table(self.text(MAP)) if (self.root / MAP).exists() else {}

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def blame(self, path, line, text):
        self.violations.append(f"{path}:{line}: {text}")

    def module_of(self, path):
        fitting = [m for m in self.modules.values() if str(path).startswith(m.folder + "/")]
        return max(fitting, key=lambda m: len(m.folder), default=None)

    def named(self, name):
        return next((m for m in self.modules.values() if m.name == name), None)

    def may_include(self, module, other):
        if module is other or other.name in module.may_include:
            return True
        return "all" in module.may_include and other.layer < module.layer

    def check_all(self):
        self.check_table()
        for module in self.modules.values():
            self.check_module(module)
        for path in self.files:
            if path.suffix in (".cpp", ".hpp"):
                self.check_source(path)
            if path.suffix in TEXT_SUFFIXES:
                self.check_text(path)
        return self.violations

    def check_table(self):
        if not self.modules:
            self.blame(MAP, 1, "has no layer table")
        for module in self.modules.values():
            for name in module.may_include:
                other = self.named(name)
                if other is None and name != "all" and name not in LIBRARIES:
                    self.blame(MAP, 1, f"{module.folder} may include {name}, which is nothing known")
                if other is not None and other.layer >= module.layer:
                    self.blame(MAP, 1, f"{module.folder} may include {name}, which is not below it")
        for folder in sorted({path.parts[1] for path in self.files
                              if path.parts[0] == "gateway" and len(path.parts) > 2}):
            if f"gateway/{folder}" not in self.modules:
                self.blame(f"gateway/{folder}", 1, "is not in the layer table")

    def check_module(self, module):
        exists = any(self.module_of(path) is module for path in self.files)
        if exists == module.is_later:
            state = "exists, but is marked as later" if exists else "is in the map, but does not exist"
            self.blame(module.folder, 1, state)
        if not exists:
            return
        readme = f"{module.folder}/README.md"
        if not (self.root / readme).exists():
            self.blame(module.folder, 1, "has no README.md")
        elif (lines := len(self.text(readme).splitlines())) > README_LINES_MAX:
            self.blame(readme, lines, f"is longer than {README_LINES_MAX} lines")
        builds = [path for path in self.files
                  if path.name == "CMakeLists.txt" and self.module_of(path) is module]
        is_target = rf"kleber_module\(\s*{module.name}\b|add_executable\(\s*kleber\b"
        if not any(re.search(is_target, self.text(path)) for path in builds):
            self.blame(module.folder, 1, f"has no target kleber::{module.name}")
        for path in builds:
            for number, line in enumerate(self.text(path).splitlines(), 1):
                for name in re.findall(r"\bkleber::(\w+)", line):
                    other = self.named(name)
                    if other and not self.may_include(module, other):
                        self.blame(path, number, f"{module.folder} may not be linked with {name}")

    def check_source(self, path):
        module = self.module_of(path)
        lines = self.text(path).splitlines()
        if path.suffix == ".hpp" and "#pragma once" not in lines:
            self.blame(path, 1, "a header without #pragma once")
        for number, line in enumerate(lines, 1):
            if match := INCLUDE.match(line):
                self.include_count += 1
                check = self.check_own if match[1] == '"' else self.check_foreign
                check(path, number, module, match[2])
            elif module and module.is_pure and IMPURE_CALLS.search(line.split("//")[0]):
                self.blame(path, number, f"{module.folder} is pure: {line.strip()}")

    def check_own(self, path, number, module, header):
        if not (self.root / header).exists():
            self.blame(path, number, f'"{header}" is not found from the root')
        other = self.module_of(header)
        if module and other is None:
            self.blame(path, number, f'"{header}" belongs to no module')
        elif module and not self.may_include(module, other):
            self.blame(path, number, f'{module.folder} may not include "{header}"')

    def check_foreign(self, path, number, module, header):
        if module is None:
            return
        library = next((name for name, prefix in LIBRARIES.items() if re.match(prefix, header)), None)
        if library:
            if library not in module.may_include:
                self.blame(path, number, f"{module.folder} may not include {library} (<{header}>)")
        elif module.is_pure and (header in IMPURE_HEADERS or header.endswith(".h")):
            self.blame(path, number, f"{module.folder} is pure: no <{header}>")
        elif header in LOCK_HEADERS and module.folder != LOCKS_BELONG_TO:
            readme = self.root / module.folder / "README.md"
            if not (readme.exists() and LOCK_DECISION.search(self.text(readme))):
                self.blame(path, number, f"<{header}>: locks belong to {LOCKS_BELONG_TO}, or need a"
                                         f" dated decision in {module.folder}/README.md")

    def check_text(self, path):
        lines = self.text(path).splitlines()
        for number, line in enumerate(lines, 1):
            for pattern, what in FORBIDDEN_TEXT.items():
                if re.search(pattern, line):
                    self.blame(path, number, f"{what}: {line.strip()[:80]}")
        if path.suffix in CODE_SUFFIXES and len(lines) > LINES_REPORTED:
            self.long_files.append((len(lines), path))
            if len(lines) > LINES_MAX:
                self.blame(path, len(lines), f"is longer than {LINES_MAX} lines")


def main():
    house = House(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
    for violation in house.check_all():
        print(violation)
    for lines, path in sorted(house.long_files, reverse=True):
        print(f"note: {path} has {lines} lines; is a second noun hiding in it?")
    print(f"{len(house.files)} files, {house.include_count} includes, "
          f"{len(house.violations)} violations")
    return 1 if house.violations else 0


if __name__ == "__main__":
    sys.exit(main())
