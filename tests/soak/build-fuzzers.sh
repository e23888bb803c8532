#!/bin/sh
# SPDX-License-Identifier: MIT
#
# build-fuzzers.sh FUZZER FOLDER TARGET...: the fuzz targets, built in FOLDER from the sources in
# FOLDER/tree. FUZZER: libfuzzer, clang's, with ASan and UBSan; or afl, AFL++'s compiler, without them
# and so faster. Both bring the main that gives the inputs. Ends 77 where the fuzzer is missing.

set -eu
fuzzer=$1
cd "$2"
shift 2
case $fuzzer in
afl) cc=afl-clang-fast cxx=afl-clang-fast++ options= ;;
*) cc=clang cxx=clang++ options=--enable-sanitizers=fuzzer-no-link,address,undefined ;;
esac
export AFL_QUIET=1
echo 'int LLVMFuzzerTestOneInput(const char *b, unsigned long n) { return b && n ? 0 : 0; }' >probe.c
if ! $cc -fsanitize=fuzzer -o probe probe.c 2>/dev/null; then
    echo "$cc can't link a fuzzer"
    exit 77
fi
tree/configure -q CC=$cc CXX=$cxx CFLAGS='-O1 -g' $options
for target in "$@"; do
    mkdir -p "corpus/${target##*fuzz_}"
done
make -j2 CPPFLAGS=-DACD_LIBFUZZER=1 LDFLAGS=-fsanitize=fuzzer "$@"
