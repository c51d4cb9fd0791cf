import pytest

from predict.files import formats


@pytest.mark.parametrize(
    ("key", "read"),
    [
        ("a.csv", "csv"),
        ("in/A.CSV.GZ", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson.gz", "ndjson"),
        ("in/", ""),
        ("a.parquet", ""),
        ("csv", ""),
        ("a.csv/b", ""),
        ("a.gz", ""),
        (".csv.d/x", ""),
        ("", ""),
    ],
)
def test_the_format_is_told_by_the_name(key: str, read: str) -> None:
    assert formats.suffix(key) == read
