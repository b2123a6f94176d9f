#!/usr/bin/env python3
"""Disables each check that carries a clause in turn; the tests named for that clause must notice.

    mutate.py --scratch FOLDER [--only CLAUSE]... [--list]

Works on a copy of the tree in FOLDER, which is kept for the next run. In the copy every check asks
the environment whether it is disabled, so that one build serves all of them. CLAUSE is a number
such as 3.3.1-4, or the beginning of one.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time

import marks
import statements

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = ("CMakeLists.txt", "cmake", "gateway", "tests")
PROGRAMS = ("conformance_test", "connection_test", "broker_test", "codec_test", "topic_test",
            "base_test")
SECONDS_MAX = 120  # for a program that a disabled check makes go round for ever

SWITCH_VARIABLE = "KLEBER_DISABLED"
SWITCH = """#pragma once

#include <cstdlib>
#include <string_view>

// True for the check that the environment names.
inline bool is_disabled(std::string_view place) {
    static const char* const chosen = std::getenv("%s");
    return chosen != nullptr && place == chosen;
}
""" % SWITCH_VARIABLE


def copy_tree(scratch):
    """Makes the copy as the tree is now; what has not changed is not touched."""
    wanted = {pathlib.Path("switch.hpp"): SWITCH.encode()}
    for part in PARTS:
        found = ROOT / part
        for path in [found] if found.is_file() else sorted(found.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                wanted[path.relative_to(ROOT)] = content(path.relative_to(ROOT))
    for path, data in wanted.items():
        target = scratch / path
        if not target.exists() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    for part in PARTS:
        for target in list((scratch / part).rglob("*")):
            if target.is_file() and target.relative_to(scratch) not in wanted:
                target.unlink()


def content(path):
    data = (ROOT / path).read_bytes()
    # A statement with an `if` put before it may draw a warning, which is no mistake here.
    if path.name == "kleber.cmake":
        return data.replace(b" -Werror ", b" ")
    if path.parts[0] == "gateway" and path.suffix in (".cpp", ".hpp"):
        return marks.weave(path, data.decode()).encode()
    return data


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


class Bench:
    """The copy, built once."""

    def __init__(self, scratch, jobs):
        build = scratch / "build"
        configured = run(
            ["cmake", "-S", scratch, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
             f"-DCMAKE_CXX_FLAGS_DEBUG=-O0 -include {scratch}/switch.hpp"])
        if configured.returncode:
            sys.exit(configured.stdout + configured.stderr)
        built = run(["ninja", "-C", build, "-j", str(jobs), *PROGRAMS])
        if built.returncode:
            sys.exit(built.stdout)
        self.programs = []  # (path, names of its tests with and without parameters)
        for name in PROGRAMS:
            path = next(path for path in build.rglob(name) if path.is_file())
            tests = statements.list_tests(path)
            names = set(tests) | {statements.without_parameters(each) for each in tests}
            self.programs.append((path, names))

    def first_failure(self, place, tests):
        """The first of these tests that fails with the check disabled; empty if none does."""
        environment = {**os.environ, SWITCH_VARIABLE: place}
        for path, names in self.programs:
            mine = sorted(tests & names)
            if not mine:
                continue
            patterns = [pattern for test in mine for pattern in (test, f"*/{test}/*")]
            command = [path, "--gtest_fail_fast", "--gtest_brief=1",
                       "--gtest_filter=" + ":".join(patterns)]
            try:
                result = run(command, timeout=SECONDS_MAX, env=environment)
            except subprocess.TimeoutExpired:
                return f"{path.name} hangs"
            if result.returncode:
                failed = [line for line in result.stdout.splitlines() if "[  FAILED  ]" in line]
                return failed[0].split()[3].rstrip(",") if failed else f"{path.name} crashes"
        return ""


def rows_for(version, number, rows):
    """The rows of a clause; if no version is given, of each that has this number."""
    return [row for row in rows if row.number == number and version in ("", row.version)]


def find_checks(only):
    checks = []
    for path in sorted((ROOT / "gateway").rglob("*.[ch]pp")):
        for check in marks.find(path.relative_to(ROOT), path.read_text()):
            if any(number.startswith(tuple(only)) for _, number in check.clauses):
                checks.append(check)
    return checks


def verdict(bench, check, rows):
    """What became of a check: a word, and what to know about it."""
    if not check.insertions:
        return "no check", ""
    details = []
    for version, number in check.clauses:
        named = rows_for(version, number, rows)
        if not named:
            return "no tests", number
        for row in named:
            failure = bench.first_failure(check.place(), set(row.tests))
            if not failure:
                return "SURVIVED", f"the tests of {row.name()}"
            details.append(failure)
    return "found", " ".join(dict.fromkeys(details))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scratch", type=pathlib.Path, help="where the copy is made and kept")
    parser.add_argument("--only", action="append", help="clauses that begin like this; may repeat")
    parser.add_argument("--list", action="store_true", help="only say what would be disabled")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    rows = [row for version in statements.VERSIONS for row in statements.read(version)]
    checks = find_checks(options.only or [""])
    if options.list:
        for check in checks:
            print(f"{'check' if check.insertions else 'text '} {check.place()}: {check.code}")
        return 0
    if not options.scratch:
        parser.error("--scratch is needed")
    began = time.monotonic()
    scratch = options.scratch.resolve()
    copy_tree(scratch)
    bench = Bench(scratch, options.jobs)
    every_test = {test for row in rows for test in row.tests}
    if failure := bench.first_failure("", every_test):
        sys.exit(f"{failure} fails without anything disabled")
    print(f"built in {time.monotonic() - began:.0f} s", flush=True)

    counts = {}
    for check in checks:
        outcome, detail = verdict(bench, check, rows)
        counts[outcome] = counts.get(outcome, 0) + 1
        numbers = " ".join(number for _, number in check.clauses)
        print(f"{outcome:9} {numbers:24} {check.place()}  {detail}", flush=True)
    summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    print(f"{len(checks)} marks: {summary}; {time.monotonic() - began:.0f} s")
    return 0 if counts.keys() <= {"found"} else 1


if __name__ == "__main__":
    sys.exit(main())
