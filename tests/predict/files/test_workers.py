import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from model import Scorecard
from predict.files.rows import Batch
from predict.files.workers import Workers
from predict.settings import Settings


def batches(count: int, start: int = 0) -> Iterator[Batch]:
    for number in range(start, start + count):
        texts = [f"I love {number} {place}" for place in range(number % 5)]
        yield Batch([*texts], texts, [])


def test_batches_come_back_in_their_order_with_the_predictions_of_the_model(tiny: Scorecard) -> None:
    workers = Workers(tiny, Settings(), 2)
    with closing(workers.predict(batches(50))) as found:
        assert [*found] == [(batch, tiny.predict(batch.texts)) for batch in batches(50)]


def test_settings_hold_in_every_process(tiny: Scorecard) -> None:
    settings = Settings(threshold=1.0, uncertain=(0.0, 1.0))
    [[_, predictions]] = Workers(tiny, settings, 2).predict([Batch(["so"], ["so"], [])])
    assert predictions == tiny.predict(["so"], 1.0, (0.0, 1.0))


def test_a_call_that_is_broken_off_leaves_no_answer_to_the_next_one(tiny: Scorecard) -> None:
    workers = Workers(tiny, Settings(), 2)
    with closing(workers.predict(batches(50))) as broken_off:
        next(broken_off)
    expected = [*batches(9, 50)]
    with closing(workers.predict(batches(9, 50))) as found:
        assert [batch for batch, _ in found] == expected
    with closing(workers.predict(batches(9, 50))) as found:
        assert [predictions for _, predictions in found] == [tiny.predict(each.texts) for each in expected]


def test_large_batches_do_not_wait_for_each_other(tiny: Scorecard) -> None:
    texts = ["I love this " * 1_000] * 300  # 3.6 MB, which no pipe holds
    with closing(Workers(tiny, Settings(), 1).predict(Batch(texts, texts, []) for _ in range(4))) as found:
        assert [len(predictions) for _, predictions in found] == [300] * 4


def test_a_process_that_ends_is_an_error_with_the_cure(tiny: Scorecard) -> None:
    before = {*multiprocessing.active_children()}
    workers = Workers(tiny, Settings(), 2)
    [killed, _] = {*multiprocessing.active_children()} - before
    os.kill(killed.pid or 0, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="with fewer --processes"):
        [*workers.predict(batches(50))]
