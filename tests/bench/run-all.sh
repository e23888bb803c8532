#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run-all.sh WHAT [PROGRAM...]: runs each program, found in the build tree or the
# source tree, and stops at the first that fails. None at all is a failure too.

set -u
what=$1
shift
if [ $# -eq 0 ]; then
    echo "no $what programs built" >&2
    exit 1
fi
for program in "$@"; do
    [ -x "$program" ] || program=${srcdir:-.}/$program
    case $program in
    /*) ;;
    *) program=./$program ;;
    esac
    echo "== $program"
    "$program" || exit 1
done
