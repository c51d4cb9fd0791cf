"""The server for a minute of mixed requests; the emulator's minute is in tests/e2e."""

from itertools import count

import pytest

from bench import soak
from bench.soak import Sender, State


def test_what_fails_and_what_grows_is_missed() -> None:
    looks = count(1)

    def look() -> State:
        return State(50.0 * 1.11 ** next(looks), 6 + next(looks))

    found = soak.measure("leak", Sender(lambda chance: chance.random() > 0.01, look, 1), 0.1)
    assert [figure.name for figure in found if not figure.met] == [
        "leak: failed",
        "leak: memory at the end",
        "leak: descriptors at the end",
    ]


def test_what_stays_as_it_is_is_met() -> None:
    found = soak.measure("flat", Sender(lambda chance: True, lambda: State(50.0, 6), 2), 0.1)
    assert all(figure.met for figure in found)
    assert found[0].value >= soak.LEAST


@pytest.mark.slow
def test_a_minute_of_mixed_requests_leaves_the_server_as_it_was() -> None:
    with soak.serve() as sender:
        found = soak.measure("plain server", sender, 60)
    assert [figure for figure in found if not figure.met] == []
