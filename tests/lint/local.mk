# SPDX-License-Identifier: BSD-2-Clause
#
# Checks of the project as a whole: the table of floors, the man pages, names in the documents,
# files that nobody compiles.

LINT_TESTS += tests/lint/layering tests/lint/man tests/lint/names tests/lint/sources tests/lint/usage
dist_check_SCRIPTS += tests/lint/layering tests/lint/man tests/lint/names tests/lint/sources tests/lint/usage
