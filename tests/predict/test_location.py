import pytest

from predict import location
from predict.location import Location


@pytest.mark.parametrize("name", ["b", "my-bucket.of.tweets", "My_Bucket", "$root", "a..b", "1" * 63])
def test_the_names_of_buckets_of_all_clouds_have_no_fault(name: str) -> None:
    assert location.name_fault(Location(name, "a.csv")) is None


@pytest.mark.parametrize(
    "name", ["", ".", "..", "-a", "a/b", "a%2fb", "a b", "a\n", "é", "a:b", "a@b", "a" * 223]
)
def test_what_is_no_name_of_a_bucket_has_a_fault(name: str) -> None:
    assert "has a bucket that is no name of one" in (location.name_fault(Location(name, "a.csv")) or "")


@pytest.mark.parametrize(
    ("etag", "version"),
    [
        ("8f8b39d8a2a5ad0cc3e3ee2bfd6cba45-12", "null"),
        ("0x8DB5C2A7F1D3E40", "2026-01-01T00:00:00.0000000Z"),
        ("CKD0l7jB7/MCEAE=", "1700000000000000"),
        ("", "L4kqtJlcpXroDTDmpUMLUo"),
    ],
)
def test_the_etags_and_versions_of_all_clouds_have_no_fault(etag: str, version: str) -> None:
    assert location.name_fault(Location("b", "a.csv", etag, version)) is None


@pytest.mark.parametrize("wrong", ["a\x00", "a\nb", "a\x7f", "a b", "é", "\ud800", "a" * 1_025])
def test_what_no_header_can_have_is_a_fault(wrong: str) -> None:
    assert "has an etag" in (location.name_fault(Location("b", "a.csv", wrong)) or "")
    assert "has an etag" in (location.name_fault(Location("b", "a.csv", 'a", "b')) or "")
    assert "has a version" in (location.name_fault(Location("b", "a.csv", "", wrong)) or "")
