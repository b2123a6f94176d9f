"""The checks in the code that carry a clause, and how to make each one that can be disabled."""

import re

MARK = re.compile(r"\[MQTT-(\d+\.\d+\.\d+-\d+)\](?: of (3\.1\.1|5\.0))?")
COMMENT = re.compile(r"^\s*//")
CONDITION = re.compile(r"\b(if|while) \(")
LOOP = re.compile(r"^\s*for \(")
# `const bool is_repeat = ...;`
FLAG = re.compile(r"^\s*(?:const )?bool \w+ =\s+")
# Text that is read and checked: `filter = in.utf8();`
TEXT = re.compile(r"\b(\w+)\.utf8\(\)")
# A statement that is a call or an assignment, not a declaration.
ACTION = re.compile(
    r"^\s*(?:\+\+|--)?(?:\w+::)*[a-z][\w.]*(?:->\w+|\.\w+|\[[^\]]*\])*(?:\(| [-+|&]?= |;)"
)
# `return break_off(...);`, in a function that returns nothing.
RETURNED_CALL = re.compile(r"^\s*return (?:\w+::)*[a-z]\w*\(")
LABEL = re.compile(r"^\s*case [^;]*:$")
KEYWORDS = (
    "return", "case", "default", "do", "else", "for", "switch", "break", "continue", "using"
)


class Check:
    """One marked place: the clauses, and what disables it."""

    def __init__(self, path, line, clauses, code, insertions):
        self.path = path
        self.line = line
        self.clauses = clauses  # (version or "", number)
        self.code = code
        self.insertions = insertions  # (place in the text, what comes there); none if no check

    def place(self):
        return f"{self.path}:{self.line}"


def find(path, text):
    """All marked places of a file."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        if line.count("[MQTT-") != len(MARK.findall(line)):
            raise ValueError(f"{path}:{number}: a mark is [MQTT-1.2.3-4] or [MQTT-1.2.3-4] of 5.0")
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
            check = Check(path, target + 1, clauses, lines[target].strip(), [])
            start = sum(len(line) for line in lines[:target])
            check.insertions = [
                (start + place, what.replace("OFF", f'is_disabled("{check.place()}")'))
                for place, what in switch(text[start:])
            ]
            checks.append(check)
        at = target + 1
    return checks


def weave(path, text):
    """The text with every check made one that `bool is_disabled(const char* place)` disables."""
    insertions = [each for check in find(path, text) for each in check.insertions]
    for place, what in sorted(insertions, reverse=True):
        text = text[:place] + what + text[place:]
    return text


def switch(rest):
    """Insertions that leave out the statement that begins here if OFF; none if it is no check."""
    code = re.sub(r"//.*", "", rest.splitlines()[0])
    begin = len(rest) - len(rest.lstrip())

    if LOOP.match(code):
        return [(begin, "if (!OFF) ")]
    condition = CONDITION.search(code)
    if condition:
        opening = condition.end() - 1
        closing = closing_of(rest, opening)
        last = rest.rfind("; ", opening, closing)  # `if (auto a = b(); a)`
        return [(opening + 1 if last < 0 else last + 2, "!OFF && ("), (closing, ")")]

    end = end_of_statement(rest)
    if end is None:
        return []
    statement = rest[:end]
    text = TEXT.search(code)
    if text:
        return [(text.start(), f"(OFF ? as_text({text[1]}.binary()) : "), (text.end(), ")")]
    flag = FLAG.match(statement)
    if flag:
        return [(flag.end(), "!OFF && ("), (end - 1, ")")]
    if RETURNED_CALL.match(code):
        return [(begin, "if (OFF) return; else ")]
    if ACTION.match(code) and code.split()[0].rstrip(";") not in KEYWORDS:
        return [(begin, "if (!OFF) ")]
    return []


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
