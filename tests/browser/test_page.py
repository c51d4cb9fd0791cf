"""The page in a real browser, as people use it."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from model.packaging.package import package
from predict.files.text_column import NAMES
from tests.browser import gateway
from tests.browser.conftest import Visit
from tests.predict.http.plain_server import Running, serving

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "page.png"
CARD = "Its card: what it was trained on, how good it is, and what it is not for"

pytestmark = pytest.mark.slow

Answer = Callable[[object], dict[str, Any]]


def write(page: Page, *texts: str) -> None:
    """Type the texts, and wait for as many answers."""
    page.get_by_label("One text a line").fill("\n".join(texts))
    expect(answers(page)).to_have_count(len(texts))


def answers(page: Page) -> Any:
    return page.locator("#answers > li")


def labels(page: Page) -> list[str]:
    return page.locator("#answers .label").all_inner_texts()


def slide(page: Page, label: str, value: float) -> None:
    page.get_by_label(label, exact=True).fill(str(value))


def drop(page: Page, name: str, content: str | bytes) -> None:
    """Let a file fall onto the page."""
    data = content.encode() if isinstance(content, str) else content
    transfer = page.evaluate_handle(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            return transfer;
        }""",
        [name, list(data)],
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})


def download(page: Page) -> tuple[str, str]:
    """The name and the text of the scored file."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    path = waiting.value.path()
    return waiting.value.suggested_filename, path.read_bytes().decode()


def read_table(content: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))


def find_violations(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{found['id']}: {[node['html'] for node in found['nodes']]}" for found in violations]


def has_no_horizontal_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a model of three labels, as the tutorial packages it."""
    folder = tmp_path_factory.mktemp("kinds")
    fit = [sys.executable, str(ROOT / "docs" / "tutorials" / "fit.py"), str(folder / "kinds.joblib")]
    subprocess.run(fit, check=True)
    package(folder / "kinds.joblib", "kinds", folder / "kinds")
    with serving(folder / "log", MODEL=str(folder / "kinds")) as running:
        yield running


def test_who_types_sees_labels_and_tinted_words(visit: Visit, directly: Answer) -> None:
    page = visit()
    expect(answers(page)).to_have_count(4)
    write(page, "what a day 😀, I love it", "so sad")
    answered = directly({"texts": ["what a day 😀, I love it", "so sad"]})["predictions"]
    assert labels(page) == [answer["label"] for answer in answered] == ["positive", "negative"]
    shown = [f"{answer['probability']:.3f}" for answer in answered]
    assert page.locator("#answers .probability").all_inner_texts() == shown
    first, second = answers(page).all()
    assert first.locator(".words").inner_text() == "what a day 😀, I love it"
    assert {"😀", "love"} <= set(first.locator("mark.high").all_inner_texts())
    assert second.locator("mark.low").all_inner_texts() == ["so", "sad"]
    tints = second.locator("mark").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(tints)) == 2
    widths = page.locator("#answers .bar").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one, '::before').width) / one.clientWidth)"
    )
    assert widths == pytest.approx([answer["probability"] for answer in answered], abs=0.01)
    expect(page.locator("#status")).to_have_text("2 texts: 1 positive, 1 negative.")
    page.get_by_label("One text a line").press_sequentially(" no more")
    expect(answers(page).nth(1).locator(".words")).to_have_text("so sad no more")


def test_the_tints_are_the_contributions_of_the_explanation(visit: Visit, directly: Answer) -> None:
    text = "not sad @joe 👍🏽 great"
    page = visit()
    write(page, text)
    [answer] = directly({"text": text, "explain": True})["predictions"]
    sums: dict[str, float] = {}
    for term in answer["explanation"]["terms"]:
        piece = text[term["start"] : term["end"]]
        sums[piece] = sums.get(piece, 0) + term["contribution"]
    expected = {
        piece: f"{'+' if total > 0 else '−'}{abs(total):.2f}"  # noqa: RUF001
        for piece, total in sums.items()
        if abs(total) >= 0.005
    }
    marks = page.locator("#answers mark").evaluate_all(
        "all => all.map((one) => [one.textContent, one.title])"
    )
    assert dict(marks) == expected


def test_a_text_of_markup_is_shown_as_it_is(visit: Visit) -> None:
    page = visit()
    text = "<img src=x onerror=alert(1)> <b>love</b> &amp;"
    write(page, text)
    assert answers(page).locator(".words").inner_text() == text
    assert page.locator("#answers img, #answers b").count() == 0


def test_a_blank_line_gets_no_label_and_what_means_little_says_so(visit: Visit) -> None:
    page = visit()
    page.get_by_label("One text a line").fill("I love this\n\n   \nflurbish grontle\n" + "a" * 501)
    expect(answers(page)).to_have_count(3)
    warnings = page.locator("#answers .warning")
    expect(warnings).to_have_count(2)
    assert warnings.nth(0).inner_text() == "The model knows none of its words."
    assert "has 501 characters, at most 500 are taken: shorten it." in warnings.nth(1).inner_text()
    assert len(labels(page)) == 2


def test_the_sliders_label_again_at_once(visit: Visit, directly: Answer) -> None:
    page = visit()
    texts = ["I love this", "the meeting is at 10:30", "so sad"]
    write(page, *texts)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    slide(page, "positive from", 0.4)
    for threshold, low, high in ((0.4, 0.4, 0.4), (0.43, 0.2, 0.6), (0.9, 0.2, 0.9), (0, 0, 1), (1, 1, 1)):
        slide(page, "uncertain above", 0)
        slide(page, "uncertain below", high)
        slide(page, "uncertain above", low)
        slide(page, "positive from", threshold)
        options: dict[str, object] = {"threshold": threshold, "uncertain": [low, high]}
        expected = [answer["label"] for answer in directly({"texts": texts, **options})["predictions"]]
        assert labels(page) == expected, options
    assert asked == []
    assert page.locator("#status").inner_text() == "3 texts: 3 negative."
    slide(page, "uncertain above", 0.25)
    slide(page, "uncertain below", 0.75)
    slide(page, "positive from", 0.5)
    sides = page.evaluate("[0.249, 0.25, 0.251, 0.5, 0.749, 0.75].map(sideOf)")
    assert sides == ["low", "low", "middle", "middle", "middle", "high"]
    slide(page, "uncertain below", 0.25)
    assert page.evaluate("[0.499, 0.5].map(sideOf)") == ["low", "high"]


def test_one_end_of_the_band_moves_the_other(visit: Visit) -> None:
    page = visit()
    expect(answers(page)).to_have_count(4)
    slide(page, "uncertain above", 0.8)
    assert page.get_by_label("uncertain below", exact=True).input_value() == "0.8"
    slide(page, "uncertain below", 0.3)
    assert page.get_by_label("uncertain above", exact=True).input_value() == "0.3"


CSV = (
    'id,text,note\r\n01,"I love ""this"", really",x\r\n02,"so\r\nsad\n",""\r\n03,great,=1+1\r\n'
    "04,my head hurts,é😀\r\n05,,empty\r\n06,thank you,\r\n07,ugh,last"
)


def test_a_dropped_csv_file_is_downloaded_scored(visit: Visit, directly: Answer) -> None:
    page = visit()
    posts = []
    expect(answers(page)).to_have_count(4)
    page.on("request", lambda request: posts.append(json.loads(request.post_data or "null")))
    page.evaluate("""() => {
        const progress = document.querySelector("progress");
        window.progress = [];
        new MutationObserver(() => window.progress.push([progress.value, progress.max])).observe(
            progress, { attributeFilter: ["value"] });
    }""")
    drop(page, "my tweets.csv", CSV)
    name, content = download(page)
    assert name == "my tweets.scored.csv"
    given, (header, *rows) = read_table(CSV), read_table(content)
    assert header == [*given[0], "label", "probability", "model_version", "warnings"]
    assert [row[:3] for row in rows] == given[1:]
    assert '\r\n02,"so\r\nsad\n","",' in content
    answered = directly({"texts": [row[1] for row in given[1:]]})
    assert [row[3:] for row in rows] == [
        [
            answer["label"],
            repr(answer["probability"]),
            answered["model"]["version"],
            " ".join(answer["warnings"]),
        ]
        for answer in answered["predictions"]
    ]
    assert [len(post["texts"]) for post in posts if post] == [3, 3, 1]
    assert page.evaluate("window.progress") == [[0, 7], [3, 7], [6, 7], [7, 7]]


def test_the_download_has_the_labels_of_the_sliders(visit: Visit) -> None:
    page = visit()
    drop(page, "a.csv", "text\nI love this\nthe meeting is at 10:30\nso sad\n")
    expect(page.locator("#file-status")).to_have_text("3 rows: 1 positive, 2 negative.")
    slide(page, "positive from", 0.4)
    expect(page.locator("#file-status")).to_have_text("3 rows: 2 positive, 1 negative.")
    assert [row[1] for row in read_table(download(page)[1])] == ["label", "positive", "positive", "negative"]


@pytest.mark.parametrize(
    ("name", "content", "delimiter", "texts"),
    [
        ("excel.csv", '\ufeffid;text\r\n1;so sad\r\n2;"a;b"\r\n', ";", ["so sad", "a;b"]),
        ("declared.csv", "sep=;\nid;text\n1;so sad\n", ";", ["so sad"]),
        ("tabs.tsv", "tweet\tid\nso, sad\t1\n", "\t", ["so, sad"]),
        ("pipes.txt", "a,b|Full_Text\n1|so sad", "|", ["so sad"]),
        ("mac.csv", 'id,text\r1,so sad\r2,"great\nday"\r', ",", ["so sad", "great\nday"]),
        ("lone-cr.csv", "id,text\n1,so\rsad\n2,great\n", ",", ["so\rsad", "great"]),
        ("blank.csv", "\n\nid,text\n\n1,so sad\n\n\n2,great\n\n", ",", ["so sad", "great"]),
        ("alone.csv", 'whatever\nso sad\n""\n', ",", ["so sad", ""]),
        ("quotes.csv", 'text,"a ""b"""\n"""",1\n"x""""y",2\n', ",", ['"', 'x""y']),
        ("utf16.csv", "id,text\n1,señor\n".encode("utf-16"), ",", ["señor"]),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith(("csv", "tsv", "txt")) else "",
)
def test_every_kind_of_table_is_read(
    visit: Visit, directly: Answer, name: str, content: str | bytes, delimiter: str, texts: list[str]
) -> None:
    page = visit()
    expect(answers(page)).to_have_count(4)
    posts: list[Any] = []
    page.on("request", lambda request: posts.append(json.loads(request.post_data or "null")))
    drop(page, name, content)
    header, *rows = [row for row in read_table(download(page)[1], delimiter) if row]
    assert header[-4:] == ["label", "probability", "model_version", "warnings"]
    assert [text for post in posts if post for text in post["texts"]] == texts
    answered = directly({"texts": texts})["predictions"]
    assert [row[-3] for row in rows] == [repr(answer["probability"]) for answer in answered]
    assert {len(row) for row in rows} == {len(header)}


def test_rows_that_cannot_be_scored_stay_and_are_named(visit: Visit) -> None:
    page = visit()
    content = f'label,text\n1,so sad\n2\n3,a,b\n4,"x"y\n5,{"a" * 501}\n6,great\n'
    drop(page, "a.csv", content)
    header, *rows = read_table(download(page)[1])
    assert header[2:] == [
        f"sentiment_{name}" for name in ("label", "probability", "model_version", "warnings")
    ]
    assert [row[0] for row in rows] == list("123456")
    assert [row[2] for row in rows] == ["negative", "", "", "", "", "positive"]
    assert [row[5] for row in rows] == ["", *["not_scored"] * 4, ""]
    assert [row[1] for row in rows[2:4]] == ["a,b", "xy"]
    assert page.locator("#faults li").all_inner_texts() == [
        "Line 3 has 1 fields in place of 2.",
        "Line 4 has 3 fields in place of 2.",
        "Line 5 has characters behind a quote.",
        "Line 6 has 501 characters, at most 500 are taken: shorten it.",
    ]
    assert page.locator("#file-status").inner_text() == (
        "2 rows: 1 positive, 1 negative. 4 rows without a label: see below."
    )


def test_a_dropped_file_of_json_lines_is_downloaded_scored(visit: Visit, directly: Answer) -> None:
    page = visit()
    lines = [
        '{"id": 12345678901234567890, "text": "I love \\"this\\"", "data": {"text": "x"}}',
        '{"text": "so sad" }',
        '{"id": 1}',
        '{"text": 5}',
        "no JSON",
        "{}",
        '{"text": "half \\ud83d"}',
        '{"text": "great"}',
    ]
    drop(page, "tweets.jsonl", "\n".join([*lines[:2], "", *lines[2:]]) + "\r\n")
    name, content = download(page)
    assert name == "tweets.scored.jsonl"
    written = content.splitlines()
    assert len(written) == len(lines)
    assert written[0].startswith(lines[0][:-1] + ', "label": "positive"')
    rows = [json.loads(line) for line in written]
    answered = directly({"texts": ['I love "this"', "so sad", "great"]})["predictions"]
    scored = [row for row in rows if row["label"]]
    assert [row["probability"] for row in scored] == [answer["probability"] for answer in answered]
    missed = [row for row in rows if row["label"] is None]
    assert [(row["probability"], row["warnings"]) for row in missed] == [(None, ["not_scored"])] * 5
    assert rows[4]["line"] == "no JSON"
    assert page.locator("#faults li").all_inner_texts() == [
        "Line 4 has no text.",
        "Line 5 has no text.",
        "Line 6 is not a JSON object.",
        "Line 7 has no text.",
        "Line 8 has half a character.",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The file has no row below its header."),
        ("text\n", "The file has no row below its header."),
        ('id,text\n1,"never\n2,closed\n', "In the row at line 2, a quote is never closed."),
        ('[{"text": "a"}]', "The file is a JSON array: write one object a line."),
        ('{"id": 1}\n', "No line is an object with a text: CSV and JSON Lines can be scored."),
        (b"text\ncaf\xe9\n", "The file is not UTF-8: save it as UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(visit: Visit, content: str | bytes, reason: str) -> None:
    page = visit()
    drop(page, "a.csv", content)
    expect(page.locator("#file-status")).to_have_text(reason)
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_hidden()


def test_the_column_of_the_texts_can_be_chosen(visit: Visit, directly: Answer) -> None:
    page = visit()
    drop(page, "a.csv", "title,opinion\nso sad,great\n")
    expect(page.locator("#file-status")).to_have_text("1 row: say which column has the texts.")
    page.get_by_label("The texts are in").select_option("opinion")
    page.get_by_role("button", name="Score", exact=True).click()
    [answer] = directly({"text": "great"})["predictions"]
    assert read_table(download(page)[1])[1][3] == repr(answer["probability"])
    page.get_by_label("The texts are in").select_option("title")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#file-status")).to_have_text("1 row: 1 negative.")


def test_the_page_finds_the_same_columns_as_the_objects_door(visit: Visit) -> None:
    page = visit()
    for name in NAMES:
        for written in (name, name.title().replace(" ", ""), name.upper().replace(" ", "_")):
            assert page.evaluate("names => guessColumn(names)", ["id", written]) == written
    assert page.evaluate("names => guessColumn(names)", ["tweet", "text"]) == "text"
    assert page.evaluate("names => guessColumn(names)", ["tweet", "review"]) == ""


def test_a_part_of_a_file_fits_into_a_request(visit: Visit) -> None:
    page = visit()
    sizes = page.evaluate("""() => {
        SETTINGS.max_texts = 1000;
        const sizes = [];
        let rest = Array.from({ length: 3000 }, (_, index) => "é\\n".repeat(index % 300));
        while (rest.length) {
            const texts = takePart(rest, Infinity);
            sizes.push([texts.length, new TextEncoder().encode(JSON.stringify({ texts })).length]);
            rest = rest.slice(texts.length);
        }
        return sizes;
    }""")
    assert sum(texts for texts, _ in sizes) == 3_000
    assert max(texts for texts, _ in sizes) <= 1_000
    assert 400_000 < max(size for _, size in sizes) <= 500_000


def test_the_labels_are_called_as_the_server_calls_them(visit: Visit, server: Running) -> None:
    def rename(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace('"positive"', '"joyful"').replace('"negative"', '"gloomy"')
        route.fulfill(response=answer, body=body.replace('"uncertain"', '"mixed"'))

    page = visit("about:blank")
    page.route("**/predict", rename)
    page.goto(f"http://127.0.0.1:{server.port}/")
    expect(answers(page)).to_have_count(4)
    assert labels(page) == ["joyful", "joyful", "gloomy", "gloomy"]
    slide(page, "mixed above", 0.4)
    slide(page, "mixed below", 0.6)
    slide(page, "joyful from", 0.9)
    assert labels(page) == ["gloomy", "joyful", "gloomy", "mixed"]
    drop(page, "a.csv", "text\nso sad\nI love this")
    expect(page.locator("#file-status")).to_have_text("2 rows: 2 gloomy.")
    assert "positive" not in page.locator("body").inner_text()


def test_the_page_works_behind_a_stage_and_asks_for_a_key(visit: Visit, server: Running) -> None:
    with gateway.running(server.port, stage="/prod", key="s3cret") as front:
        page = visit(front.url, refused=2)
        field = page.get_by_label("API key")
        expect(field).to_be_focused()
        field.fill("wrong")
        field.press("Enter")
        expect(page.get_by_text("The server refuses this key.")).to_be_visible()
        field.fill("s3cret")
        page.get_by_role("button", name="Use the key").click()
        expect(answers(page)).to_have_count(4)
        expect(field).to_be_hidden()
        drop(page, "a.csv", "text\nso sad\n")
        assert len(read_table(download(page)[1])) == 2
        kept = "[document.cookie, localStorage.length, sessionStorage.length, location.href]"
        assert page.evaluate(kept) == ["", 0, 0, front.url]
        links = page.locator("[data-route]").evaluate_all("all => all.map((one) => one.href)")
        assert links == [f"{front.url}/{route}" for route in ("docs", "openapi.json", "model")]


def test_a_busy_gateway_is_asked_again(visit: Visit, server: Running) -> None:
    with gateway.running(server.port, stage="/prod/v1", busy=2) as front:
        page = visit(f"{front.url}/", refused=2)
        expect(answers(page)).to_have_count(4)


def test_the_card_of_the_model_is_shown_with_its_prose_its_tables_and_its_plots(
    visit: Visit, served: Any
) -> None:
    page = visit()
    card = page.locator("#card-content")
    page.get_by_text(CARD).click()
    expect(card.get_by_role("heading", name="Intended use")).to_be_visible()
    written = served.card.decode()
    assert card.locator("h3").all_inner_texts() == re.findall("^#+ (.+)$", written, re.MULTILINE)
    shown, plain = (" ".join(re.sub(r"[`*]", "", text).split()) for text in (card.inner_text(), written))
    for sentence in re.findall(r"(?<=\. )[A-Z][^.|#█]{20,}\.(?= )", plain):
        assert sentence in shown
    accuracy = card.get_by_role("row").filter(has_text="accuracy")
    assert f"{served.manifest['metrics']['accuracy']:.4f}" in accuracy.inner_text()
    lengths = served.manifest["baseline"]["characters_from"]
    plot = page.get_by_role("img").get_attribute("aria-label")
    assert plot
    assert "0 to 19 57, 20 to 39 366, " in plot
    assert card.locator("svg rect").count() == len(lengths)
    golden = card.locator("table").nth(1).get_by_role("row")
    assert golden.count() == len(served.manifest["golden"]) + 1
    widths = golden.locator(".bar").evaluate_all(
        "all => all.map((bar) => bar.style.getPropertyValue('--probability'))"
    )
    assert [float(width) for width in widths] == [round(said, 3) for _, said in served.manifest["golden"]]
    assert card.locator("table").nth(2).locator(".bar").count() == len(served.manifest["fairness"])
    assert find_violations(page) == []


def test_the_card_of_a_packaged_model_is_shown_too(visit: Visit, kinds: Running) -> None:
    page = visit(f"http://127.0.0.1:{kinds.port}/", viewport={"width": 390, "height": 844})
    page.get_by_text(CARD).click()
    card = page.locator("#card-content")
    expect(card.get_by_role("heading", name="Proof")).to_be_visible()
    assert "Pipeline(" in card.locator("pre").inner_text()
    assert card.locator("code").first.inner_text() == "kinds.joblib"
    assert find_violations(page) == []
    assert has_no_horizontal_scroll(page)


def test_links_that_a_gateway_would_refuse_are_fetched_with_the_key_or_explained(
    visit: Visit, server: Running
) -> None:
    with gateway.running(server.port, stage="/prod", key="s3cret") as front:
        page = visit(front.url, refused=2)
        page.get_by_label("API key").fill("s3cret")
        page.get_by_role("button", name="Use the key").click()
        expect(answers(page)).to_have_count(4)
        with page.expect_download() as downloading:
            page.get_by_role("link", name="OpenAPI").click()
        assert downloading.value.suggested_filename == "openapi.json"
        assert json.loads(Path(downloading.value.path()).read_text())["info"]["title"] == "Sentiment"
        page.get_by_role("link", name="Try the API").click()
        expect(page.get_by_role("alert").first).to_contain_text("a browser sends none with a link")
        assert page.url == front.url
        front.free |= {"/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/openapi.json"}
        page.get_by_role("link", name="Try the API").click()
        expect(page.locator(".opblock-tag")).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_has_no_barrier(visit: Visit, scheme: Any, width: int) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 844})
    write(page, "I love this", "so sad " + "w" * 200, "the meeting", "flurbish")
    slide(page, "uncertain above", 0.4)
    slide(page, "uncertain below", 0.6)
    drop(page, "a.csv", f"text,{'long name ' * 12}\nso sad,1\nmore,2,3\n")
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_visible()
    page.get_by_text(CARD).click()
    expect(page.get_by_role("heading", name="Intended use")).to_be_visible()
    assert find_violations(page) == []
    assert has_no_horizontal_scroll(page)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = sum(map(int, re.findall(r"\d+", paper)[:3])) < 3 * 128
    assert dark == (scheme == "dark")


def test_all_can_be_done_with_the_keyboard(visit: Visit) -> None:
    page = visit()
    expect(answers(page)).to_have_count(4)
    reached: list[str] = []
    for _ in range(9):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached
        if reached[-1] == "texts":
            page.keyboard.press("Control+A")
            page.keyboard.type("the meeting is at 10:30")
            expect(answers(page)).to_have_count(1)
        if reached[-1] == "threshold":
            assert labels(page) == ["negative"]
            for _ in range(10):
                page.keyboard.press("ArrowLeft")
            assert labels(page) == ["positive"]
        if reached[-1] == CARD:
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="Intended use")).to_be_visible()
    assert reached == [
        "Try the API",
        "OpenAPI",
        "texts",
        "threshold",
        "lower",
        "upper",
        "file",
        CARD,
        "All figures, as JSON",
    ]


def test_a_screen_reader_hears_the_answer_and_why(visit: Visit) -> None:
    page = visit()
    write(page, "not good")
    expect(page.get_by_role("status").first).to_have_text("1 text: 1 negative.")
    heard = page.locator("#answers .unseen").inner_text()
    assert re.fullmatch(r"(For positive: .+ \+\d\.\d\d\. )?For negative: .+ −\d\.\d\d\.", heard)  # noqa: RUF001


def test_the_documentation_has_groups_of_its_own_and_a_place_for_a_key(visit: Visit, server: Running) -> None:
    with gateway.running(server.port, stage="/prod", key="s3cret") as front:
        front.free |= {"/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/openapi.json"}
        page = visit(f"{front.url}/docs")
        expect(page.locator(".opblock-tag")).to_have_count(3)
        groups = page.locator(".opblock-tag").evaluate_all("all => all.map((one) => one.dataset.tag)")
        assert groups == ["Predictions", "Protocols of other servers", "Service"]
        page.get_by_role("button", name="Authorize").first.click()
        page.locator(".auth-container input").fill("s3cret")
        page.locator(".auth-btn-wrapper .authorize").click()
        page.locator(".auth-btn-wrapper .btn-done").click()
        page.locator("#operations-Service-health .opblock-summary-control").click()
        page.get_by_role("button", name="Try it out").click()
        page.get_by_role("button", name="Execute").click()
        expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
        assert f"{front.url}/health" in page.locator(".request-url").inner_text()


def test_the_picture_of_the_readme_is_small() -> None:
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
    assert PICTURE.stat().st_size < 150_000


def test_a_model_of_three_labels_is_shown_with_its_own_and_without_sliders(
    visit: Visit, kinds: Running
) -> None:
    page = visit(f"http://127.0.0.1:{kinds.port}/")
    write(page, "where is my order", "thanks, it fits", "my order never came")
    expect(page.get_by_role("status").first).to_have_text("3 texts: 1 question, 1 praise, 1 complaint.")
    assert labels(page) == ["question", "praise", "complaint"]
    assert page.locator("#answers mark.high").count()
    expect(page.get_by_role("slider")).to_have_count(0)
    drop(page, "a.csv", "text\nwhere is my order\n")
    expect(page.locator("#file-status")).to_have_text("1 row: 1 question.")
    [row] = csv.DictReader(io.StringIO(download(page)[1], newline=""))
    assert row["label"] == "question"
    assert sorted(json.loads(row["probabilities"])) == ["complaint", "praise", "question"]
    page.get_by_text(CARD).click()
    expect(page.locator("#card-content")).to_contain_text("Golden predictions")


def test_the_threshold_is_that_of_the_model_where_nobody_sets_one(visit: Visit) -> None:
    assert visit().locator("#threshold").input_value() == "0.5"


def test_a_threshold_between_two_steps_of_the_slider_labels_as_the_server_does(
    visit: Visit, directly: Answer, tmp_path: Path
) -> None:
    text = "the meeting is at 10:30"
    [answer] = directly({"text": text})["predictions"]
    step = round(answer["probability"], 2)
    above = step > answer["probability"]  # then the threshold is below the answer, and its step above
    threshold = round(answer["probability"] + (-0.0001 if above else 0.0001), 4)
    exact, rounded = ("positive", "negative") if above else ("negative", "positive")
    with serving(tmp_path / "log", THRESHOLD=str(threshold)) as running:
        page = visit(f"http://127.0.0.1:{running.port}/")
        write(page, text)
        assert labels(page) == [exact]
        assert page.locator("#threshold-value").inner_text() == str(threshold)
        assert page.locator("#threshold").get_attribute("aria-valuetext") == str(threshold)
        slide(page, "positive from", step)
        assert labels(page) == [rounded]
