import io
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import BaseError, PermissionDeniedError
from obstore.store import LocalStore, MemoryStore, S3Store

from predict.files import source
from predict.files.source import GoneError, ObjectSource, SupersededError
from predict.location import Location
from tests.aws.proxy import Fault, Proxy

CONTENT = bytes(range(256)) * 40_000  # three ranges


def test_an_object_is_read_in_ranges(behind: S3Store, faulty: Proxy) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.seen.clear()
    stored = ObjectSource(behind, Location("", "a.csv"))
    assert io.BufferedReader(stored).read() == CONTENT
    assert stored.tell() == stored.size == len(CONTENT)
    assert [method for method, _ in faulty.seen] == ["GET", "GET", "GET"]
    assert -(-len(CONTENT) // source.RANGE_BYTES) == 3


def test_an_empty_object_has_no_range_and_is_asked_for_as_a_whole(behind: S3Store, faulty: Proxy) -> None:
    obstore.put(behind, "a.csv", b"")
    faulty.seen.clear()
    assert io.BufferedReader(ObjectSource(behind, Location("", "a.csv"))).read() == b""
    assert [method for method, _ in faulty.seen] == ["GET", "HEAD"]


@pytest.mark.parametrize("fault", ["503", "slow", "short", "break"])
def test_a_failing_network_is_asked_again(behind: S3Store, faulty: Proxy, fault: Fault) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.first(1, fault, "GET")
    assert io.BufferedReader(ObjectSource(behind, Location("", "a.csv"))).read() == CONTENT


@pytest.mark.parametrize("fault", ["503", "short", "break"])
def test_a_network_that_keeps_failing_raises(behind: S3Store, faulty: Proxy, fault: Fault) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    faulty.first(100, fault, "GET")
    with pytest.raises(BaseError):
        io.BufferedReader(ObjectSource(behind, Location("", "a.csv"))).read()


def test_what_may_not_be_read_raises_for_it_may_be_allowed_later(behind: S3Store, faulty: Proxy) -> None:
    faulty.first(1, "403", "GET")
    with pytest.raises(PermissionDeniedError):
        ObjectSource(behind, Location("", "a.csv"))


def test_an_object_that_changes_while_it_is_read_is_superseded(behind: S3Store) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    stored = ObjectSource(behind, Location("", "a.csv"))
    assert stored.read(1) == CONTENT[:1]
    obstore.put(behind, "a.csv", CONTENT[::-1])
    with pytest.raises(SupersededError):
        io.BufferedReader(stored).read()


def test_an_object_that_goes_while_it_is_read_is_gone(behind: S3Store) -> None:
    obstore.put(behind, "a.csv", CONTENT)
    stored = ObjectSource(behind, Location("", "a.csv"))
    obstore.delete(behind, "a.csv")
    with pytest.raises(GoneError):
        io.BufferedReader(stored).read()


@pytest.mark.parametrize("key", ["/a.csv", "a//b.csv", "a/../b.csv", "./a.csv", "a\x01.csv"])
def test_a_key_that_the_store_cannot_ask_for_is_refused(key: str) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", b"another object")
    with pytest.raises(ValueError, match=r"slash|path"):
        ObjectSource(store, Location("", key))


def test_folders_and_memory_are_read_in_the_same_way(tmp_path: Path) -> None:
    for store in (LocalStore(tmp_path), MemoryStore()):
        for content in (b"", CONTENT):
            obstore.put(store, "a.csv", content)
            stored = ObjectSource(store, Location("", "a.csv"))
            assert io.BufferedReader(stored).read() == content
            assert ObjectSource(store, Location("", "a.csv", stored.etag)).etag == stored.etag
        with pytest.raises(SupersededError):
            ObjectSource(store, Location("", "a.csv", "another"))
