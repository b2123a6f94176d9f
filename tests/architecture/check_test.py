#!/usr/bin/env python3
"""Plants violations in a small tree: each must be found, and nothing else."""
import tempfile
import unittest
from pathlib import Path

from check import MAP, House

TABLE = """
| layer | folder | its one sentence | may include |
|--:|---|---|---|
| 5 | `gateway/app` | The program. | all, CLI11 |
| 4 | `gateway/broker` | Decides. Pure. | base, topic |
| 4 | `gateway/store` *later* | Keeps. | base, SQLite |
| 2 | `gateway/topic` | Names. Pure. | base |
| 1 | `gateway/base` | Words. Pure. | - |
"""
CLEAN = {
    MAP: TABLE,
    "gateway/app/main.cpp": '#include <CLI/CLI.hpp>\n#include "gateway/broker/broker.hpp"\n',
    "gateway/broker/broker.hpp": '#pragma once\n#include <vector>\n#include "gateway/topic/tree.hpp"\n',
    "gateway/topic/tree.hpp": '#pragma once\n#include "gateway/base/time.hpp"\n',
    "gateway/base/time.hpp": "#pragma once\n#include <chrono>\n",
    "tests/unit/tree_test.cpp": '#include <gtest/gtest.h>\n#include <sys/socket.h>\n',
}
for name in ("app", "broker", "topic", "base"):
    CLEAN[f"gateway/{name}/README.md"] = f"# {name}\n"
    CLEAN[f"gateway/{name}/CMakeLists.txt"] = f"kleber_module({name} SOURCES x.cpp)\n"


def violations_with(changes):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**CLEAN, **changes}.items():
            if text is not None:
                file = Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        return House(folder).check_all()


class Planted(unittest.TestCase):
    def expect(self, changes, *parts):
        found = violations_with(changes)
        self.assertEqual(len(found), len(parts), found)
        for part in parts:
            self.assertTrue(any(part in violation for violation in found), (part, found))

    def test_a_clean_tree_has_none(self):
        self.expect({})

    def test_an_include_that_points_up(self):
        self.expect({"gateway/topic/a.cpp": '\n#include "gateway/broker/broker.hpp"\n'},
                    'topic/a.cpp:2: gateway/topic may not include "gateway/broker/broker.hpp"')

    def test_an_include_that_the_table_does_not_allow(self):
        self.expect({MAP: TABLE.replace("Decides. Pure. | base, topic", "Decides. Pure. | base")},
                    "gateway/broker may not include")

    def test_an_include_that_does_not_start_at_the_root(self):
        self.expect({"gateway/topic/a.cpp": '#include "tree.hpp"\n'}, "not found", "no module")

    def test_a_library_outside_its_module(self):
        self.expect({"gateway/broker/a.cpp": "#include <CLI/CLI.hpp>\n"}, "may not include CLI11")

    def test_a_test_library_in_the_program(self):
        self.expect({"gateway/app/a.cpp": "#include <gtest/gtest.h>\n"}, "GoogleTest")

    def test_threads_clocks_chance_and_system_calls_in_a_pure_module(self):
        for header in ("thread", "random", "sys/socket.h", "unistd.h", "fstream"):
            self.expect({"gateway/broker/a.cpp": f"#include <{header}>\n"}, f"no <{header}>")
        self.expect({"gateway/broker/a.cpp": "auto t = std::chrono::steady_clock::now();\n"}, "pure")
        self.expect({"gateway/broker/a.cpp": "// Clock::now() is for the lanes.\n"})

    def test_a_lock_outside_runtime(self):
        self.expect({"gateway/app/a.cpp": "#include <mutex>\n"}, "locks belong to")
        self.expect({"gateway/app/a.cpp": "#include <mutex>\n",
                     "gateway/app/README.md": "- 2026-11-20: A mutex guards the count, because.\n"})

    def test_a_link_that_the_table_does_not_allow(self):
        self.expect({"gateway/topic/CMakeLists.txt": "kleber_module(topic PUBLIC kleber::broker)"},
                    "may not be linked with broker")

    def test_a_table_that_points_up(self):
        self.expect({MAP: TABLE.replace("Names. Pure. | base", "Names. Pure. | base, broker")},
                    "not below it")

    def test_folders_and_map_must_agree(self):
        self.expect({"gateway/extra/README.md": "# extra\n"}, "gateway/extra:1: is not in the layer")
        self.expect({"gateway/store/README.md": "# store\n",
                     "gateway/store/CMakeLists.txt": "kleber_module(store)"}, "marked as later")
        self.expect({MAP: TABLE.replace(" *later*", "")}, "gateway/store:1: is in the map")

    def test_a_module_without_readme_or_target(self):
        self.expect({"gateway/topic/README.md": None}, "gateway/topic:1: has no README.md")
        self.expect({"gateway/topic/README.md": "line\n" * 41}, "longer than 40 lines")
        self.expect({"gateway/topic/CMakeLists.txt": "\n"}, "no target kleber::topic")

    def test_a_file_that_is_too_long(self):
        self.expect({"gateway/topic/a.cpp": "\n" * 600})
        self.expect({"gateway/topic/a.cpp": "\n" * 601}, "longer than 600 lines")

    def test_a_header_without_guard(self):
        self.expect({"gateway/topic/a.hpp": "int f();\n"}, "#pragma once")

    def test_words_that_stand_for_work_not_done(self):
        for words in ("// TO" "DO: more", "TEST(A, DISABLE" "D_b) {}", "GTEST_SKI" "P();",
                      "std::this_thread::sleep_fo" "r(1s);", "cd /wor" "k/main"):
            self.expect({"tests/unit/a.cpp": words + "\n"}, "tests/unit/a.cpp:1")


if __name__ == "__main__":
    unittest.main()
