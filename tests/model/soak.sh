#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The models with bigger bounds, for `make soak`: about 8 GB and twenty minutes on two busy cores.
exec "${SHELL:-/bin/sh}" "$(dirname "$0")/run.sh" soak
