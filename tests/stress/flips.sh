#!/bin/sh
# SPDX-License-Identifier: MIT
#
# 65,536 bits flipped one by one, all over a ring, by ACD_TEST_SCALE; `make soak` flips every one.

count=$(awk "BEGIN {print int(65536 * ${ACD_TEST_SCALE:-1})}")
ACD_FLIP_COUNT=$count ACD_FLIP_STEP=17 "${top_builddir:-.}/tests/unit/test_ringmap" || exit 1
