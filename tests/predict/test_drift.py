"""Drift: streams of tweets with and without it, and the lines in moto's CloudWatch Logs."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from model import ARTIFACTS, Classifier, artifact
from model.artifact import HISTOGRAMS
from model.tally import BINS
from model.training.corpus import Corpus
from predict import direct, drift, warm
from predict.settings import SettingsError
from predict.telemetry.insights import LogsError
from predict.telemetry.line import Line
from tests.aws import ports

OTHERS = Path(__file__).parents[1] / "model" / "other_domains.tsv"
ROUNDS = 1_000

Seen = tuple[str, Any]


def judge(model: Classifier, texts: Sequence[str]) -> list[Seen]:
    return list(zip(texts, model.predict(texts), strict=True))


def log(model: Classifier, seen: Sequence[Seen], in_a_line: int = 100) -> list[dict[str, Any]]:
    """The lines of doors that were asked in batches, as they are read again."""
    lines = []
    for start in range(0, len(seen), in_a_line):
        line = Line("queue")
        texts, predictions = zip(*seen[start : start + in_a_line], strict=True)
        line.tally.add(texts, predictions)
        lines.append(json.loads(json.dumps(line.describe(model, {}))))
    return lines


def expect(model: Classifier, seen: Sequence[Seen]) -> drift.Baseline:
    """What is expected where a model was measured on these rows."""
    [line] = log(model, seen, len(seen))
    return {
        name: [line["Histograms"][name].get(str(bin), 0) for bin in range(bins)]
        for name, bins in BINS.items()
    }


@pytest.fixture(scope="module")
def reference(served: Classifier, tweets: Corpus) -> list[Seen]:
    return judge(served, tweets.split()[1].texts)


def test_the_artifact_expects_what_its_reference_rows_have(served: Classifier, reference: list[Seen]) -> None:
    assert served.manifest[HISTOGRAMS] == expect(served, reference)


def test_the_threshold_is_above_what_chance_does_among_training_rows(
    served: Classifier, tweets: Corpus
) -> None:
    """The reference rows choose nothing: 2,000 training rows stand for them here."""
    rng = random.Random(0)
    rows = judge(served, tweets.split()[0].texts)
    rng.shuffle(rows)
    baseline, others = expect(served, rows[:2_000]), rows[2_000:]
    found = [
        drift.compare(baseline, log(served, rng.choices(others, k=drift.WINDOW)))["Drift"]
        for _ in range(ROUNDS)
    ]
    assert sorted(found)[-2] < drift.THRESHOLD / 2


def test_less_than_one_percent_of_resamples_of_the_reference_rows_are_called_drift(
    served: Classifier, reference: list[Seen]
) -> None:
    rng = random.Random(1)
    found = [
        drift.compare(served.manifest[HISTOGRAMS], log(served, rng.choices(reference, k=drift.WINDOW)))[
            "Drift"
        ]
        for _ in range(ROUNDS)
    ]
    assert sum(index > drift.THRESHOLD for index in found) < ROUNDS / 100


@pytest.mark.parametrize("label", [0, 1])
def test_a_swap_to_tweets_of_one_label_is_found_within_a_thousand(
    served: Classifier, reference: list[Seen], tweets: Corpus, label: int
) -> None:
    rng = random.Random(2)
    labels = tweets.split()[1].labels
    swapped = [seen for seen, its in zip(reference, labels, strict=True) if its == label]
    for _ in range(100):
        lines = log(served, rng.choices(swapped, k=1_000)) + log(served, rng.choices(reference, k=1_000))
        found = drift.compare(served.manifest[HISTOGRAMS], lines)  # the newest lines are the first
        assert found["Window"] == 1_000
        assert found["Drift"] == found["DriftOfScores"] > 2 * drift.THRESHOLD


@pytest.mark.parametrize("domain", ["chat", "mail", "news", "review"])
def test_a_swap_to_texts_about_other_things_is_found_within_a_thousand(
    served: Classifier, domain: str
) -> None:
    rng = random.Random(3)
    rows = [line.split("\t") for line in OTHERS.read_text(encoding="utf-8").splitlines()]
    swapped = judge(served, [text for its, _, text in rows if its == domain])
    lines = log(served, rng.choices(swapped, k=1_000))
    assert drift.compare(served.manifest[HISTOGRAMS], lines)["Drift"] > 2 * drift.THRESHOLD


def test_topical_tweets_with_names_and_links_are_found_within_a_thousand(served: Classifier) -> None:
    """As the tweets of TweetEval are: longer than ours, about events, with @user, hashtags and links."""
    rng = random.Random(4)
    subjects = ["#Brexit", "@user", "Arsenal", "the Senate", "Chromebook", "#IndyRef2", "Zuma", "Pacquiao"]
    said = ["may announce it on Tuesday", "vs. Juventus at the 3rd round", "reportedly signed the amendment"]
    where = ["in Thessaloniki", "at Staples Center", "before the SOTU", "via @user", "on Sept. 14th"]
    texts = [
        f"{rng.choice(subjects)} and {rng.choice(subjects)} {rng.choice(said)} {rng.choice(where)} "
        f"#{rng.choice('abcdefgh')}news2016 http://t.co/{rng.random()}"
        for _ in range(1_000)
    ]
    lines = log(served, judge(served, texts), in_a_line=1)
    assert drift.compare(served.manifest[HISTOGRAMS], lines)["Drift"] > 2 * drift.THRESHOLD


def test_fewer_than_a_thousand_tweets_say_nothing(served: Classifier) -> None:
    lines = log(served, judge(served, ["I love this"] * 999))
    assert drift.compare(served.manifest[HISTOGRAMS], lines) == {"Window": 999}


# In an account


class Context(NamedTuple):
    aws_request_id: str = "r"


@pytest.fixture
def group(
    aws_environment: None, client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    name = f"logs-{time.time_ns()}"
    client("logs").create_log_group(logGroupName=name)
    monkeypatch.setenv("AWS_LAMBDA_LOG_GROUP_NAME", name)
    warm.load_model.cache_clear()
    yield name
    warm.load_model.cache_clear()


def put(logs: Any, group: str, stream: str, lines: Sequence[str], hours_ago: float = 0) -> None:
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    moment = int((time.time() - hours_ago * 3_600 - 1) * 1_000)
    events = [{"timestamp": moment, "message": line} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def test_the_lines_that_doors_leave_in_the_log_become_the_metric_drift(
    group: str, client: Callable[[str], Any], served: Classifier, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(10):
        direct.handler({"texts": ["I love this"] * 100}, Context())
    direct.handler({"warmer": True}, Context())
    lines = capsys.readouterr().err.splitlines()
    others = ["START RequestId: 1", "[1]", json.dumps({"type": "platform.report"})]
    older = json.dumps({**json.loads(lines[0]), "ModelVersion": "another", "Tweets": 10**6})
    put(client("logs"), group, "one", [*others, *lines[:5], older])
    put(client("logs"), group, "two", lines[5:])
    found = drift.handler({"drift": "now"}, Context())
    [line] = map(json.loads, capsys.readouterr().err.splitlines())
    assert found["Window"] == 1_000
    assert found["Drift"] == max(found[name] for name in drift.NAMES.values()) > drift.THRESHOLD
    assert {name: line[name] for name in found} == found
    assert (line["Door"], line["ModelVersion"], line["Tweets"]) == ("drift", served.version, 0)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert {"Drift", "DriftOfScores", "DriftOfCharacters", "DriftOfUnknownWords"} <= {
        metric["Name"] for metric in directive["Metrics"]
    }


def test_a_quiet_hour_is_filled_up_with_the_day(
    group: str, client: Callable[[str], Any], served: Classifier, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps(line) for line in log(served, judge(served, ["I love this"] * 1_000))]
    put(client("logs"), group, "late", lines[:4])
    assert drift.handler({"drift": "now"}, Context()) == {"Window": 400}
    put(client("logs"), group, "early", lines[4:], hours_ago=20)
    assert drift.handler({"drift": "now"}, Context())["Window"] == 1_000
    assert "Drift" not in json.loads(capsys.readouterr().err.splitlines()[0])


def test_a_missing_group_is_an_error_that_names_it(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_LOG_GROUP_NAME", "nowhere")
    with pytest.raises(LogsError, match=r"refuses StartQuery with 4\d\d ResourceNotFound.* nowhere must be"):
        drift.handler({"drift": "now"}, Context())


def test_a_service_that_does_not_answer_is_an_error(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{ports.free()}")
    with pytest.raises(LogsError, match=r"^CloudWatch Logs does not answer StartQuery \(URLError\)\.$"):
        drift.handler({"drift": "now"}, Context())


def test_outside_lambda_the_error_names_what_is_missing(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_LOG_GROUP_NAME")
    with pytest.raises(SettingsError, match=r"^AWS_LAMBDA_LOG_GROUP_NAME is not set: "):
        drift.handler({"drift": "now"}, Context())


def test_a_model_that_nobody_measured_has_no_drift_and_no_error(
    group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, files = artifact.read(str(Path(ARTIFACTS, "frequency")))
    del manifest[HISTOGRAMS]
    artifact.write(str(tmp_path), manifest, files)
    monkeypatch.setenv("MODEL", str(tmp_path))
    assert drift.handler({"drift": "now"}, Context()) == {}
