import io
from pathlib import Path
from threading import Event

import obstore
import pytest
from obstore.exceptions import BaseError, PermissionDeniedError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from predict.files.pieces import RANGE_BYTES
from predict.files.source import GoneError, ObjectSource, SupersededError, WrongRangeError
from predict.location import Location
from predict.store import Timed
from tests.aws.clock import endless
from tests.aws.proxy import Fault, Proxy

CONTENT = bytes(range(256)) * 40_000  # three ranges


def opened(store: ObjectStore, location: Location) -> ObjectSource:
    return ObjectSource(Timed(store, endless), location)


def test_an_object_is_read_in_ranges(behind: S3Store, faulty: Proxy) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.seen.clear()
    stored = opened(behind, Location("", "a.csv"))
    assert io.BufferedReader(stored).read() == CONTENT
    assert stored.tell() == stored.size == len(CONTENT)
    assert [method for method, _ in faulty.seen] == ["GET", "GET", "GET"]
    assert -(-len(CONTENT) // RANGE_BYTES) == 3


def test_an_empty_object_has_no_range_and_is_asked_for_as_a_whole(behind: S3Store, faulty: Proxy) -> None:
    obstore.put(behind, "a.csv", b"")
    faulty.seen.clear()
    assert io.BufferedReader(opened(behind, Location("", "a.csv"))).read() == b""
    assert [method for method, _ in faulty.seen] == ["GET", "HEAD"]


@pytest.mark.parametrize("fault", ["503", "slow", "short", "break"])
def test_a_failing_network_is_asked_again(behind: S3Store, faulty: Proxy, fault: Fault) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.first(1, fault, "GET")
    assert io.BufferedReader(opened(behind, Location("", "a.csv"))).read() == CONTENT


@pytest.mark.parametrize("fault", ["503", "short", "break"])
def test_a_network_that_keeps_failing_raises(behind: S3Store, faulty: Proxy, fault: Fault) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.first(100, fault, "GET")
    with pytest.raises(BaseError):
        io.BufferedReader(opened(behind, Location("", "a.csv"))).read()


def test_what_may_not_be_read_raises_for_it_may_be_allowed_later(behind: S3Store, faulty: Proxy) -> None:
    faulty.first(1, "403", "GET")
    with pytest.raises(PermissionDeniedError):
        opened(behind, Location("", "a.csv"))


def test_an_object_that_changes_while_it_is_read_is_superseded(behind: S3Store) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    stored = opened(behind, Location("", "a.csv"))
    assert stored.read(1) == CONTENT[:1]
    obstore.put(behind, "a.csv", CONTENT[::-1])
    with pytest.raises(SupersededError):
        io.BufferedReader(stored).read()


def test_an_object_that_goes_while_it_is_read_is_gone(behind: S3Store) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    stored = opened(behind, Location("", "a.csv"))
    obstore.delete(behind, "a.csv")
    with pytest.raises(GoneError):
        io.BufferedReader(stored).read()


@pytest.mark.parametrize("range_", [1, 2, 3])
def test_an_answer_of_fewer_bytes_is_not_the_end_of_the_object(
    behind: S3Store, faulty: Proxy, range_: int
) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.nth(range_, "fewer", "GET")
    with pytest.raises(WrongRangeError, match="other bytes"):
        io.BufferedReader(opened(behind, Location("", "a.csv"))).read()


@pytest.mark.parametrize("range_", [2, 3])
def test_an_answer_of_another_version_is_refused_though_the_store_does_not_compare(
    behind: S3Store, faulty: Proxy, range_: int
) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.nth(range_, "another", "GET")
    with pytest.raises(WrongRangeError, match="another version"):
        io.BufferedReader(opened(behind, Location("", "a.csv"))).read()


def test_a_store_that_does_not_compare_the_version_of_the_event_is_found_out(
    behind: S3Store, faulty: Proxy
) -> None:
    etag = (obstore.put(behind, "a.csv", CONTENT)["e_tag"] or "").strip('"')
    faulty.nth(1, "another", "GET")
    with pytest.raises(SupersededError):
        opened(behind, Location("", "a.csv", etag))


def test_folders_and_memory_are_read_in_the_same_way(tmp_path: Path) -> None:
    for store in (LocalStore(tmp_path), MemoryStore()):
        for content in (b"", CONTENT):
            obstore.put(store, "a.csv", content)
            stored = opened(store, Location("", "a.csv"))
            assert io.BufferedReader(stored).read() == content
            assert opened(store, Location("", "a.csv", stored.etag)).etag == stored.etag
        with pytest.raises(SupersededError):
            opened(store, Location("", "a.csv", "another"))


def test_the_next_range_is_asked_for_while_one_is_read(behind: S3Store, faulty: Proxy) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    stored = opened(behind, Location("", "a.csv"))
    asked = Event()
    faulty.spoil = lambda method, path: asked.set()
    assert stored.read(1) == CONTENT[:1]
    assert asked.wait(60)
    assert io.BufferedReader(stored).read() == CONTENT[1:]
