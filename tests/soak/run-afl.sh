#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run-afl.sh SECONDS OUT SEEDS DICTIONARY PROGRAM: a fuzz target under afl-fuzz, from its seeds and what the
# run before found new; DICTIONARY may be empty. afl-fuzz ends well whatever it finds: here a crash or a
# hang ends 99, and what was found stays in OUT until it is taken away.

set -eu
seconds=$1 out=$2 seeds=$3 dictionary=$4 program=$5
stats=$out/default/fuzzer_stats

value()
{
    sed -n "s/^$1 *: *//p" "$stats"
}

# found WHEN: names the inputs, if there are any
found()
{
    files=$(find "$out/default/crashes" "$out/default/hangs" -type f -name 'id*' 2>/dev/null) || :
    [ -n "$files" ] || return 0
    echo "$1:"
    echo "$files"
    exit 99
}

found "found before. Hint: make a seed of each, or remove $out"
rm -rf "$out.in"
mkdir -p "$out.in"
cp "$seeds"/* "$out.in"
if [ -d "$out/default/queue" ]; then
    find "$out/default/queue" -type f -name 'id*' -exec cp {} "$out.in" \;
fi
rm -rf "$out"
export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
if ! afl-fuzz -i "$out.in" -o "$out" ${dictionary:+-x "$dictionary"} -t 5000 -V "$seconds" -- \
    "$program" >"$out.log" 2>&1; then
    tail -n 40 "$out.log"
    exit 1
fi
echo "Done $(value execs_done) runs in $(value run_time) seconds: $(value edges_found) edges," \
    "$(value saved_crashes) crashes, $(value saved_hangs) hangs"
found "found now"
