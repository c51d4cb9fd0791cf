"""The settings, read from environment variables. No other module reads the environment."""

import os
import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from predict.limits import BUCKET, key_fault, parse_port, parse_probability

CLOUDS = ("az", "gs", "s3")  # one name for each kind, so that two URLs can be compared
STORES = (*CLOUDS, "file", "memory")

_UNSAFE = re.compile(r"[@?#\\\x00-\x1f\x7f]")  # obstore leaves these out without a word


class SettingsError(ValueError):
    """Raise when an environment variable has no usable value."""


class Settings(NamedTuple):
    """Each field is the environment variable of the same name in capitals."""

    model: str = "lexicon_ngrams"  # a folder of model/artifacts, or an absolute path
    threshold: float | None = None  # positive from this probability up, not from that of the model
    uncertain: tuple[float, float] | None = None  # neither label strictly between these
    max_texts: int = 1_000  # in one request
    max_characters: int = 10_000  # in one text
    max_bytes: int = 2_097_152  # in the body of one HTTP request; Lambda itself refuses 6 MB
    max_errors: int = 100_000  # rows of one object that may fail; with more, the object is refused
    results_url: str = ""  # where the event doors write: s3://, gs://, az://, file:/// or memory:///
    input_url: str = ""  # where the objects come from; results must not be written there
    buckets: str = "s3://"  # precedes the bucket that an event names; a folder to try it locally
    base_path: str = ""  # precedes the path of each route, where a proxy or a gateway leaves it in the path
    allowed_origins: tuple[str, ...] = ()  # whose pages may call the HTTP door from a browser
    dialects: str = "all"  # of the HTTP door, or the names of those that are on, with commas between
    port: int | None = None  # of the plain server, where no option names one
    aip_http_port: int | None = None  # the same in Vertex AI; it comes before `port`
    aip_health_route: str = ""  # where Vertex AI asks whether the model is ready
    aip_predict_route: str = ""  # where it sends instances
    max_connections: int = 512  # of each worker of the plain server
    read_seconds: int = 20  # within which a request to the plain server is complete
    text_column: str = ""  # the column of an object's texts, or in JSON the member; dots lead into objects
    encoding: str = ""  # of an object that is not UTF-8 and has no mark of its byte order, as cp1252
    object_function: str = ""  # the name of the objects door, which the function of bulk jobs invokes
    metrics_namespace: str = "Sentiment"  # in CloudWatch; each stack has its own
    trust_pickle: bool = False  # "yes" if the model may be a pickle, which is code
    pickle_sha256: str = ""  # of that pickle


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError, which names the variable."""
    given = {field: environ[field.upper()] for field in Settings._fields if environ.get(field.upper())}
    settings = Settings(**{field: _read(field, value) for field, value in given.items()})
    urls = settings.results_url, settings.input_url
    if all(urls) and (within(*urls) or within(*reversed(urls))):
        raise SettingsError("RESULTS_URL and INPUT_URL must lie apart, or results would be scored again")
    return settings


class Account(NamedTuple):
    """What a function needs to ask CloudWatch Logs: Lambda sets all of it."""

    region: str
    key_id: str
    secret: str
    token: str
    log_group: str
    logs_url: str


def read_account(environ: Mapping[str, str] = os.environ) -> Account:
    """Raises SettingsError, which names the variable."""
    names = ("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_LAMBDA_LOG_GROUP_NAME")
    if missing := [name for name in names if not environ.get(name)]:
        raise SettingsError(f"{missing[0]} is not set: Lambda sets it, and this is not Lambda")
    region, key_id, secret, log_group = (environ[name] for name in names)
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    url = environ.get("AWS_ENDPOINT_URL") or f"https://logs.{region}.{suffix}"
    return Account(region, key_id, secret, environ.get("AWS_SESSION_TOKEN", ""), log_group, url)


def read_trace(environ: Mapping[str, str] = os.environ) -> str:
    """The id of the trace of this invocation, as X-Ray shows it, or nothing."""
    root = environ.get("_X_AMZN_TRACE_ID", "").partition(";")[0]
    return root.removeprefix("Root=") if root.startswith("Root=") else ""


def within(url: str, folder: str, key: str = "") -> bool:
    """Whether `key` in `url` is in `folder`, or is it; keys are never decoded, unlike URLs.

    Raises ValueError where one of them is no address.
    """
    return f"{locate(url)}/{key}/".startswith(f"{locate(folder)}/")


def locate(url: str) -> str:
    """The one name of the place that a store opens at `url`, without a slash at its end.

    As obstore reads addresses: `.` and `..` are resolved, escapes are decoded, and links are followed.
    Raises ValueError.
    """
    kind, _, place = url.partition("://")
    bucket, *steps = place.removesuffix("/").split("/")
    path: list[str] = []
    for step in steps:
        dots = step.lower().replace("%2e", ".")
        if dots == "..":
            path[-1:] = []
        elif dots != ".":
            path.append(_decode(step))
    name = "/".join([bucket, *path])
    return f"{kind}://{os.path.realpath(name or '/') if kind == 'file' else name}".rstrip("/")


def _decode(step: str) -> str:
    if "%" not in step:
        return step
    from urllib.parse import unquote  # 6 ms of a cold start that other addresses do not need

    return unquote(step, errors="strict")


def _read(field: str, value: str) -> Any:
    try:
        return _PARSERS[field](value)
    except ValueError as exc:
        raise SettingsError(f"{field.upper()} {exc}") from exc


def _parse_url(value: str) -> str:
    kind, _, place = value.partition("://")
    if kind in STORES and (_UNSAFE.search(place) or value != value.strip()):  # the value may be a password
        raise ValueError("must have no @, ?, #, backslash, control character, or space at its end")
    bucket, _, path = place.partition("/")
    if kind not in STORES or (bucket and (kind not in CLOUDS or not BUCKET.fullmatch(bucket))):
        raise ValueError(f"must be an address such as s3://bucket/folder, not {value!r}")
    try:
        found = locate(f"memory:///{path}").removeprefix("memory://").removeprefix("/")
    except ValueError as exc:
        raise ValueError(f"must have escapes in UTF-8, not {value!r}") from exc
    if "//" in place or (found and key_fault(found)):
        raise ValueError(f"must be a path of folders with one slash between two, not {value!r}")
    return value


def _parse_encoding(value: str) -> str:
    try:
        "a".encode(value)
        getincrementaldecoder(value)
    except (LookupError, ValueError) as exc:
        raise ValueError(f"must be an encoding that Python knows, as cp1252, not {value!r}") from exc
    return value


def _parse_band(value: str) -> tuple[float, float]:
    low, dash, high = value.partition("-")
    if not dash or not parse_probability(low) <= parse_probability(high):
        raise ValueError(f"must be two numbers from 0 to 1, as 0.4-0.6, not {value!r}")
    return parse_probability(low), parse_probability(high)


def _parse_path(value: str) -> str:
    names = value.strip("/")
    if not names:
        return ""
    if not re.fullmatch(r"[\w.~-]+(/[\w.~-]+)*", names, re.ASCII):
        raise ValueError(f"must be a path such as /mood, not {value!r}")
    return f"/{names}"


def _parse_route(value: str) -> str:
    if not re.fullmatch(r"/[\w.~:/-]*", value, re.ASCII):
        raise ValueError(f"must be a path such as /predict, not {value!r}")
    return value


def _parse_origins(value: str) -> tuple[str, ...]:
    origins = tuple(origin.strip().lower() for origin in value.split(","))
    for origin in origins:
        named = re.fullmatch(r"[a-z][a-z0-9+.-]*://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", origin)
        if not named or re.fullmatch(
            r"http://.*:80|https://.*:443", origin
        ):  # browsers leave these ports out
            like = "https://app.example,http://localhost:3000"
            raise ValueError(f"must be origins as browsers send them, such as {like}: {origin!r} is not one")
    return origins


def _parse_count(value: str) -> int:
    try:
        count = int(value)
    except ValueError:
        count = 0
    if count < 1:
        raise ValueError(f"must be a whole number above 0, not {value!r}")
    return count


def _parse_trust(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError(f"must be yes or no, not {value!r}")
    return value == "yes"


_PARSERS: dict[str, Callable[[str], object]] = {
    "model": str,
    "threshold": parse_probability,
    "uncertain": _parse_band,
    "max_texts": _parse_count,
    "max_characters": _parse_count,
    "max_bytes": _parse_count,
    "max_errors": _parse_count,
    "results_url": _parse_url,
    "input_url": _parse_url,
    "buckets": _parse_url,
    "base_path": _parse_path,
    "allowed_origins": _parse_origins,
    "dialects": str,
    "port": parse_port,
    "aip_http_port": parse_port,
    "aip_health_route": _parse_route,
    "aip_predict_route": _parse_route,
    "max_connections": _parse_count,
    "read_seconds": _parse_count,
    "text_column": str,
    "encoding": _parse_encoding,
    "object_function": str,
    "metrics_namespace": str,
    "trust_pickle": _parse_trust,
    "pickle_sha256": str,
}
