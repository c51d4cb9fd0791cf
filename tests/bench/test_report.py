import json
import platform
import re
from datetime import date
from pathlib import Path

import pytest

from bench import report
from bench.figures import Figure, Goal, format_table
from predict.cost.measured import Invocation

MACHINE = {"date": "2026-01-02", "processor": "2 × Some CPU", "python": "3.11.7", "tweets": "real tweets"}
THEIRS, CONSTANT = "the obvious stack", "a handler that returns a constant"
COLD_START = [
    Figure("first answer: HTTP", "ms", [177.476]),
    Figure(f"first answer: {CONSTANT}", "ms", [40.0, 50.0, 60.0]),
    Figure("first answer: queue", "ms", [100.0], f"first answer: {CONSTANT}", [50.0], Goal("ratio", 2.5)),
    Figure("first answer: objects", "ms", [150.0], f"first answer: {CONSTANT}", [50.0], Goal("ratio", 2.5)),
    Figure("image", "MB", [154.0], goal=Goal("value", 180)),
]
INVOCATIONS = [
    Figure(f"invocation: {CONSTANT}", "ms", [2.0, 1.5, 9.0]),
    Figure("invocation: HTTP", "ms", [2.629]),
    Figure("invocation: queue", "ms", [18.88]),
    Figure("invocation: objects", "ms", [1_078.851]),
    Figure(f"peak memory after invocations: {CONSTANT}", "MB", [20.0]),
    Figure("peak memory after invocations: HTTP", "MB", [40.3]),
    Figure("peak memory after invocations: queue", "MB", [39.938]),
    Figure("peak memory after invocations: objects", "MB", [68.1]),
]
THROUGHPUT = [
    Figure("VADER", "tweets/s", [15_000.0, 10_000.0, 18_000.0]),
    Figure("ours", "tweets/s", [55_207.0], "VADER", [15_000.0], Goal("value", 80_000, at_least=True)),
]
TRAINING = [
    Figure("their training", "s", [0.6, 0.5, 0.7]),
    Figure("our training", "s", [18.5], "their training", [0.5], Goal("ratio", 30)),
]
GROWTH = [Figure("growth of time", "(exponent)", [1.01], goal=Goal("value", 1.2), curve=[(1, 0.1), (10, 1)])]
LOAD = [Figure("load: failed", "requests", [0], goal=Goal("value", 0))]
FOUND = {
    "throughput": THROUGHPUT,
    "cold_start": COLD_START,
    "invocations": INVOCATIONS,
    "growth": GROWTH,
    "load": LOAD,
}
PLOTS = {"cold_start.svg", "throughput.svg", "growth.svg"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "docs" / "performance"


@pytest.fixture
def measured_file(tmp_path: Path) -> Path:
    return tmp_path / "measured.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run of which no section is left out."""
    return write_whole(tmp_path_factory.mktemp("whole"))


def write_whole(folder: Path) -> dict[str, bytes]:
    report.write(FOUND, {}, MACHINE, folder, folder / "measured.json")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_run_leaves_tables_figures_plots_and_what_sentiment_cost_reads(whole: dict[str, bytes]) -> None:
    assert whole.keys() == {"table.md", "figures.json", "promised.md", "measured.json", *PLOTS}


def test_the_table_has_the_machine_and_every_section_in_the_order_of_the_run(
    folder: Path, measured_file: Path
) -> None:
    report.write({"load": LOAD, "training": TRAINING}, {}, MACHINE, folder, measured_file)
    assert (folder / "table.md").read_text() == (
        "Measured with date: 2026-01-02, processor: 2 × Some CPU, python: 3.11.7, tweets: real tweets.\n"
        "\n"
        "## load\n"
        "\n"
        "| | median | × peer | peer | goal |\n"
        "|---|---:|---:|---|---|\n"
        "| load: failed | 0 requests |  |  | ≤ 0, met |\n"
        "\n"
        "## training\n"
        "\n"
        "| | median | × peer | peer | goal |\n"
        "|---|---:|---:|---|---|\n"
        "| their training | 0.6 (0.5-0.7) s |  |  |  |\n"
        "| our training | 18.5 s | 37 | their training | ≤ 30 ×, **missed** |\n"
    )


def test_the_sections_left_out_are_named_with_the_reason(folder: Path, measured_file: Path) -> None:
    left_out = {"cold_start": "no Docker engine answers", "training": "the disk is full"}
    report.write({}, left_out, MACHINE, folder, measured_file)
    assert (folder / "table.md").read_text() == (
        "Measured with date: 2026-01-02, processor: 2 × Some CPU, python: 3.11.7, tweets: real tweets.\n"
        "\n"
        "Left out: cold_start, because no Docker engine answers.\n"
        "\n"
        "Left out: training, because the disk is full.\n"
    )
    assert json.loads((folder / "figures.json").read_text()) == {
        "machine": MACHINE,
        "left out": left_out,
        "sections": {},
    }


def test_the_json_has_the_machine_and_every_round_with_a_line_for_each_figure(
    folder: Path, measured_file: Path
) -> None:
    report.write({"training": TRAINING, "load": LOAD}, {}, MACHINE, folder, measured_file)
    content = (folder / "figures.json").read_text()
    assert json.loads(content) == {
        "machine": MACHINE,
        "left out": {},
        "sections": {
            "training": [
                {"name": "their training", "unit": "s", "median": 0.6, "rounds": [0.6, 0.5, 0.7]},
                {
                    "name": "our training",
                    "unit": "s",
                    "median": 18.5,
                    "rounds": [18.5],
                    "peer": "their training",
                    "ratio": 37.0,
                    "ratios": [37.0],
                    "goal": "≤ 30 ×",
                    "met": False,
                },
            ],
            "load": [
                {
                    "name": "load: failed",
                    "unit": "requests",
                    "median": 0,
                    "rounds": [0],
                    "goal": "≤ 0",
                    "met": True,
                }
            ],
        },
    }
    assert [line[:15] for line in content.splitlines()[1:]] == [
        '{"name": "their',
        '{"name": "our t',
        '{"name": "load:',
    ]


def test_what_is_promised_are_the_goals_of_four_sections_in_the_order_of_the_readme(
    folder: Path, measured_file: Path
) -> None:
    object_door = [Figure("object door", "rows/s", [18_292.0], goal=Goal("value", 40_000, at_least=True))]
    latency = [Figure("p50 of 1", "ms", [0.252], goal=Goal("value", 0.3)), Figure("p99 of 1", "ms", [0.5])]
    found = {"object_door": object_door, **FOUND, "latency": latency}
    report.write(found, {}, MACHINE, folder, measured_file)
    promised = [*COLD_START[2:], latency[0], THROUGHPUT[1], object_door[0]]
    assert (folder / "promised.md").read_text() == format_table(promised) + "\n"


def test_sentiment_cost_reads_each_doors_time_without_the_constant_handlers(whole: dict[str, bytes]) -> None:
    content = json.loads(whole["measured.json"])
    doors = {door: Invocation(**figures) for door, figures in content.pop("doors").items()}
    assert content == {"date": "2026-01-02", "processor": "2 × Some CPU"}
    assert doors == {
        "http": Invocation(tweets=1, milliseconds=0.63, first_milliseconds=177.48, megabytes=40.3),
        "queue": Invocation(tweets=100, milliseconds=16.88, first_milliseconds=100, megabytes=39.94),
        "objects": Invocation(tweets=20_000, milliseconds=1_076.85, first_milliseconds=150, megabytes=68.1),
    }


@pytest.mark.parametrize("found", [{"cold_start": COLD_START}, {"invocations": INVOCATIONS}])
def test_what_sentiment_cost_reads_stays_where_a_section_of_it_is_left_out(
    found: dict[str, list[Figure]], folder: Path, measured_file: Path
) -> None:
    measured_file.write_text("of an earlier run")
    report.write(found, {}, MACHINE, folder, measured_file)
    assert measured_file.read_text() == "of an earlier run"


def test_the_plot_of_a_section_that_is_left_out_is_removed(folder: Path, measured_file: Path) -> None:
    folder.mkdir(parents=True)
    for plot in PLOTS:
        (folder / plot).write_text("of an earlier run")
    report.write({"growth": GROWTH}, {}, MACHINE, folder, measured_file)
    assert {path.name for path in folder.glob("*.svg")} == {"growth.svg"}
    assert (folder / "growth.svg").read_text() != "of an earlier run"


def test_the_same_figures_give_the_same_bytes_without_a_date(whole: dict[str, bytes], tmp_path: Path) -> None:
    assert write_whole(tmp_path / "again") == whole
    assert not any(b"<dc:date>" in whole[plot] for plot in PLOTS)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (
            "cold_start",
            ["first answer of a fresh container, milliseconds", CONSTANT, "queue", "objects", "HTTP"],
        ),
        ("throughput", ["tweets a second, one core", "VADER", "ours"]),
        ("growth", ["size", "share of that of the largest", "time (1.01)"]),
    ],
)
def test_a_plot_names_its_axes_and_then_its_figures_from_the_least_to_the_greatest(
    section: str, words: list[str], whole: dict[str, bytes]
) -> None:
    texts = [
        text for text in re.findall(r"<!-- (.*) -->", whole[f"{section}.svg"].decode()) if text[0].isalpha()
    ]
    caption = report.CAPTIONS[section].splitlines()
    assert [text for text in texts if text not in caption] == words
    assert [text for text in texts if text in caption] == caption


def test_the_machine_has_a_date_a_processor_a_python_and_the_kind_of_tweets() -> None:
    machine = report.describe_machine("real tweets")
    assert date.fromisoformat(machine.pop("date")) > date(2026, 1, 1)
    assert re.fullmatch(r"\d+ × .+", machine.pop("processor"))
    assert machine == {"python": platform.python_version(), "tweets": "real tweets"}
