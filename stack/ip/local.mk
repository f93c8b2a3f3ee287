# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES +=
