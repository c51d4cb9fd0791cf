"""The README and the pages of docs/ are run as printed, and their figures are those that were measured."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import model
import nlp
from model.training import fairness
from predict.settings import Settings
from tests import sessions
from tests.predict.files import inputs
from tests.sessions import HOST, PAGES, ROOT, Session

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAX_README_LINES = 150
SESSIONS = {page: sessions.read(page) for page in PAGES}
ALL = [session for found in SESSIONS.values() for session in found]
# These need an account, an engine, or minutes. Other tests try the targets and the image.
NOT_RUN = {"make", "docker", "cp", ".venv-sam/bin/sam", "key=$(aws", "curl"}
LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, str]]:
    with sessions.serving() as found:
        yield found


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: the calls of the pages are not tried")
@pytest.mark.parametrize("session", [found for found in ALL if found.kind == "server"])
def test_curl_prints_what_the_page_shows(server: tuple[str, str], tmp_path: Path, session: Session) -> None:
    assert sessions.run(session, server[0], tmp_path) == session.printed


@pytest.mark.parametrize(
    "page",
    [page for page, found in SESSIONS.items() if any(each.kind == "shell" for each in found)],
    ids=lambda page: page.name,
)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shown = [session for session in SESSIONS[page] if session.kind == "shell"]
    for session in shown:
        printed, expected = sessions.run(session, "", tmp_path), session.printed
        if "messages" in session.command:
            printed, expected = (sessions.VERSION.sub("", text) for text in (printed, expected))
        assert printed == expected


def test_every_other_command_is_one_that_no_test_can_run() -> None:
    others = {session.kind for session in ALL} - {"server", "shell"}
    assert others <= NOT_RUN


def test_the_server_prints_the_line_to_try(server: tuple[str, str]) -> None:
    [shown] = [session.printed.strip() for session in ALL if session.command == "make run"]
    assert server[1].replace(server[0], HOST) == shown


def test_the_tests_of_the_readme_passed() -> None:
    [shown] = [session.printed for session in ALL if session.command == "make test"]
    assert re.search(r"^=+ \d+ passed(, \d+ skipped)? in .*=+$", shown, re.MULTILINE)


def test_every_make_target_of_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"(?:^\$ |`)make ([a-z-]+)", text, re.MULTILINE))
    assert named <= targets
    assert {"run", "test"} <= named


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"], ids=lambda page: page.name
)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = [target for target, _ in LINK.findall(text) if "://" not in target]
    assert [target for target in named if not (page.parent / target).exists()] == []


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = [target for target, _ in LINK.findall(page.read_text(encoding="utf-8"))]
            waiting += [(page.parent / target).resolve() for target in targets if target.endswith(".md")]
    assert set(PAGES) <= reached


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len(README.splitlines()) <= MAX_README_LINES


def test_every_setting_is_in_the_table_with_its_default() -> None:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| `?([^|`]*?)`? ?\|", table, re.MULTILINE))
    defaults = {name.upper(): default for name, default in Settings._field_defaults.items()}
    assert rows == {name: "" if value in (None, (), "") else str(value) for name, value in defaults.items()}


# Figures: one stands for one thing, everywhere


def test_the_gaps_of_the_page_are_the_evaluations() -> None:
    rows = (ROOT / "docs" / "evaluation" / "fairness.md").read_text(encoding="utf-8").splitlines()
    gap, unlisted = next(row.split(" | ")[1:3] for row in rows if row.startswith("| lexicon_ngrams "))
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    assert f"two groups | {gap} |\n" in page
    assert f"not listed | {unlisted} |\n" in page


def test_a_table_between_marks_is_that_of_its_file() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    assert {page.name for page, text in texts.items() if sessions.write_tables(text) != text} == set()
    named = {file for text in texts.values() for _, file, *_ in sessions.TABLE.findall(text)}
    assert named == {"evaluation/table.md", "performance/alternatives.md", "performance/promised.md"}


def measured(section: str, name: str) -> dict[str, float]:
    figures = json.loads((ROOT / "docs" / "performance" / "figures.json").read_text(encoding="utf-8"))
    [found] = [figure for figure in figures["sections"][section] if figure["name"] == name]
    return dict(found)


def test_the_figures_of_the_first_screen_were_measured(tmp_path: Path) -> None:
    [faster] = re.findall(r"first answer over HTTP takes ([\d.]+) of the time of the obvious stack", README)
    [size, smaller] = re.findall(r"The image has (\d+) MB. It is ([\d.]+) of", README)[0]
    [memory] = re.findall(r"HTTP takes (\d+) MB of memory", README)
    http, peer = (
        measured("cold_start", "HTTP, its first answer"),
        measured("cold_start", "first answer: the obvious stack"),
    )
    assert float(faster) == pytest.approx(http["median"] / peer["median"], abs=0.01)
    image, usual = measured("cold_start", "image"), measured("cold_start", "image of the obvious stack")
    assert float(size) == pytest.approx(image["median"], abs=0.5)
    assert float(smaller) == pytest.approx(image["median"] / usual["median"], abs=0.006)
    assert float(memory) == pytest.approx(measured("cold_start", "peak memory: HTTP")["median"], abs=0.6)


def test_the_costs_of_the_first_screen_are_those_of_the_table() -> None:
    files, queues, http = re.findall(
        r"\$([\d.]+) in files, \$([\d.]+) in queues, and \$([\d.]+) over HTTP", README
    )[0]
    [table] = [session.printed for session in ALL if "sentiment cost | grep" in session.command]
    costs = {row.split("|")[1].strip(): row.split("|")[6] for row in table.splitlines()[2:]}
    shown = {"objects": files, "queue": queues, "http": http}
    assert {door: float(cost) for door, cost in shown.items()} == {
        door: round(float(cost), len(shown[door].partition(".")[2])) for door, cost in costs.items()
    }


def count_wrong() -> str:
    """Of how many tweets the default model labels one wrong."""
    wrong = 1 - model.load("lexicon_ngrams").manifest["metrics"]["accuracy"]
    return ("zero", "one", "two", "three", "four", "five", "six")[round(1 / wrong)]


def show_metric(kind: str, name: str, digits: int) -> str:
    return f"{model.load('lexicon_ngrams').manifest[kind][name]:.{digits}f}"


@pytest.mark.parametrize(
    ("pattern", "truth"),
    [
        (r"[Tt]he image (?:has|is) (\d+) MB(?!, not)", f"{measured('cold_start', 'image')['median']:.0f}"),
        (r"\d MB,? (?:in place of|not) (\d+)", f"{measured('cold_start', 'image')['median']:.0f}"),
        (
            r"obvious stack's image is (\d+) MB",
            f"{measured('cold_start', 'image of the obvious stack')['median']:.0f}",
        ),
        (r"HTTP takes (\d+) MB of memory", f"{measured('cold_start', 'peak memory: HTTP')['median']:.0f}"),
        (
            r"Training the default model takes ([\d.]+) s",
            f"{measured('training', 'training the default model on 10,000 tweets')['median']:.1f}",
        ),
        (r"labels one tweet in (\w+) wrong", count_wrong()),
        (r"default model has (0\.\d+) accuracy", show_metric("metrics", "accuracy", 4)),
        (r"default model has 0\.\d+ accuracy and (0\.\d+) AUC", show_metric("metrics", "auc", 3)),
        (r"Cross-validation gives (0\.\d+)", show_metric("cross_validation", "accuracy", 3)),
        (r"(\d+) kinds of files", str(sum(map(len, inputs.PARTS.values())))),
        (r"stop word list has (\d+) words", str(len(nlp.stop_words()))),
        (r"(\d+) forms \(religion", str(len(fairness.neutral_forms()))),
    ],
)
def test_what_several_pages_state_is_the_same_and_true(pattern: str, truth: str) -> None:
    pages = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    stated = [
        (page.name, found)
        for page in pages
        for found in re.findall(pattern, " ".join(page.read_text(encoding="utf-8").split()))
    ]
    assert stated
    assert [(page, found) for page, found in stated if found != truth] == []


def test_a_speed_stands_on_one_page() -> None:
    pages = [page for page in PAGES if page.name not in ("performance.md", "decisions.md")]
    speeds = [
        re.findall(r"[\d,]{4,} (?:tweets|rows) (?:a|per) second|tweets/s", page.read_text(encoding="utf-8"))
        for page in pages
    ]
    assert [found for found in speeds if found] == []


def test_the_parts_of_the_image_are_the_whole() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    [(whole, parts)] = re.findall(r"The image is (\d+) MB: ([^.]+)\.", page)
    assert sum(map(int, re.findall(r"\d+", parts))) == int(whole)
