# SPDX-License-Identifier: BSD-2-Clause

BATS_TESTS +=
