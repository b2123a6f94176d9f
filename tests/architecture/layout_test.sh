#!/usr/bin/env bash
# Is every source file laid out as clang-format would?
set -euo pipefail
find gateway tests -name '*.[ch]pp' -print0 | xargs -0 -P "$(nproc)" -n 20 clang-format --dry-run -Werror
