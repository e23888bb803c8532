#!/bin/sh
# SPDX-License-Identifier: MIT
#
# plain-layout.sh PROGRAM [ARGUMENT...]: runs it without randomised addresses where that is
# allowed. The sanitizers of gcc 12 and clang 14 cannot place their shadow memory on
# kernels that randomise more bits than they know of, and die at random.

if setarch -R true 2>/dev/null; then
    exec setarch -R "$@"
fi
exec "$@"
