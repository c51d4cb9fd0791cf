import pytest

from bench.figures import Figure, Goal, compare, format_table, interleave, time_call

# Value 8; ratios 2, 3 and 1, of which the median is 2. The ratio of the medians is 8 / 3.
BESIDE_A_PEER = Figure("ours", "ms", [2, 9, 8], "theirs", [1, 3, 8])


def test_a_figures_value_is_the_median_of_its_rounds() -> None:
    assert Figure("ours", "ms", [5]).value == 5
    assert Figure("ours", "ms", [100, 1, 3]).value == 3
    assert Figure("ours", "ms", [4, 1, 3, 100]).value == 3.5


def test_each_round_is_divided_by_the_round_of_the_peer_beside_it() -> None:
    assert BESIDE_A_PEER.ratios == [2, 3, 1]


def test_a_figure_without_a_peer_has_no_ratio() -> None:
    assert Figure("ours", "ms", [2, 9, 8]).ratios == []


@pytest.mark.parametrize("peer_rounds", [[], [1, 3], [1, 3, 8, 8]])
def test_a_peer_with_another_number_of_rounds_is_an_error(peer_rounds: list[float]) -> None:
    with pytest.raises(ValueError, match=r"zip\(\) argument 2 is (shorter|longer) than argument 1"):
        _ = Figure("ours", "ms", [2, 9, 8], "theirs", peer_rounds).ratios


@pytest.mark.parametrize(
    ("goal", "met", "shown"),
    [
        (Goal("value", 7.9), False, "≤ 7.9"),
        (Goal("value", 8), True, "≤ 8"),
        (Goal("value", 8, at_least=True), True, "≥ 8"),
        (Goal("value", 8.1, at_least=True), False, "≥ 8.1"),
        (Goal("ratio", 1.9), False, "≤ 1.9 ×"),
        (Goal("ratio", 2), True, "≤ 2 ×"),
        (Goal("ratio", 2, at_least=True), True, "≥ 2 ×"),
        (Goal("ratio", 2.1, at_least=True), False, "≥ 2.1 ×"),
    ],
)
def test_a_goal_bounds_the_median_value_or_the_median_ratio(goal: Goal, met: bool, shown: str) -> None:
    figure = BESIDE_A_PEER._replace(goal=goal)
    assert (figure.met, str(goal)) == (met, shown)


def test_a_figure_without_a_goal_misses_none() -> None:
    assert BESIDE_A_PEER.met


def test_the_json_of_a_figure_alone_has_its_median_and_its_rounds() -> None:
    figure = Figure("image", "MB", (3, 1, 2))
    assert figure.as_json() == {"name": "image", "unit": "MB", "median": 2, "rounds": [3, 1, 2]}


def test_the_json_of_a_figure_has_its_peer_its_goal_and_its_curve() -> None:
    figure = BESIDE_A_PEER._replace(goal=Goal("ratio", 1.5), curve=[(1, 0.5), (10, 5.0)])
    assert figure.as_json() == {
        "name": "ours",
        "unit": "ms",
        "median": 8,
        "rounds": [2, 9, 8],
        "peer": "theirs",
        "ratio": 2,
        "ratios": [2, 3, 1],
        "goal": "≤ 1.5 ×",
        "met": False,
        "curve": [(1, 0.5), (10, 5.0)],
    }


def test_the_table_has_medians_ranges_ratios_and_whether_each_goal_is_met() -> None:
    figures = [
        Figure("theirs", "ms", [1, 3, 8]),
        BESIDE_A_PEER,
        BESIDE_A_PEER._replace(name="ours, fast", goal=Goal("ratio", 2.5)),
        BESIDE_A_PEER._replace(name="ours, slow", goal=Goal("value", 10_000, at_least=True)),
        Figure("image", "MB", [154.4], goal=Goal("value", 180)),
    ]
    assert format_table(figures) == (
        "| | median | × peer | peer | goal |\n"
        "|---|---:|---:|---|---|\n"
        "| theirs | 3 (1-8) ms |  |  |  |\n"
        "| ours | 8 (2-9) ms | 2 (1-3) | theirs |  |\n"
        "| ours, fast | 8 (2-9) ms | 2 (1-3) | theirs | ≤ 2.5 ×, met |\n"
        "| ours, slow | 8 (2-9) ms | 2 (1-3) | theirs | ≥ 10,000, **missed** |\n"
        "| image | 154 MB |  |  | ≤ 180, met |"
    )


def test_the_table_of_no_figures_is_its_head() -> None:
    assert format_table([]) == "| | median | × peer | peer | goal |\n|---|---:|---:|---|---|"


@pytest.mark.parametrize(
    ("rounds", "shown"), [([7], "7"), ([7, 7, 7], "7"), ([9, 7, 8], "8 (7-9)"), ([2, 1], "1.5 (1-2)")]
)
def test_equal_rounds_are_shown_as_one_value_without_a_range(rounds: list[float], shown: str) -> None:
    assert format_table([Figure("ours", "ms", rounds)]).splitlines()[-1] == f"| ours | {shown} ms |  |  |  |"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (0.0012345, "0.00123"),
        (0.25, "0.25"),
        (1, "1"),
        (2.345, "2.35"),
        (-2.345, "-2.35"),
        (12.345, "12.3"),
        (99.94, "99.9"),
        (100.4, "100"),
        (999.6, "1,000"),
        (-100.4, "-100"),
        (1_234.5, "1,234"),
        (1_234_567, "1,234,567"),
    ],
)
def test_a_number_has_three_significant_digits_or_all_those_before_the_point(
    number: float, shown: str
) -> None:
    assert str(Goal("value", number)) == f"≤ {shown}"


def test_the_calls_take_turns_in_each_round() -> None:
    order: list[str] = []

    def call(name: str) -> float:
        order.append(name)
        return len(order)

    found = interleave({"theirs": lambda: call("theirs"), "ours": lambda: call("ours")}, rounds=3)
    assert order == ["theirs", "ours"] * 3
    assert found == {"theirs": [1, 3, 5], "ours": [2, 4, 6]}


def test_there_are_five_rounds_unless_another_number_is_given() -> None:
    assert interleave({"ours": lambda: 1}) == {"ours": [1, 1, 1, 1, 1]}


def test_the_peer_comes_first_and_every_other_figure_is_held_against_it() -> None:
    goal = Goal("ratio", 2)
    rounds = {"ours": [2, 4], "theirs": [1, 2], "other": [3, 3]}
    assert compare("theirs", "ms", rounds, {"ours": goal}) == [
        Figure("theirs", "ms", [1, 2]),
        Figure("ours", "ms", [2, 4], "theirs", [1, 2], goal),
        Figure("other", "ms", [3, 3], "theirs", [1, 2]),
    ]
    assert compare("theirs", "ms", {"theirs": [1, 2]}) == [Figure("theirs", "ms", [1, 2])]


def test_a_call_that_is_timed_gets_its_arguments_once() -> None:
    calls: list[tuple[object, ...]] = []
    taken = time_call(lambda *arguments: calls.append(arguments), "a", 1)
    assert isinstance(taken, float)
    assert calls == [("a", 1)]
