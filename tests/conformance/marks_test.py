#!/usr/bin/env python3
"""That checks are found, and made such that they can be disabled."""

import unittest

import marks


def woven(code):
    return marks.weave("file.cpp", code)


def off(line):
    return f'is_disabled("file.cpp:{line}")'


class Marks(unittest.TestCase):
    def test_a_condition_becomes_false(self):
        self.assertEqual(
            woven("    // [MQTT-1.2.3-4]\n    if (a(b) && c) return d;\n"),
            f"    // [MQTT-1.2.3-4]\n    if (!{off(2)} && (a(b) && c)) return d;\n",
        )

    def test_a_condition_of_several_lines(self):
        self.assertEqual(
            woven("// [MQTT-1.2.3-4]\nif (a &&\n    b) {\n}\n"),
            f"// [MQTT-1.2.3-4]\nif (!{off(2)} && (a &&\n    b)) {{\n}}\n",
        )

    def test_a_condition_with_a_declaration(self):
        self.assertEqual(
            woven("if (auto a = b(); a) {  // [MQTT-1.2.3-4]\n"),
            f"if (auto a = b(); !{off(1)} && (a)) {{  // [MQTT-1.2.3-4]\n",
        )

    def test_a_statement_goes(self):
        self.assertEqual(
            woven("  a.b(c);  // [MQTT-1.2.3-4]\n"),
            f"  if (!{off(1)}) a.b(c);  // [MQTT-1.2.3-4]\n",
        )
        self.assertEqual(
            woven("// [MQTT-1.2.3-4] why\n// and more\na::b(c,\n  d);\ne();\n"),
            f"// [MQTT-1.2.3-4] why\n// and more\nif (!{off(3)}) a::b(c,\n  d);\ne();\n",
        )

    def test_a_returned_call_goes(self):
        self.assertEqual(
            woven("case A:  // [MQTT-1.2.3-4]\n  return b(c);\n"),
            f"case A:  // [MQTT-1.2.3-4]\n  if ({off(2)}) return; else return b(c);\n",
        )

    def test_a_loop_is_left_out(self):
        self.assertEqual(
            woven("// [MQTT-1.2.3-4]\nfor (a b : c) {\n"),
            f"// [MQTT-1.2.3-4]\nif (!{off(2)}) for (a b : c) {{\n",
        )

    def test_a_flag_becomes_false(self):
        self.assertEqual(
            woven("// [MQTT-1.2.3-4]\nconst bool a =\n  b != c;\n"),
            f"// [MQTT-1.2.3-4]\nconst bool a =\n  !{off(2)} && (b != c);\n",
        )

    def test_text_is_read_unchecked(self):
        self.assertEqual(
            woven("const auto a = in.utf8();  // [MQTT-1.2.3-4]\n"),
            f"const auto a = ({off(1)} ? as_text(in.binary()) : in.utf8());  // [MQTT-1.2.3-4]\n",
        )

    def test_a_check_within_a_check(self):
        self.assertEqual(
            woven("for (a b : c) {  // [MQTT-1.2.3-4]\n  d();  // [MQTT-1.2.3-5]\n}\n"),
            f"if (!{off(1)}) for (a b : c) {{  // [MQTT-1.2.3-4]\n"
            f"  if (!{off(2)}) d();  // [MQTT-1.2.3-5]\n}}\n",
        )

    def test_what_is_no_check_is_left_alone(self):
        for code in (
            "// [MQTT-1.2.3-4]\nbool f(int a) {\n  return a;\n}\n",
            "// [MQTT-1.2.3-4]\nconst auto a = b();\n",
        ):
            self.assertEqual(len(marks.find("file.cpp", code)), 1)
            self.assertEqual(woven(code), code)

    def test_a_mark_that_is_misspelt_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "file.cpp:2"):
            woven("a();\nb();  // [MQTT-1-2.3-4]\n")

    def test_clauses_of_a_mark(self):
        check = marks.find(
            "f", "// [MQTT-1.2.3-4] of 3.1.1, [MQTT-1.2.3-5] of 5.0\n// [MQTT-6.0.0-1]\nif (a) b;\n"
        )[0]
        self.assertEqual(
            check.clauses, [("3.1.1", "1.2.3-4"), ("5.0", "1.2.3-5"), ("", "6.0.0-1")]
        )


if __name__ == "__main__":
    unittest.main()
