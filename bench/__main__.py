"""Run the measurements named, or every one, and print their tables; fails where a goal is missed."""

import sys

from bench import imports, sentiment140

MEASUREMENTS = {"imports": imports.table, "sentiment140": sentiment140.table}

if __name__ == "__main__":
    missed = False
    for name in sys.argv[1:] or MEASUREMENTS:
        table, met = MEASUREMENTS[name]()
        print(table, end="\n\n", flush=True)
        missed |= not met
    sys.exit("a goal is missed" if missed else 0)
