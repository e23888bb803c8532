#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Verifies the models of this folder, and that each negative control fails.
#
#   run.sh [ci|soak]
#
# A model passes only if its whole state space was searched: no error, no truncated
# search, no statement that was never reached. A control passes if the search finds
# the violation that is named here. Prints the states, the depth and the seconds of
# each run. ACD_MODEL_MEMORY is the limit of one run in MiB (ci 2000, soak 12000).

set -u
LC_ALL=C
export LC_ALL

bound=${1:-${ACD_MODEL_BOUND:-ci}}
case $bound in
ci) memory=${ACD_MODEL_MEMORY:-2000} ;;
soak) memory=${ACD_MODEL_MEMORY:-12000} ;;
*)
    echo "usage: run.sh [ci|soak]" >&2
    exit 2
    ;;
esac
if ! command -v spin >/dev/null 2>&1; then
    echo "SKIP: spin is missing. Hint: ./autogen.sh --with-test-deps"
    exit 77
fi

here=$(cd "$(dirname "$0")" && pwd) || exit 1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/acdebug-model.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT PIPE TERM
cd "$scratch" || exit 1

failures=0
fail()
{
    echo "FAIL $*"
    failures=$((failures + 1))
}

# search MODEL DEFINE...: makes and runs the verifier; its words are in ./out.
search()
{
    search_model=$1
    shift
    search_begin=$(date +%s)
    rm -f pan pan.* ./*.trail
    spin -a "$@" "$here/$search_model.pml" >out 2>&1 || return
    # shellcheck disable=SC2086 # CC may be several words
    ${CC:-cc} -O"$optimise" -w -DSAFETY -DCOLLAPSE -DMEMLIM="$memory" -o pan pan.c >>out 2>&1 ||
        return
    ./pan -m"$depth" -w"$hash" >>out 2>&1
    search_status=$?
    [ $search_status -lt 128 ] || echo "error: pan was ended by signal $((search_status - 128))" >>out
    search_seconds=$(($(date +%s) - search_begin))
}

# What pan said, in one line.
summary()
{
    summary_states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' out)
    summary_depth=$(sed -n 's/.*depth reached \([0-9]*\),.*/\1/p' out)
    printf '%10s states, depth %4s, %3s s' "$summary_states" "$summary_depth" "$search_seconds"
}

# Was the whole of it searched, without an error, and all of it reached?
is_exhausted()
{
    grep -q '^Full statespace search for:' out &&
        grep -q '^State-vector .*, errors: 0$' out &&
        grep -q '^unreached in ' out &&
        ! grep -Eiq 'not completed|too small|memlim bound|out of memory|truncat|aborted|bit statespace|^error' out &&
        ! grep -Eq '\([1-9][0-9]* of [0-9]+ states\)' out
}

# verify MODEL DEFINE...
verify()
{
    if search "$@" && is_exhausted; then
        echo "ok   $(summary)  $*"
    else
        grep -v '^Depth=' out
        fail "$*: not verified"
    fi
}

# control VIOLATION MODEL DEFINE...: it has to be found, by the name that the model gives it.
control()
{
    control_violation=$1
    shift
    case $control_violation in
    deadlock) control_pattern='^pan:1: invalid end state' ;;
    *) control_pattern="^pan:1: assertion violated .*\|\|$control_violation\) " ;;
    esac
    if search "$@" && grep -Eq "$control_pattern" out &&
        grep -q '^State-vector .*, errors: 1$' out && ! is_exhausted; then
        echo "ok   $(summary)  $*: violates '$control_violation'"
    else
        grep -v '^Depth=' out
        fail "$*: the search did not find that it violates '$control_violation'"
    fi
}

# refuse SIGN MODEL DEFINE...: a search that pan ends with this sign must not count as a whole one.
refuse()
{
    refuse_sign=$1
    shift
    if search "$@" && grep -q "$refuse_sign" out && ! is_exhausted; then
        echo "ok   refused: $(grep "$refuse_sign" out | head -n 1)"
    else
        grep -v '^Depth=' out
        fail "$*: '$refuse_sign' is not there, or was let pass"
    fi
}

echo "== refused: searches that are not whole"
optimise=1
depth=100
hash=20
refuse 'max search depth too small' lane -DCELLS=2 -DRECORDS=2 -DOWNERS=1
depth=20000
whole_memory=$memory
memory=10
refuse 'MEMLIM bound' lane -DCELLS=2 -DRECORDS=2 -DOWNERS=1
memory=$whole_memory
refuse '([1-9][0-9]* of [0-9]* states)' lane -DCELLS=2 -DRECORDS=1 -DOWNERS=1

optimise=2
hash=23
echo "== verified: no error, the whole state space"
# The reader runs beside the writer; in the others it runs after it, which finds the same
# (README.md) in fewer states.
verify lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2
verify lane -DCELLS=2 -DRECORDS=3 -DOWNERS=2 -DLATE
verify lane -DCELLS=3 -DRECORDS=3 -DOWNERS=2 -DLATE
verify lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2 -DLATE -DWORDS=2
verify lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2 -DLATE -DCELL_BY_CELL
verify lane -DCELLS=3 -DRECORDS=2 -DOWNERS=3 -DLATE
verify lane -DCELLS=8 -DRECORDS=5 -DOWNERS=1 -DLATE
verify overflow -DTHREADS=2 -DSHARING=1 -DCALLS=1 -DSIGNALS=3
# The kernel gives an ended thread's number to a new one; all threads share the overflow lane.
verify overflow -DTHREADS=2 -DSHARING=2 -DCALLS=1 -DSIGNALS=3 -DID_REUSED

optimise=1
echo "== controls: each has to fail"
# What makes a copy whole. MIX_ONLY: by accepting a mix, not only by a count that is off.
for broken in NO_MARK NO_RELEASE_FENCE NO_ACQUIRE_FENCE RELAXED_STAMP RELAXED_LOAD; do
    control whole lane -DCELLS=2 -DRECORDS=3 -DOWNERS=1 -DLATE -DMIX_ONLY -D$broken
done
control complete lane -DCELLS=4 -DRECORDS=2 -DOWNERS=1 -DLATE -DFIRST_EARLY
control below lane -DCELLS=4 -DRECORDS=2 -DOWNERS=1 -DLATE -DRELAXED_NEXT
# What a new owner has to do, and what a lapped reader must not.
control whole lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2 -DLATE -DMIX_ONLY -DNO_SKIP_SCAN
control once lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2 -DLATE -DNO_SKIP_SCAN
control ordered lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2 -DLATE -DNO_BACK_SCAN
control counted lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2 -DLATE -DNO_HANDOVER
control counted lane -DCELLS=4 -DRECORDS=2 -DOWNERS=2 -DLATE -DJUMP_TO_NEXT
# Signal handlers and the overflow lane.
control alone overflow -DNO_BUSY
control alone overflow -DSHARING=0 -DNO_TRY_LOCK
control once overflow -DRELAXED_LOCK
control once overflow -DRELAXED_UNLOCK
control once overflow -DNO_ATTACH
control alone overflow -DTHREADS=3 -DSHARING=3 -DCALLS=1 -DSIGNALS=1 -DID_REUSED -DBARE_ID
control counted overflow -DNESTED_OWN_COUNT
control deadlock overflow -DWAIT_FOR_LOCK

if [ "$bound" = soak ]; then
    optimise=2
    echo "== verified with bigger bounds"
    verify overflow -DTHREADS=3 -DSHARING=3 -DCALLS=1 -DSIGNALS=2 -DID_REUSED
    verify lane -DCELLS=3 -DRECORDS=3 -DOWNERS=2
    verify lane -DCELLS=2 -DRECORDS=4 -DOWNERS=2 -DLATE
    verify lane -DCELLS=4 -DRECORDS=3 -DOWNERS=2 -DLATE -DWORDS=2
    verify lane -DCELLS=4 -DRECORDS=3 -DOWNERS=2 -DLATE -DCELL_BY_CELL
    verify lane -DCELLS=4 -DRECORDS=4 -DOWNERS=2 -DLATE
    verify lane -DCELLS=2 -DRECORDS=3 -DOWNERS=3 -DLATE
    verify lane -DCELLS=6 -DRECORDS=4 -DOWNERS=1 -DLATE -DMAXK=3
    verify lane -DCELLS=8 -DRECORDS=6 -DOWNERS=1 -DLATE
    verify lane -DCELLS=2 -DRECORDS=6 -DOWNERS=1 -DLATE
    verify lane -DCELLS=4 -DRECORDS=2 -DOWNERS=3 -DLATE
    verify overflow -DTHREADS=3 -DSHARING=2 -DCALLS=1 -DSIGNALS=2
    verify overflow -DTHREADS=2 -DSHARING=1 -DCALLS=2 -DSIGNALS=3
fi

[ $failures -eq 0 ] && echo "all verified, all controls failed as they must"
[ $failures -eq 0 ]
