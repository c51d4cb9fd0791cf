from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.remembered import LONGEST, Remembered


def made_of(pieces: Iterable[str]) -> list[str]:
    """What has to be made, in their order."""
    made: list[str] = []

    def make(piece: str) -> str:
        made.append(piece)
        return piece.upper()

    remembered = Remembered(make)
    assert [remembered[piece] for piece in pieces] == [piece.upper() for piece in pieces]
    return made


def test_a_piece_is_made_once() -> None:
    assert made_of(["a", "b", "a", "b"]) == ["a", "b"]


def test_a_piece_of_which_nothing_is_made_is_made_once() -> None:
    nothing = iter([()])
    remembered = Remembered(lambda piece: next(nothing))
    assert [remembered["the"], remembered["the"]] == [(), ()]


def test_a_long_piece_is_made_each_time() -> None:
    long = "a" * (LONGEST + 1)
    assert made_of([long, long, long[1:], long[1:]]) == [long, long, long[1:]]


def test_what_was_read_lately_survives_the_next_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.remembered.MOST", 2)
    assert made_of("abcabdea") == ["a", "b", "c", "d", "e", "a"]


@given(st.text("abcdef"))
def test_no_more_than_two_generations_are_kept(pieces: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nlp.remembered.MOST", 2)
        remembered = Remembered(str.upper)
        for piece in pieces:
            assert remembered[piece] == piece.upper()
            assert len(remembered) <= 2
            assert len(remembered._before) <= 2
