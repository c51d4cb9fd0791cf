"""The `sentiment` command."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from model import ArtifactError
from predict import __version__, limits, settings, strict_json, terminal, warm
from predict.bulk import follow
from predict.deadline import LocalContext
from predict.events import sources
from predict.events.errors import UnreadableRecordError
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.http import server

SAMPLES = Path(__file__).parent / "samples"

_SERVE = ("backports", "fastapi", "h11", "obstore", "starlette", "uvicorn")  # that extra has them


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand; an error that the user can cure ends the process with a sentence and status 1."""
    if sys.stderr is None:  # closed: without it, print() would write to standard output
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 until the process ends
    try:
        try:
            _run(_parser().parse_args(arguments))
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output, such as `head`, has ended
        _discard_output()
    except OSError as exc:
        if exc.filename:
            sys.exit(f"sentiment: {terminal.clean(str(exc.filename))} cannot be used: {exc.strerror}.")
        _discard_output()
        sys.exit(f"sentiment: Standard output cannot be written: {exc.strerror}.")
    except ModuleNotFoundError as exc:
        if not exc.name or exc.name.partition(".")[0] not in _SERVE:
            raise
        sys.exit(f"sentiment: This needs {exc.name}: run `pip install 'tweet-sentiment[serve]'`")
    except (ArtifactError, RuntimeError, ValueError) as exc:
        sys.exit(f"sentiment: {terminal.clean(str(exc))}")
    except KeyboardInterrupt:
        sys.exit(130)  # as a shell reports it: 128 + SIGINT


def _run(asked: argparse.Namespace) -> None:
    if asked.command == "serve":
        from predict.http import server  # only this command needs uvicorn, which is heavy

        server.serve(_serving(asked))
        return
    if sys.stdout is None:
        raise ValueError("Standard output is closed: connect it to a terminal, a file or a pipe.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may not have every character
    _COMMANDS[asked.command](asked)


def _discard_output() -> None:
    """Let the last flush, when the process ends, not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class _Parser(argparse.ArgumentParser):
    """Its errors may show arguments."""

    def error(self, message: str) -> NoReturn:
        super().error(terminal.clean(message))


def _describe_settings() -> str:
    lines = [
        f"  {field.upper():<15} {'none' if default in (None, '', ()) else default}"
        for field, default in Settings._field_defaults.items()
    ]
    return "\n".join(
        [
            "environment variables, and their values if they are not set:",
            *lines,
            "",
            "docs/settings.md explains them.",
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "sentiment",
        description="Is a tweet positive or negative?",
        epilog=_describe_settings(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    predict = commands.add_parser("predict", help="print label, probability of positive, and text")
    predict.add_argument(
        "text", nargs="+", type=_text, help="a text each, or - for the lines of standard input"
    )
    explain = commands.add_parser("explain", help="print what each part of a text adds to its answer")
    explain.add_argument("text", nargs="+", type=_text, help="a text each")
    score = commands.add_parser("score", help="score a file of tweets")
    score.add_argument(
        "source",
        help="a file, a folder, a URL such as s3://bucket/key or s3://bucket/in/, or - for standard input",
    )
    score.add_argument(
        "-o", "--output", help="a file, a folder or a URL (default: beside the source, with .scored)"
    )
    score.add_argument("--processes", type=_count, help="processes that predict (default: one for each core)")
    events = commands.add_parser("events", help="list sample events and their doors, or print one")
    events.add_argument("name", nargs="?", help="of a sample")
    commands.add_parser("invoke", help="answer the event on standard input, as the image does in Lambda")
    follow.add_arguments(commands.add_parser("bulk", help="score whole prefixes of a bucket in AWS"))
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
    doctor = commands.add_parser("doctor", help="examine a built image as Lambda will run it")
    doctor.add_argument("image", help="as `docker run` names it")
    package = commands.add_parser(
        "package",
        help="turn a fitted pipeline of scikit-learn into an artifact",
        description="Turn a fitted text classifier of scikit-learn into an artifact, and prove first that it "
        "gives the same answers. A file of joblib is code, which this command runs: package only files that "
        "you trust.",
    )
    package.add_argument("pipeline", type=Path, help="a file that joblib.dump wrote")
    package.add_argument("--name", required=True, help="of the model, as its answers show it")
    package.add_argument("--texts", type=Path, help="a file of your own texts, to compare on those too")
    package.add_argument("--positive", metavar="LABEL", help="the positive one of two classes")
    package.add_argument("-o", "--output", type=Path, help="the new folder (default: the name)")
    package.add_argument(
        "--pickle",
        action="store_true",
        help="keep the file as it is; serving it needs scikit-learn and trust",
    )
    evaluate = commands.add_parser("evaluate", help="measure models on a labelled file of your own")
    evaluate.add_argument("file", type=Path, help="CSV or JSON Lines, with a label in each row")
    evaluate.add_argument(
        "--model", action="append", default=[], help="a name or a folder; may be repeated (default: MODEL)"
    )
    evaluate.add_argument("--label", metavar="COLUMN", help="that holds the labels")
    evaluate.add_argument(
        "--positive", metavar="LABEL", help="the positive label in the file; others are negative"
    )
    evaluate.add_argument(
        "--skip", metavar="LABEL", action="append", default=[], help="leave these rows out; may be repeated"
    )
    evaluate.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw calibration and accuracy (.svg, .png)"
    )
    evaluate.add_argument(
        "--recalibrate",
        metavar="FOLDER",
        help="write an artifact with a new line and threshold for these rows",
    )
    redrive = commands.add_parser("redrive", help="list what failed for good, and send it back")
    redrive.add_argument("queue", help="a dead-letter queue or failure destination: its name or URL")
    redrive.add_argument("--reason", default="", help="only those whose reason contains this")
    redrive.add_argument("--send", action="store_true", help="send them back (default: only list them)")
    completion = commands.add_parser(
        "completion", help="print a script that lets your shell complete this command"
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    for command in (predict, explain, score, events, cost, doctor, evaluate):
        command.add_argument("--json", action="store_true", help="print JSON")
    _add_serve(commands.add_parser("serve", help="serve over HTTP"))
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 for all interfaces (default: %(default)s)"
    )
    serve.add_argument("--port", type=_port, help="(default: AIP_HTTP_PORT, else PORT, else 8000)")
    serve.add_argument(
        "--workers", default=1, type=_count, help="processes that share the port (default: %(default)s)"
    )
    serve.add_argument(
        "--tls-cert", type=Path, metavar="FILE", help="serve HTTPS with this certificate, in PEM"
    )
    serve.add_argument("--tls-key", type=Path, metavar="FILE", help="its key, in PEM, without a password")
    serve.add_argument(
        "--access-log",
        choices=("text", "json", "none"),
        default="text",
        help="what to print for each answer (default: %(default)s)",
    )
    serve.add_argument(
        "--user", type=_user, metavar="ID", help="give up root for this user once the port and key are open"
    )


def _serving(asked: argparse.Namespace) -> "server.Serving":
    from predict.http.server import Serving

    if (asked.tls_cert is None) != (asked.tls_key is None):
        raise ValueError("--tls-cert and --tls-key belong together: give both, or none.")
    return Serving(
        asked.host, asked.port, asked.workers, asked.tls_cert, asked.tls_key, asked.access_log, asked.user
    )


def _port(value: str) -> int:
    try:
        return limits.parse_port(value)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def _count(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= 1_024:
        raise argparse.ArgumentTypeError("must be a number from 1 to 1024")
    return int(value)


def _user(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or int(value) >= 2**31:
        raise argparse.ArgumentTypeError("must be the number of a user")
    return int(value)


def _share(value: str) -> float:
    try:
        return limits.parse_probability(value)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def _find_samples() -> dict[str, Path]:
    return {path.stem: path for path in sorted(SAMPLES.glob("*.json"))}


def _events(name: str | None, as_json: bool) -> None:
    samples = _find_samples()
    if name in samples:
        sys.stdout.buffer.write(samples[name].read_bytes())
        return
    if name is not None:
        raise ValueError(f"there is no sample event {name!r}: `sentiment events` lists them")
    doors = {sample: sources.find_door(json.loads(path.read_bytes())) for sample, path in samples.items()}
    if as_json:
        print(json.dumps(doors, indent=2))
    elif console := terminal.find(sys.stdout):
        terminal.show_table(console, ["sample", "door"], doors.items(), words=2)
    else:
        print("\n".join("\t".join(row) for row in doors.items()))


def _invoke() -> None:
    from obstore.exceptions import BaseError  # only this command needs a store

    from predict import dispatcher, store
    from predict.telemetry.line import OPEN, Line, encode

    event, line = _read_event(), Line("")
    token = OPEN.set(line)
    try:
        answer = dispatcher.handler(event, LocalContext())
    except UnreadableRecordError as exc:
        raise ValueError(f"The event {exc}") from exc
    except (BaseError, OSError) as exc:
        raise ValueError(f"The store failed: {store.reason(exc)}") from exc
    finally:
        OPEN.reset(token)
        if line.counts:
            print(encode(line.describe(None, {})), file=sys.stderr)
    print(json.dumps(answer))
    objects, failed = (
        found if isinstance(found := answer.get(name), list) else []
        for name in ("objects", "batchItemFailures")
    )
    if refused := sum("error" in summary for summary in objects):
        raise ValueError(f"The door refused {refused} of {len(objects)} objects: the answer says why.")
    if failed:
        raise ValueError(f"The door gave {len(failed)} records back: the line of counts says why.")


def _read_event() -> Any:
    source = _input("an event as JSON")
    try:
        content = source.read()
    except OSError as exc:
        raise ValueError(f"Standard input cannot be read: {exc.strerror}.") from exc
    if not content:
        raise ValueError("Standard input is empty: send an event as JSON to it.")
    try:
        return strict_json.loads(content.decode(_encoding(content)))
    except UnicodeDecodeError as exc:
        raise ValueError(
            f"The event is not {exc.encoding.upper()} at byte {exc.start}: send it in UTF-8."
        ) from exc
    except strict_json.NotJsonError as exc:
        raise ValueError(f"The event {exc}.") from exc


def _cost(own: Path | None, cold: float, as_json: bool) -> None:
    from predict.cost import measured, prices, table  # only this command needs them

    basis = prices.read(own or prices.FILE), measured.read(), cold
    if as_json:
        print(json.dumps(table.as_json(*basis), indent=2))
    elif console := terminal.find(sys.stdout):
        terminal.show_table(console, table.HEAD, table.list_rows(*basis), table.describe_basis(*basis))
    else:
        print(table.write(*basis))


def _score(source: str, output: str | None, processes: int | None, as_json: bool) -> None:
    from predict import score  # only this command needs files

    if source == "-":
        _input("tweets as CSV or JSON")
    if not score.run(source, output, processes, as_json):
        sys.exit(1)


def _predict(texts: Iterable[str], as_json: bool) -> None:
    model, settings = warm.load_model()
    for text in texts:
        [answer] = model.predict([text], settings.threshold, settings.uncertain)
        if as_json:
            print(json.dumps({"text": text, **answer.as_json()}), flush=True)
        else:
            print(answer.label, f"{answer.probability:.4f}", terminal.clean_line(text), sep="\t", flush=True)


def _explain(texts: Iterable[str], as_json: bool) -> None:
    from predict import explain  # only this command needs it
    from predict.dialects import native

    model, settings = warm.load_model()
    for text in texts:
        [answer] = model.predict([text], settings.threshold, settings.uncertain)
        if as_json:
            explanation = native.explain(model, text)
            print(json.dumps({"text": text, **answer.as_json(), "explanation": explanation}), flush=True)
        else:
            explain.show(text, model, answer)


def _text(argument: str) -> str:
    """An argument read as UTF-8, whatever the locale is."""
    try:
        return os.fsencode(argument).decode(errors="surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair, which only Python can pass
        return argument


def _lines() -> Iterator[str]:
    source = _input("texts, one in a line")
    try:
        encoding = _encoding(source.peek(4))
        for line in io.TextIOWrapper(source, encoding, errors="replace", newline="\n"):
            yield line.rstrip("\r\n")
    except OSError as exc:
        raise ValueError(f"Standard input cannot be read: {exc.strerror}.") from exc


def _encoding(content: bytes) -> str:
    """That of Unicode: from its mark, or from the first characters if both are ASCII; else UTF-8."""
    found = json.detect_encoding(content[:4])
    zeros = [place for place, byte in enumerate(content[:4]) if byte == 0]
    return "utf-8" if found.endswith(("be", "le")) and zeros not in ([0, 2], [1, 3]) else found


def _input(what: str) -> io.BufferedReader:
    """Standard input, which a person at a terminal is asked for."""
    if sys.stdin is None:
        raise ValueError(f"Standard input is closed: send {what} to it.")
    if sys.stdin.isatty():
        print(f"sentiment: Type {what}, then Ctrl-D on a line of its own.", file=sys.stderr)
    return cast(io.BufferedReader, sys.stdin.buffer)


def _complete(shell: str) -> None:
    from predict import completion  # only this command needs it

    print(completion.write(_parser(), shell, _find_samples()))


def _evaluate(asked: argparse.Namespace) -> None:
    from predict import evaluate  # only this command needs NumPy

    evaluate.run(asked, settings.read())


def _package(asked: argparse.Namespace) -> None:
    from predict import package  # only this command needs scikit-learn

    package.run(asked.pipeline, asked.name, asked.texts, asked.positive, asked.output, asked.pickle)


def _doctor(asked: argparse.Namespace) -> None:
    from predict import doctor  # only this command runs containers

    doctor.run(asked.image, asked.json)


def _redrive(asked: argparse.Namespace) -> None:
    from predict import redrive  # only this command calls AWS

    redrive.run(asked.queue, asked.reason, asked.send)


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "bulk": follow.run,
    "completion": lambda asked: _complete(asked.shell),
    "cost": lambda asked: _cost(asked.prices, asked.cold, asked.json),
    "doctor": _doctor,
    "evaluate": _evaluate,
    "events": lambda asked: _events(asked.name, asked.json),
    "explain": lambda asked: _explain(asked.text, asked.json),
    "invoke": lambda _: _invoke(),
    "package": _package,
    "predict": lambda asked: _predict(_lines() if asked.text == ["-"] else asked.text, asked.json),
    "redrive": _redrive,
    "score": lambda asked: _score(asked.source, asked.output, asked.processes, asked.json),
}


if __name__ == "__main__":
    main()
