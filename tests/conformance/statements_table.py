#!/usr/bin/env python3
"""Checks the tables of normative statements against the tests, and prints them.

    statements_table.py [--table] TEST_PROGRAM...

Fails if a statement has no row, a row neither tests nor an excuse, a named test does not exist, a
test of a conversation carries a clause whose row does not name it, or there are too many excuses.
"""

import argparse
import sys

import statements

EXCUSES_MAX = 40


def check_rows(rows, version):
    """What is wrong with a version's rows by themselves."""
    known = [row.number for row in rows]
    for number in statements.numbers(version):
        if number not in known:
            yield f"MQTT-{number} of {version} has no row"
    for number in sorted(set(known) - set(statements.numbers(version))):
        yield f"MQTT-{number} of {version} is no statement"
    for number in sorted({number for number in known if known.count(number) > 1}):
        yield f"MQTT-{number} of {version} has two rows"
    for row in rows:
        if not row.text:
            yield f"{row.name()} says nothing"
        if not row.tests and not row.excuse:
            yield f"{row.name()} has neither tests nor an excuse"


def check_tests(rows, tests):
    """What the rows and the tests say differently."""
    names = set(tests) | {statements.without_parameters(test) for test in tests}
    by_clause = {(row.version, row.number): row for row in rows}
    for row in rows:
        for test in row.tests:
            if test not in names:
                yield f"{row.name()} names {test}, which does not exist"
    for test in sorted({statements.without_parameters(test) for test in tests}):
        for clause in statements.clauses_of(test):
            row = by_clause.get(clause)
            if row is None:
                yield f"{test} carries MQTT-{clause[1]} of {clause[0]}, which is no statement"
            elif test not in row.tests:
                yield f"{test} is not named in the row of {row.name()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", action="store_true", help="print every row")
    parser.add_argument("programs", nargs="+", help="GoogleTest programs that hold the tests")
    options = parser.parse_args()

    rows = []
    problems = []
    for version in statements.VERSIONS:
        of_version = statements.read(version)
        problems += check_rows(of_version, version)
        rows += of_version
    tests = [test for program in options.programs for test in statements.list_tests(program)]
    problems += check_tests(rows, tests)

    if options.table:
        for row in rows:
            print(f"{row.name()}: {row.text}")
            for line in row.tests or [statements.EXCUSE + row.excuse]:
                print(f"    {line}")
    for version in statements.VERSIONS:
        of_version = [row for row in rows if row.version == version]
        excused = sum(1 for row in of_version if row.excuse)
        named = {test for row in of_version for test in row.tests}
        print(
            f"MQTT {version}: {len(of_version)} statements, {len(of_version) - excused} proven by "
            f"{len(named)} tests, {excused} excused"
        )
    excused = sum(1 for row in rows if row.excuse)
    if excused > EXCUSES_MAX:
        problems.append(f"{excused} excuses, at most {EXCUSES_MAX} are allowed")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
