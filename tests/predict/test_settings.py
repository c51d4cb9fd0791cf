from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import S3Store, from_url

from predict import settings
from predict.settings import Settings, SettingsError


def test_an_empty_environment_gives_the_defaults() -> None:
    assert settings.read({}) == Settings()
    assert settings.read({"MODEL": "", "MAX_TEXTS": ""}) == Settings()


def test_each_field_is_a_variable() -> None:
    limits = {"MAX_TEXTS": "1", "MAX_CHARACTERS": "2", "MAX_BYTES": "3", "MAX_ERRORS": "4"}
    environ = {"MODEL": "mine", "THRESHOLD": "0.7", "UNCERTAIN": "0.4-.6", **limits, "HOME": "/"}
    assert settings.read(environ) == Settings("mine", 0.7, (0.4, 0.6), 1, 2, 3, 4)


COUNTS = ["MAX_TEXTS", "MAX_CHARACTERS", "MAX_BYTES", "MAX_ERRORS", "MAX_CONNECTIONS", "READ_SECONDS"]


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", ["many", "0", "-5", "1.5", "1e3"])
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be a whole number above 0, not '{value}'"):
        settings.read({name: value})


@pytest.mark.parametrize("value", ["much", "-0.1", "1.1", "nan", "1,5"])
def test_a_wrong_threshold_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match=f"THRESHOLD must be a number from 0 to 1, not '{value}'"):
        settings.read({"THRESHOLD": value})


@pytest.mark.parametrize("value", ["0.5", "0.6-0.4", "0.4-", "-", "0.4-1.5", "a-b"])
def test_a_wrong_band_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="UNCERTAIN must be"):
        settings.read({"UNCERTAIN": value})


def test_the_places_of_objects_and_results_are_variables() -> None:
    places = {"RESULTS_URL": "s3://out/a", "INPUT_URL": "s3://in", "BUCKETS": "file:///tmp/"}
    expected = Settings(results_url="s3://out/a", input_url="s3://in", buckets="file:///tmp/")
    assert settings.read(places) == expected
    assert settings.read({"RESULTS_URL": "", "INPUT_URL": "", "BUCKETS": ""}) == Settings()


def test_the_column_and_the_encoding_of_objects_are_variables() -> None:
    read = settings.read({"TEXT_COLUMN": "data.text", "ENCODING": "cp1252"})
    assert read == Settings(text_column="data.text", encoding="cp1252")
    assert settings.read({"TEXT_COLUMN": "", "ENCODING": ""}) == Settings()


@pytest.mark.parametrize("value", ["utf8", "Latin-1", "windows-1252", "shift_jis", "utf-16-le"])
def test_an_encoding_is_one_that_python_knows(value: str) -> None:
    assert settings.read({"ENCODING": value}).encoding == value


@pytest.mark.parametrize("value", ["cp12520", "base64", "rot13", "undefined", "é", "utf 99"])
def test_another_encoding_is_refused_at_the_start(value: str) -> None:
    message = f"^ENCODING must be an encoding that Python knows, as cp1252, not '{value}'$"
    with pytest.raises(SettingsError, match=message):
        settings.read({"ENCODING": value})


@pytest.mark.parametrize("url", ["s3://b", "gs://b/x", "az://c/x", "file:///tmp/x", "memory:///"])
def test_results_go_to_any_store(url: str) -> None:
    assert settings.read({"RESULTS_URL": url}).results_url == url


@pytest.mark.parametrize("name", ["RESULTS_URL", "INPUT_URL", "BUCKETS"])
@pytest.mark.parametrize("value", ["bucket", "s3:/bucket", "s3:bucket", "://bucket", "/tmp", "a b://c"])
def test_what_is_no_address_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    message = f"^{name} must be an address such as s3://bucket/folder, not '{value}'$"
    with pytest.raises(SettingsError, match=message):
        settings.read({name: value})


APART = "RESULTS_URL and INPUT_URL must lie apart, or results would be scored again"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3://b", "s3://b"),
        ("s3://b/", "s3://b"),
        ("s3://b", "s3://b/in"),
        ("s3://b/in", "s3://b/in/"),
        ("s3://b/in", "s3://b/in/deep/er"),
        ("file:///tmp", "file:///tmp/x"),
        ("memory:///", "memory:///"),
        ("s3://b/my%20results", "s3://b/my results"),
        ("s3://b/./in", "s3://b/in"),
        ("s3://b/x/../in", "s3://b/in"),
        ("s3://b/%2e/in", "s3://b/in"),
        ("s3://b/x/%2E%2e/in", "s3://b/in"),
        ("s3://b/in/deep/..", "s3://b/in/deep/er"),
        ("s3://b/..", "s3://b/in"),
        ("s3://b/r%C3%A9s", "s3://b/rés"),
        ("s3://b/a%2Fb", "s3://b/a/b"),
        ("file:///tmp/./in", "file:///tmp/x/../in"),
        ("file:///", "file:///tmp"),
    ],
)
def test_results_that_would_be_scored_again_are_refused_at_the_start(one: str, other: str) -> None:
    for results, objects in ((one, other), (other, one)):
        with pytest.raises(SettingsError, match=f"^{APART}$"):
            settings.read({"RESULTS_URL": results, "INPUT_URL": objects})


@pytest.mark.parametrize("results", ["S3://b/in", "s3a://b/in"])
def test_another_name_of_the_same_place_is_refused_too(results: str) -> None:
    with pytest.raises(SettingsError, match="RESULTS_URL must be an address"):
        settings.read({"RESULTS_URL": results, "INPUT_URL": "s3://b/in"})


@pytest.mark.parametrize(
    ("results", "objects"),
    [
        ("s3://b/in2", "s3://b/in"),
        ("s3://b/in", "s3://b/in2"),
        ("s3://b2", "s3://b"),
        ("s3://b/out", "s3://b/in"),
        ("gs://b", "s3://b"),
        ("s3://b/x/in", "s3://b/in"),
        ("s3://b/a%2520b", "s3://b/a%20b"),
        ("s3://b/in/../out", "s3://b/in"),
        ("s3://B", "s3://b"),
    ],
)
def test_neighbours_lie_apart(results: str, objects: str) -> None:
    places = {"RESULTS_URL": results, "INPUT_URL": objects}
    assert settings.read(places) == Settings(results_url=results, input_url=objects)


@pytest.mark.parametrize(
    ("url", "folder", "inside"),
    [
        ("s3://b/in/k", "s3://b/in", True),
        ("s3://b/in/k", "s3://b/in/", True),
        ("s3://b/in", "s3://b/in/", True),
        ("s3://b/in2/k", "s3://b/in", False),
        ("s3://b", "s3://b/in", False),
    ],
)
def test_a_place_is_within_itself_and_what_is_above_it(url: str, folder: str, inside: bool) -> None:
    assert settings.within(url, folder) is inside


def test_the_settings_of_the_http_door_are_variables() -> None:
    environ = {
        "BASE_PATH": "mood/v2/",
        "ALLOWED_ORIGINS": "https://App.example, http://localhost:3000,http://[::1]:80",
        "MAX_CONNECTIONS": "9",
        "READ_SECONDS": "8",
    }
    with pytest.raises(SettingsError, match="ALLOWED_ORIGINS"):
        settings.read(environ)
    environ["ALLOWED_ORIGINS"] = environ["ALLOWED_ORIGINS"].replace(":80", ":8080")
    assert settings.read(environ) == Settings(
        base_path="/mood/v2",
        allowed_origins=("https://app.example", "http://localhost:3000", "http://[::1]:8080"),
        max_connections=9,
        read_seconds=8,
    )
    assert settings.read({"BASE_PATH": "/"}) == Settings()


@pytest.mark.parametrize("value", ["?", "/a b", "/a//b", "/a?b", "/a#b", "https://a/b", "/é", "/{proxy+}"])
def test_a_wrong_base_path_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^BASE_PATH must be a path such as /mood, not "):
        settings.read({"BASE_PATH": value})


@pytest.mark.parametrize(
    "value",
    [
        *("*", "null", "app.example", "https://app.example/", "https://app.example/a", "https://*.a"),
        *("https://a:443", "http://a:80", "https://a b", "https://u@a"),
        *("https://a,", "https://a;https://b", "https://a https://b"),
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(value: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^ALLOWED_ORIGINS must be origins as browsers send them, such as "
    ):
        settings.read({"ALLOWED_ORIGINS": value})


@pytest.mark.parametrize("value", ["http://a:443", "https://a:80", "https://a:8443", "capacitor://localhost"])
def test_any_port_and_scheme_may_be_an_origin(value: str) -> None:
    assert settings.read({"ALLOWED_ORIGINS": value}).allowed_origins == (value,)


def test_a_key_is_not_decoded_as_an_address_is() -> None:
    assert settings.within("s3://b", "s3://b/my%20results", "my results/a.csv")
    assert not settings.within("s3://b", "s3://b/my%20results", "my%20results/a.csv")
    assert not settings.within("s3://b", "s3://b/in", "in2/a.csv")


def test_a_link_to_a_folder_is_that_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "in")
    assert settings.within(f"file://{tmp_path}/link/out", f"file://{tmp_path}/in")


@pytest.mark.parametrize("name", ["RESULTS_URL", "INPUT_URL", "BUCKETS"])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("s3://b/res?x=1", r"must have no @, \?, #, backslash"),
        ("s3://b/res#x", r"must have no @, \?, #, backslash"),
        ("s3://b/a\\b", r"must have no @, \?, #, backslash"),
        ("s3://b/a\tb", r"must have no @, \?, #, backslash"),
        ("s3://b/a ", r"must have no @, \?, #, backslash"),
        ("s3://b/a//b", "must be a path of folders with one slash between two"),
        ("s3://b//", "must be a path of folders with one slash between two"),
        ("s3://b/a/%2F/b", "must be a path of folders with one slash between two"),
        ("s3://b/.%2Fa", "must be a path of folders with one slash between two"),
        ("s3://b/%00", "must be a path of folders with one slash between two"),
        ("s3://b/%FF", "must have escapes in UTF-8"),
        ("s3://..", "must be an address such as s3://bucket/folder"),
        ("s3://b:80/a", "must be an address such as s3://bucket/folder"),
        ("file://tmp/a", "must be an address such as s3://bucket/folder"),
    ],
)
def test_an_address_that_the_store_reads_otherwise_is_refused(name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} {reason}"):
        settings.read({name: value})


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="must have no @") as refused:
        settings.read({"RESULTS_URL": "s3://user:Zebra0815@b/out"})
    assert "Zebra0815" not in str(refused.value)


STEP = st.text(st.sampled_from("ab. %2eE~é+*'|"), max_size=6)


@given(st.lists(STEP, max_size=4))
def test_an_address_that_is_taken_is_the_place_that_the_store_opens(steps: list[str]) -> None:
    url = "/".join(["s3://bucket", *steps])
    try:
        settings.read({"RESULTS_URL": url})
    except SettingsError:
        return
    opened = from_url(url, region="us-east-1")
    assert isinstance(opened, S3Store)
    assert settings.locate(url) == "/".join(["s3://bucket", *filter(None, [opened.prefix])])
