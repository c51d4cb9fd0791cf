"""`sentiment completion`: a script that lets a shell complete commands, options, files and samples."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

_NEEDED = "`sentiment completion` needs shtab: run `pip install 'tweet-sentiment[terminal]'`"


def write(parser: argparse.ArgumentParser, shell: str, samples: Iterable[str]) -> str:
    """The script for a parser. Raises ValueError where shtab is not installed."""
    try:
        import shtab  # only this command needs it
    except ImportError as exc:
        raise ValueError(_NEEDED) from exc

    for action in _list_actions(parser):
        if action.type is Path or action.dest == "source":
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest == "name" and not action.option_strings:
            action.choices = sorted(samples)
    return shtab.complete(parser, shell)


def _list_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The arguments of a parser and of its subcommands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _list_actions(command)
