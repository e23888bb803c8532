#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the fuzz targets notice a fault, and do their seeds lead to it?

Each target is built once more with one planted fault (plant.py); replaying the seeds as they are must
end with the claim that the fault breaks.  That the target without it passes, its own test says.
"""

import os
import resource
import subprocess
import sys
import tempfile

import plant

SOURCE = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
BUILD = os.environ.get("top_builddir") or SOURCE
SECONDS = 120


def replay(target, scratch):
    """What the planted program says of the target's seeds, and its exit status; it leaves its files behind."""
    folder = os.path.join(SOURCE, "tests", "fuzz", "seeds", target)
    seeds = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    program = os.path.join(BUILD, "tests", "fuzz", f"fuzz_{target}_planted")
    done = subprocess.run([program, *seeds], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=SECONDS, check=False,
                          env={**os.environ, "srcdir": SOURCE, "ACD_TEST_SCRATCH": scratch})
    return done.returncode, done.stderr.decode(errors="replace")


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bad = 0
    for target, (_, _, _, claim) in plant.PLANTED.items():
        with tempfile.TemporaryDirectory(prefix="acd-planted-") as scratch:
            status, said = replay(target, scratch)
        # A sanitizer may be the first to see what the fault does.
        noticed = status != 0 and (f"does not hold: {claim}\n" in said or "Sanitizer" in said)
        print(f"{'good' if noticed else 'FAILED'}: {target}: {claim}", flush=True)
        if not noticed:
            print(f"exit status {status}: {said[-2000:]}")
            bad += 1
    targets = {name[len("fuzz_"):-len(".c")] for name in os.listdir(os.path.join(SOURCE, "tests", "fuzz"))
               if name.startswith("fuzz_") and name.endswith(".c")}
    for target in sorted(targets ^ set(plant.PLANTED)):
        print(f"FAILED: {target}: no fault is planted, or no target has it")
        bad += 1
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
