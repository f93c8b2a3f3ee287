# SPDX-License-Identifier: BSD-2-Clause
#
# Checks of the project as a whole: the table of floors, the man pages, names in the documents,
# files that nobody compiles, warnings of another compiler.

LINT_TESTS += tests/lint/clang tests/lint/layering tests/lint/man tests/lint/names tests/lint/sources tests/lint/usage
dist_check_SCRIPTS += tests/lint/clang tests/lint/layering tests/lint/man tests/lint/names tests/lint/sources tests/lint/usage
