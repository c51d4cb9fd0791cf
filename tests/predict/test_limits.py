import obstore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import MemoryStore

from predict import limits


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("/a.csv", "slash"),
        ("a//b.csv", "slash"),
        ("a.csv/", "slash"),
        ("", "slash"),
        ("./a.csv", "dot"),
        ("a/../b.csv", "dot"),
        ("..", "dot"),
        ("a\x01.csv", "control"),
        ("a\n.csv", "control"),
        ("a\x7f.csv", "control"),
        ("\ud800.csv", "Unicode"),
        ("é" * 513, "1,026 bytes"),
    ],
)
def test_a_key_that_the_client_cannot_ask_for_has_a_fault(key: str, fault: str) -> None:
    assert fault in (limits.key_fault(key) or "")


@given(st.text(st.sampled_from("ab./\\%2eé\x00\x1f\x7f\x85 ~#?*\u2028"), max_size=8) | st.text(max_size=20))
def test_a_key_without_a_fault_is_asked_for_as_it_is_and_no_other_is(key: str) -> None:
    store = MemoryStore()
    try:
        obstore.put(store, key, b"")
        [found] = obstore.list(store).collect()
        same = found["path"] == key
    except ValueError:
        same = False
    assert same is (limits.key_fault(key) is None)
