#!/bin/sh
# SPDX-License-Identifier: MIT
#
# build-fuzzers.sh FOLDER TARGET...: the fuzz targets with clang's libFuzzer, ASan and UBSan, built in FOLDER
# from the sources in FOLDER/tree. Ends 77 where clang has no libFuzzer.

set -eu
cd "$1"
shift
echo 'int LLVMFuzzerTestOneInput(const char *b, unsigned long n) { return b && n ? 0 : 0; }' >probe.c
if ! clang -fsanitize=fuzzer -o probe probe.c 2>/dev/null; then
    echo "clang has no libFuzzer"
    exit 77
fi
tree/configure -q CC=clang CXX=clang++ CFLAGS='-O1 -g' \
    --enable-sanitizers=fuzzer-no-link,address,undefined
for target in "$@"; do
    mkdir -p "corpus/${target##*fuzz_}"
done
make -j2 CPPFLAGS=-DACD_LIBFUZZER=1 LDFLAGS=-fsanitize=fuzzer "$@"
