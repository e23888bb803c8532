#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The models with bigger bounds, for `make soak`: about 12 GB and some minutes.
exec "${SHELL:-/bin/sh}" "$(dirname "$0")/run.sh" soak
