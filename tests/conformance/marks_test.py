#!/usr/bin/env python3
"""That checks are found and disabled as they should be."""

import unittest

import marks


def disabled(code):
    checks = marks.find("file.cpp", code)
    assert len(checks) == 1, checks
    return checks[0].disabled


class Marks(unittest.TestCase):
    def test_a_condition_becomes_false(self):
        self.assertEqual(
            disabled("    // [MQTT-1.2.3-4]\n    if (a(b) && c) return d;\n"),
            "    // [MQTT-1.2.3-4]\n    if (false && (a(b) && c)) return d;\n",
        )

    def test_a_condition_of_several_lines(self):
        self.assertEqual(
            disabled("// [MQTT-1.2.3-4]\nif (a &&\n    b) {\n}\n"),
            "// [MQTT-1.2.3-4]\nif (false && (a &&\n    b)) {\n}\n",
        )

    def test_a_condition_with_a_declaration(self):
        self.assertEqual(
            disabled("if (auto a = b(); a) {  // [MQTT-1.2.3-4]\n"),
            "if (auto a = b(); false && (a)) {  // [MQTT-1.2.3-4]\n",
        )

    def test_a_statement_goes(self):
        self.assertEqual(disabled("  a.b(c);  // [MQTT-1.2.3-4]\n"), ";  // [MQTT-1.2.3-4]\n")
        self.assertEqual(
            disabled("// [MQTT-1.2.3-4] why\n// and more\na::b(c,\n  d);\ne();\n"),
            "// [MQTT-1.2.3-4] why\n// and more\n;\ne();\n",
        )

    def test_a_returned_call_goes(self):
        self.assertEqual(
            disabled("case A:  // [MQTT-1.2.3-4]\n  return b(c);\n"),
            "case A:  // [MQTT-1.2.3-4]\nreturn;\n",
        )

    def test_a_loop_is_left_out(self):
        self.assertEqual(
            disabled("// [MQTT-1.2.3-4]\nfor (a b : c) {\n"),
            "// [MQTT-1.2.3-4]\nif (false) for (a b : c) {\n",
        )

    def test_a_flag_becomes_false(self):
        self.assertEqual(
            disabled("const bool a = b != c;  // [MQTT-1.2.3-4]\n"),
            "const bool a = false && (b != c);  // [MQTT-1.2.3-4]\n",
        )

    def test_what_is_no_check_is_left_alone(self):
        for code in (
            "// [MQTT-1.2.3-4]\nbool f(int a) {\n  return a;\n}\n",
            "// [MQTT-1.2.3-4]\nconst auto a = b();\n",
        ):
            self.assertIsNone(disabled(code), code)

    def test_clauses_of_a_mark(self):
        check = marks.find(
            "f", "// [MQTT-1.2.3-4] of 3.1.1, [MQTT-1.2.3-5] of 5.0\n// [MQTT-6.0.0-1]\nif (a) b;\n"
        )[0]
        self.assertEqual(
            check.clauses, [("3.1.1", "1.2.3-4"), ("5.0", "1.2.3-5"), ("", "6.0.0-1")]
        )


if __name__ == "__main__":
    unittest.main()
