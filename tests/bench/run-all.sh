#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run-all.sh WHAT RESULTS [PROGRAM...]: runs each program, found in the build tree or the
# source tree, and stops at the first that fails. None at all is a failure too. What they
# print goes into the file RESULTS as well, when all ended well.

set -u
what=$1 results=$2
shift 2
if [ $# -eq 0 ]; then
    echo "no $what programs built" >&2
    exit 1
fi

run_all()
{
    for program in "$@"; do
        [ -x "$program" ] || program=${srcdir:-.}/$program
        case $program in
        /*) ;;
        *) program=./$program ;;
        esac
        echo "== ${program##*/}"
        "$program" || return 1
    done
}

new=$(mktemp) || exit 1
trap 'rm -f "$new" "$new.good"' EXIT
{ run_all "$@" && : >"$new.good"; } | tee "$new"
[ -e "$new.good" ] && cat "$new" >"$results"
