#!/usr/bin/env python3
"""Disables each check that carries a clause in turn; the tests named for it must notice.

    mutate.py --scratch FOLDER [--only CLAUSE]... [--list]

Works on a copy of the tree in FOLDER, which is kept for the next run. CLAUSE is a number such as
3.3.1-4, or the beginning of one.
"""

import argparse
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


def copy_tree(scratch):
    """Makes the copy as the tree is now; what has not changed is not touched."""
    wanted = set()
    for part in PARTS:
        found = ROOT / part
        for path in [found] if found.is_file() else sorted(found.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                wanted.add(path.relative_to(ROOT))
    for path in wanted:
        target = scratch / path
        if not target.exists() or target.read_bytes() != content(path):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content(path))
    for part in PARTS:
        for target in list((scratch / part).rglob("*")):
            if target.is_file() and target.relative_to(scratch) not in wanted:
                target.unlink()


def content(path):
    data = (ROOT / path).read_bytes()
    # A check that is disabled leaves things unused, which is no mistake here.
    return data.replace(b" -Werror ", b" ") if path.name == "kleber.cmake" else data


def run(command, seconds, **options):
    return subprocess.run(
        command, capture_output=True, text=True, timeout=seconds, check=False, **options
    )


class Bench:
    """The copy, built as far as needed."""

    def __init__(self, scratch, jobs):
        self.build = scratch / "build"
        self.jobs = str(jobs)
        configured = run(
            ["cmake", "-S", scratch, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
             "-DCMAKE_CXX_FLAGS_DEBUG=-O0"], 600)
        if configured.returncode:
            sys.exit(configured.stdout + configured.stderr)
        if not self.make(PROGRAMS[:1]):
            sys.exit("the tree does not build without any change")
        self.tests = {}

    def tests_of(self, name):
        """What a program holds, which must be built; changed or not, it holds the same."""
        if name not in self.tests:
            tests = statements.list_tests(self.program(name))
            self.tests[name] = set(tests) | {statements.without_parameters(each) for each in tests}
        return self.tests[name]

    def program(self, name):
        return next(path for path in self.build.rglob(name) if path.is_file())

    def make(self, targets):
        return run(["ninja", "-C", self.build, "-j", self.jobs, *targets], 3600).returncode == 0

    def first_failure(self, tests):
        """The first of these tests that fails; empty if none does, None if nothing builds."""
        left = set(tests)
        for name in PROGRAMS:  # the next one is built only if the one before has noticed nothing
            if not left:
                break
            if not self.make([name]):
                return None
            mine = sorted(left & self.tests_of(name))
            left.difference_update(mine)
            if not mine:
                continue
            patterns = [pattern for test in mine for pattern in (test, f"*/{test}/*")]
            command = [self.program(name), "--gtest_fail_fast", "--gtest_brief=1",
                       "--gtest_filter=" + ":".join(patterns)]
            try:
                result = run(command, 120)
            except subprocess.TimeoutExpired:
                return f"{name} hangs"
            if result.returncode:
                failed = [line for line in result.stdout.splitlines() if "[  FAILED  ]" in line]
                return failed[0].split()[3].rstrip(",") if failed else f"{name} crashes"
        return ""


def tests_for(check, rows):
    """The tests that the tables name for the clauses of a check."""
    tests = set()
    for version, number in check.clauses:
        for row in rows:
            if row.number == number and version in ("", row.version):
                tests.update(row.tests)
    return tests


def find_checks(root, only):
    checks = []
    for path in sorted((root / "gateway").rglob("*.[ch]pp")):
        for check in marks.find(path.relative_to(root), path.read_text()):
            if any(number.startswith(tuple(only)) for _, number in check.clauses):
                checks.append(check)
    return checks


def verdict(bench, scratch, check, rows):
    if check.disabled is None:
        return "no check", ""
    tests = tests_for(check, rows)
    if not tests:
        return "no tests", ""
    target = scratch / check.path
    original = target.read_bytes()
    target.write_text(check.disabled)
    try:
        failure = bench.first_failure(tests)
    finally:
        target.write_bytes(original)
    if failure is None:
        return "no build", ""
    return ("found", failure) if failure else ("SURVIVED", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scratch", type=pathlib.Path, help="where the copy is made and kept")
    parser.add_argument("--only", action="append", help="clauses that begin like this; may repeat")
    parser.add_argument("--list", action="store_true", help="only say what would be disabled")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    rows = [row for version in statements.VERSIONS for row in statements.read(version)]
    only = options.only or [""]
    if options.list:
        for check in find_checks(ROOT, only):
            print(f"{'check' if check.disabled else 'text '} {check.place()}: {check.code}")
        return 0
    if not options.scratch:
        parser.error("--scratch is needed")
    scratch = options.scratch.resolve()
    copy_tree(scratch)
    checks = find_checks(scratch, only)
    bench = Bench(scratch, options.jobs)

    counts = {}
    began = time.monotonic()
    for check in checks:
        outcome, detail = verdict(bench, scratch, check, rows)
        counts[outcome] = counts.get(outcome, 0) + 1
        numbers = " ".join(number for _, number in check.clauses)
        print(f"{outcome:9} {numbers:24} {check.place()}  {detail}", flush=True)
    summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    print(f"{len(checks)} marks: {summary}; {time.monotonic() - began:.0f} s")
    return 1 if counts.get("SURVIVED") or counts.get("no tests") else 0


if __name__ == "__main__":
    sys.exit(main())
