"""The checks in the code that carry a clause, and how to disable each."""

import re

MARK = re.compile(r"\[MQTT-(\d+\.\d+\.\d+-\d+)\](?: of (3\.1\.1|5\.0))?")
COMMENT = re.compile(r"^\s*//")
CONDITION = re.compile(r"\b(if|while) \(")
LOOP = re.compile(r"^\s*for \(")
# `const bool is_repeat = ...;`
FLAG = re.compile(r"^(\s*(?:const )?bool \w+ = )(.*);", re.DOTALL)
# A statement that is a call or an assignment, not a declaration.
ACTION = re.compile(
    r"^\s*(?:\+\+|--)?(?:\w+::)*[a-z][\w.]*(?:->\w+|\.\w+|\[[^\]]*\])*(?:\(| [-+|&]?= |;)"
)
# `return break_off(...);`, in a function that returns nothing.
RETURNED_CALL = re.compile(r"^\s*return (?:\w+::)*[a-z]\w*\(")
LABEL = re.compile(r"^\s*case [^;]*:$")
KEYWORDS = ("return", "case", "default", "do", "else", "for", "switch", "break", "continue", "using")


class Check:
    """One marked place: the clauses, and the text with the check disabled, if it can be."""

    def __init__(self, path, line, clauses, code, disabled):
        self.path = path
        self.line = line
        self.clauses = clauses  # (version or "", number)
        self.code = code
        self.disabled = disabled  # the whole file; None if this is no check

    def place(self):
        return f"{self.path}:{self.line}"


def find(path, text):
    """All marked places of a file."""
    lines = text.splitlines(keepends=True)
    checks = []
    at = 0
    while at < len(lines):
        clauses = [(version, number) for number, version in MARK.findall(lines[at])]
        if not clauses:
            at += 1
            continue
        target = at
        while target < len(lines) and COMMENT.match(lines[target]):
            target += 1
            if target < len(lines) and COMMENT.match(lines[target]):
                more = MARK.findall(lines[target])
                clauses += [(version, number) for number, version in more]
        if target + 1 < len(lines) and LABEL.match(re.sub(r"\s*//.*", "", lines[target].rstrip())):
            target += 1
        if target < len(lines):
            disabled = disable(lines, target)
            checks.append(Check(path, target + 1, clauses, lines[target].strip(), disabled))
        at = target + 1
    return checks


def disable(lines, target):
    """The text with the statement that begins in this line disabled; None if it is none."""
    before = "".join(lines[:target])
    rest = "".join(lines[target:])
    line = lines[target]
    code = re.sub(r"//.*", "", line)

    if LOOP.match(code):
        return before + "if (false) " + rest
    condition = CONDITION.search(code)
    if condition:
        opening = condition.end() - 1
        closing = closing_of(rest, opening)
        inner = rest[opening + 1 : closing]
        first, separator, last = inner.rpartition("; ")
        disabled = f"{first}{separator}false && ({last})"
        return before + rest[: opening + 1] + disabled + rest[closing:]

    end = end_of_statement(rest)
    if end is None:
        return None
    statement = re.sub(r"//.*", "", rest[:end])
    flag = FLAG.match(statement)
    if flag:
        return before + f"{flag[1]}false && ({flag[2]});" + rest[end:]
    if RETURNED_CALL.match(code):
        return before + "return;" + rest[end:]
    if ACTION.match(code) and code.split()[0].rstrip(";") not in KEYWORDS:
        return before + ";" + rest[end:]
    return None


def closing_of(text, opening):
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise ValueError("a parenthesis without its other half")


def end_of_statement(text):
    """Behind the semicolon that ends the first statement; None if a block comes first."""
    depth = 0
    for at, character in enumerate(re.sub(r"//.*", lambda found: " " * len(found[0]), text)):
        depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(character, 0)
        if character == "{" and depth == 1 and text[:at].rstrip().endswith((")", "const")):
            return None
        if character == ";" and depth == 0:
            return at + 1
        if depth < 0:
            return None
    return None
