from bench import alternatives
from bench.alternatives import MEASURED, MODEL, OURS, PEER
from bench.figures import Figure, compare


def test_the_table_has_a_line_for_each_alternative_with_the_most_accurate_one_first() -> None:
    names = list(alternatives._ALTERNATIVES)
    figures: list[Figure] = []
    for what, unit, _ in MEASURED:
        rounds = {f"{name}: {what}": [place + 0.5] * 3 for place, name in enumerate(names)}
        figures += compare(f"{PEER}: {what}", unit, rounds)
    figures += [Figure(f"{name}: {MODEL}", "MB", [7.0]) for name in names if name != PEER]
    head, rule, *lines = alternatives.tabulate(figures).splitlines()
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == names[::-1]
    assert {line.count("|") for line in (head, rule, *lines)} == {8}
    assert f"| {OURS} | 1.500 | 3.00 | 2 | 2 | 1.5 | 7 |" in lines
    assert lines[-1].startswith(f"| {PEER} | 0.500 | 1.00 |")
