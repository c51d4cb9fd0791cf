"""Run the measurements named, or every one, and print their tables; fails where a goal is missed."""

import sys

from bench import first_answer, imports, object_door, sentiment140

MEASUREMENTS = {
    "imports": imports.table,
    "first_answer": first_answer.table,
    "object_door": object_door.table,
    "sentiment140": sentiment140.table,
}

if __name__ == "__main__":
    missed = False
    for name in sys.argv[1:] or MEASUREMENTS:
        table, met = MEASUREMENTS[name]()
        print(table, end="\n\n", flush=True)
        missed |= not met
    sys.exit("a goal is missed" if missed else 0)
