# SPDX-License-Identifier: BSD-2-Clause

DIFF_TESTS +=
