#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Makes a fresh clone ready for `make`: installs what is missing if asked to,
# generates the build system and configures it.
#
#   ./autogen.sh [--with-deps] [--with-test-deps] [--no-configure] [CONFIGURE OPTION...]
#
#   --with-deps       install what building and running needs (Debian, Ubuntu)
#   --with-test-deps  the same, and what only the tests need
#   --no-configure    stop before ./configure
#
# Everything else is handed to ./configure. The tree may be configured from
# another directory as well: run this with --no-configure, then that configure.

set -eu

# The packages, one requirement a line. `a|b` is satisfied by either; the first
# one that the distribution has is installed.
build_deps='
gcc
make
libc6-dev
autoconf
automake
libtool
pkg-config|pkgconf
libncurses-dev
libyaml-dev
libcjson-dev
libxxhash-dev
libmicrohttpd-dev
'

test_deps='
libcmocka-dev
libcurl4-openssl-dev|libcurl4-gnutls-dev
libspdlog-dev
g++
clang
clang-format
libclang-rt-dev|libclang-rt-14-dev|libclang-common-14-dev
valgrind
libc6-dbg
strace
spin
tmux
ncurses-term
gunicorn
mypy
python3
python3-dev
python3-fastapi
python3-httpx
python3-pip
python3-prometheus-client
python3-pyte
python3-setuptools
python3-uvicorn
python3-wheel
jq
lnav
mandoc
zsh
fish
binutils
'
# Its package starts a server that listens to everybody where systemd runs: there it is left to the
# user, and the test that needs it says so and is skipped.
[ -d /run/systemd/system ] || test_deps="$test_deps prometheus"

die()
{
    echo "autogen.sh: $*" >&2
    exit 1
}

is_installed()
{
    dpkg-query -W -f='${db:Status-Abbrev}\n' "$1" 2>/dev/null | grep -q '^.i'
}

# Prints the requirements of "$@" that nothing installed satisfies.
list_missing()
{
    for list_missing_need in "$@"; do
        list_missing_found=no
        for list_missing_name in $(echo "$list_missing_need" | tr '|' ' '); do
            if is_installed "$list_missing_name"; then
                list_missing_found=yes
            fi
        done
        [ $list_missing_found = yes ] || echo "$list_missing_need"
    done
}

# Prints, for each requirement of "$@", the first alternative that apt can install.
choose_packages()
{
    for choose_need in "$@"; do
        choose_found=
        for choose_name in $(echo "$choose_need" | tr '|' ' '); do
            if LC_ALL=C apt-cache policy "$choose_name" | grep -q '^  Candidate: [^(]'; then
                choose_found=$choose_name
                break
            fi
        done
        [ -n "$choose_found" ] || die "no package source offers $choose_need.
Hint: on Ubuntu, enable the 'universe' component"
        echo "$choose_found"
    done
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

install_packages()
{
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
        die "packages can be installed on Debian and Ubuntu only. What is needed, by its Debian names:
  $(echo "$@" | tr '\n' ' ')
Hint: install these, then run ./autogen.sh without --with-deps and --with-test-deps"
    fi

    missing=$(list_missing "$@")
    [ -n "$missing" ] || return 0

    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        die "these packages are missing, and installing them takes root or sudo:
  $(echo "$missing" | tr '\n' ' ')"
    fi
    echo "autogen.sh: missing:" $missing
    as_root apt-get update -q
    packages=$(choose_packages $missing) || exit 1
    echo "autogen.sh: will install:" $packages
    as_root apt-get install -q -y --no-install-recommends $packages
}

cd "$(dirname "$0")"

deps=
configure=yes
# Take our own options out of "$@" and leave the order of the rest as it is.
remaining=$#
while [ "$remaining" -gt 0 ]; do
    case $1 in
    --with-deps) deps="$build_deps $deps" ;;
    --with-test-deps) deps="$build_deps $test_deps" ;;
    --no-configure) configure=no ;;
    *) set -- "$@" "$1" ;;
    esac
    shift
    remaining=$((remaining - 1))
done

# shellcheck disable=SC2086 # lists of words on purpose
[ -z "$deps" ] || install_packages $deps

for tool in autoreconf libtoolize pkg-config; do
    command -v "$tool" >/dev/null 2>&1 ||
        die "$tool is missing. Hint: ./autogen.sh --with-deps"
done

mkdir -p build-aux m4
autoreconf -fi
[ $configure = no ] || ./configure "$@"
