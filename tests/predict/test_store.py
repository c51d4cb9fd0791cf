from pathlib import Path

import pytest
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from predict import store
from tests.aws.proxy import Proxy
from tests.aws.results import written


def test_rows_are_lines_of_json_in_utf_8() -> None:
    results = MemoryStore()
    store.write_lines(results, "a.jsonl", [{"text": "é\u2028❤"}, {"probability": 0.1}])
    assert written(results) == {"a.jsonl": '{"text": "é\u2028❤"}\n{"probability": 0.1}\n'.encode()}


def test_what_is_there_stays(tmp_path: Path, behind: S3Store) -> None:
    stores: list[ObjectStore] = [MemoryStore(), LocalStore(tmp_path), behind]
    for results in stores:
        for row in ({"first": 1}, {"second": 2}):
            store.write_lines(results, "a.jsonl", [row])
        assert written(results) == {"a.jsonl": b'{"first": 1}\n'}


def test_a_conflict_with_a_deletion_is_not_taken_for_a_result(behind: S3Store, faulty: Proxy) -> None:
    faulty.first(100, "409", "PUT")
    with pytest.raises(AlreadyExistsError):
        store.write_lines(behind, "a.jsonl", [{}])
    assert written(behind) == {}


def test_a_number_that_json_does_not_have_is_never_written() -> None:
    results = MemoryStore()
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.write_lines(results, "a.jsonl", [{"probability": float("nan")}])
    assert written(results) == {}


def test_a_name_tells_the_messages_apart() -> None:
    assert store.digest(["a", "b"]) == store.digest({"a": 1, "b": 2})
    assert len({store.digest(ids) for ids in (["a", "b"], ["b", "a"], ["ab"], ["a"], ["a\nc"], [])}) == 6


def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    store.write_lines(store.open_store(f"file://{tmp_path}/new", make=True), "a/b.jsonl", [{}])
    assert (tmp_path / "new" / "a" / "b.jsonl").read_bytes() == b"{}\n"
