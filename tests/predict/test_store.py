from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from obstore.exceptions import AlreadyExistsError, GenericError, PermissionDeniedError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from predict import store
from predict.deadline import OutOfTimeError
from predict.settings import SettingsError
from tests.aws.clock import endless
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
    store.make_folder(url := f"file://{tmp_path}/new")
    store.write_lines(store.open_store(url), "a/b.jsonl", [{}])
    assert (tmp_path / "new" / "a" / "b.jsonl").read_bytes() == b"{}\n"


def test_a_folder_is_not_made_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no store can be opened at file://"):
        store.open_store(f"file://{tmp_path}/new")
    assert list(tmp_path.iterdir()) == []


def test_with_time_left_a_store_is_the_same_and_with_little_it_waits_for_less(behind: S3Store) -> None:
    assert store.Timed(behind, endless).now() is behind
    timeouts = []
    for left in (47_000, 20_000, 10_000, 3_100, 1_100):
        timed = store.Timed(behind, partial(int, left))
        hurried = timed.now()
        assert isinstance(hurried, S3Store)
        assert hurried is timed.now()
        assert (hurried.config, hurried.prefix) == (behind.config, behind.prefix)
        assert hurried.client_options
        assert hurried.retry_config
        timeout = hurried.retry_config["retry_timeout"] / timedelta(milliseconds=1)
        assert 2.25 * timeout < left
        timeouts.append(timeout)
    assert timeouts == [16_000, 8_000, 4_000, 1_000, 250]
    with pytest.raises(OutOfTimeError):
        store.Timed(behind, lambda: 1_000).now()


def test_a_folder_and_memory_need_no_time(tmp_path: Path) -> None:
    for found in (LocalStore(tmp_path), MemoryStore()):
        assert store.Timed(found, lambda: 0).now() is found


@pytest.mark.parametrize("kind", [ValueError, KeyError, KeyboardInterrupt])
def test_what_is_no_fault_of_the_store_passes_the_guard(kind: type[BaseException]) -> None:
    with pytest.raises(kind, match="as it is"), store.guarded():
        raise kind("as it is")


@pytest.mark.parametrize("kind", [GenericError, PermissionDeniedError, FileNotFoundError, OutOfTimeError])
def test_an_error_of_the_store_keeps_its_kind_and_shows_no_password(kind: type[Exception]) -> None:
    with pytest.raises(kind) as failed, store.guarded():
        raise kind("GET http://user:secret@host/a failed\n\nDebug source: secret")
    assert str(failed.value) == "GET http://host/a failed"
    assert store.reason(failed.value) == f"{kind.__name__}: GET http://host/a failed"
