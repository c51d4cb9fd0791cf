"""The `sentiment` command."""

import argparse
import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from model import ArtifactError
from predict import limits, strict_json, warm
from predict.deadline import MAX_MILLISECONDS, LocalContext
from predict.events import sources

SAMPLES = Path(__file__).parent / "samples"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand; an error that the user can cure ends the process with a sentence and status 1."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "serve":
            from predict.http import server  # only this command needs uvicorn, which is heavy

            server.serve(asked.host, asked.port)
        elif asked.command == "events":
            _events(asked.name)
        elif asked.command == "invoke":
            _invoke()
        elif asked.command == "cost":
            _cost(asked.prices, asked.cold)
        elif asked.command == "score":
            _score(asked.source, asked.output)
        else:
            _predict(_lines() if asked.text == ["-"] else asked.text)
    except (ArtifactError, RuntimeError, ValueError) as exc:
        sys.exit(f"sentiment: {exc}")
    except KeyboardInterrupt:
        sys.exit(130)  # as a shell reports it: 128 + SIGINT
    except BrokenPipeError:  # the reader of the output, such as `head`, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the last flush would fail again


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("sentiment", description="Is a tweet positive or negative?")
    commands = parser.add_subparsers(dest="command", required=True)
    predict = commands.add_parser("predict", help="print label, probability of positive, and text")
    predict.add_argument("text", nargs="+", help="a text each, or - for the lines of standard input")
    score = commands.add_parser("score", help="score a file of tweets")
    score.add_argument(
        "source", help="a file, a folder, a URL such as s3://bucket/key, or - for standard input"
    )
    score.add_argument(
        "-o", "--output", type=Path, help="a file or a folder (default: beside the source, with .scored)"
    )
    events = commands.add_parser("events", help="list sample events and their doors, or print one")
    events.add_argument("name", nargs="?", help="of a sample")
    commands.add_parser("invoke", help="answer the event on standard input, as the image does in Lambda")
    cost = commands.add_parser("cost", help="print what a million tweets cost in AWS, door by door")
    cost.add_argument(
        "--prices", type=Path, help="a file of your own prices (default: the one of the package)"
    )
    cost.add_argument(
        "--cold",
        default=0.01,
        type=_share,
        help="share of calls that start a container (default: %(default)s)",
    )
    serve = commands.add_parser("serve", help="serve over HTTP")
    serve.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 for all interfaces (default: %(default)s)"
    )
    serve.add_argument("--port", default=8000, type=_port, help="(default: %(default)s)")
    return parser


def _port(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or int(value) > 65_535:
        raise argparse.ArgumentTypeError("must be a number from 0 (any free port) to 65535")
    return int(value)


def _share(value: str) -> float:
    try:
        return limits.parse_probability(value)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def _events(name: str | None) -> None:
    samples = {path.stem: path for path in sorted(SAMPLES.glob("*.json"))}
    if name is None:
        for sample, path in samples.items():
            print(sample, sources.find_door(json.loads(path.read_bytes())), sep="\t")
    elif name in samples:
        sys.stdout.buffer.write(samples[name].read_bytes())
    else:
        raise ValueError(f"there is no sample event {name!r}: `sentiment events` lists them")


def _invoke() -> None:
    from obstore.exceptions import BaseError  # only this command needs a store

    from predict import dispatcher, store

    event = strict_json.loads(sys.stdin.buffer.read().decode("utf-8-sig"))
    try:
        print(json.dumps(dispatcher.handler(event, LocalContext())))
    except (BaseError, FileNotFoundError) as exc:
        raise ValueError(store.reason(exc)) from exc


def _cost(own: Path | None, cold: float) -> None:
    from predict.cost import measured, prices, table  # only this command needs them

    print(table.write(prices.read(own or prices.FILE), measured.read(), cold))


class _Progress:
    """Asked for the time that is left before each batch; shows on a terminal how far the file is."""

    def __init__(self) -> None:
        self._batches = 0

    def __call__(self) -> int:
        if sys.stderr.isatty():
            print(f"\rbatch {self._batches:,}", end="\r", file=sys.stderr)
        self._batches += 1
        return MAX_MILLISECONDS


def _score(source: str, output: Path | None) -> None:
    import shutil  # only this command needs files

    from predict.files import local

    refused = False
    for name, rows, summary in local.score(source, output, *warm.load_model(), _Progress()):
        if "error" in summary:
            refused = True
            print(f"sentiment: {name} was refused: {summary['error']}", file=sys.stderr)
            continue
        if source == local.STDIN and not output:
            with rows.open("rb") as scored:
                shutil.copyfileobj(scored, sys.stdout.buffer)
        print(f"{name}: {summary['scored']:,} scored, {summary['errors']:,} not: {rows}", file=sys.stderr)
    if refused:
        sys.exit(1)


def _predict(texts: Iterable[str]) -> None:
    model, settings = warm.load_model()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may not have every character
    for text in texts:
        [answer] = model.predict([text], settings.threshold, settings.uncertain)
        print(answer.label, f"{answer.probability:.4f}", _shown(text), sep="\t", flush=True)


def _shown(text: str) -> str:
    """On one line, and without the control characters that a terminal would obey."""
    harmless = "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
    return " ".join(harmless.split())


def _lines() -> Iterable[str]:
    for line in sys.stdin.buffer:
        yield line.decode(errors="replace").rstrip("\r\n")


if __name__ == "__main__":
    main()
