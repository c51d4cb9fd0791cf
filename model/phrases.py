"""Phrases: neighbouring words of a clause that mean something else together, such as "can't wait".

A pattern is a phrase in the normal forms of its words. A sign in it stands for any word of a class:

    ~    a negator
    +    a positive word          -    a negative word
    >    a comparison upwards, such as "better"        <    a comparison downwards, such as "worse"
    *    any number of words that add little, such as "so" and "the"

A pattern starts with a word or a negator. A text is read word by word. A cursor holds the patterns that have
begun and may go on. Of phrases that start with the same word, the longest one counts. A new phrase starts
only where no other one can go on.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from nlp.tokens import negates

NEGATOR = "~"
FILLER = "*"
SIGNS = {1.0: "+", -1.0: "-", 2.0: ">", -2.0: "<", 0.0: FILLER}  # by the number of a class in the artifact
_PATTERN, _FILLED = "", " "  # no form is empty or white space

# The next words of all patterns with the same start. A node also has the pattern that ends there, and the
# node of the patterns that go on with fillers, which leads back to itself.
Node = dict[str, Any]
Cursor = tuple[Node, ...]


class Phrases:
    """Finds phrases. `classes` has the number of the class of each word that has one."""

    def __init__(self, patterns: Iterable[str], classes: Mapping[str, float]) -> None:
        self._classes = classes
        self._first: Node = {}
        for pattern in patterns:
            node = self._first
            for word in pattern.split(" "):
                node = node.setdefault(_FILLED if word == FILLER else word, {})
                if word == FILLER:
                    node[FILLER] = node
            node[_PATTERN] = pattern

    def start(self, form: str) -> Cursor:
        """Return the cursor after the first word of a phrase. It is empty if no phrase starts so."""
        return self.follow((self._first,), form) if form in self._first or negates(form) else ()

    def follow(self, cursor: Cursor, form: str) -> Cursor:
        """Return the cursor after one more word. It is empty if no phrase goes on so."""
        names = [form]
        if form in self._classes:
            names.append(SIGNS[self._classes[form]])
        if negates(form):
            names.append(NEGATOR)
        found = []
        for node in cursor:
            for name in names:
                if name in node:
                    found.append(node[name])
                    if _FILLED in node[name]:
                        found.append(node[name][_FILLED])
        return tuple(found)


def find_end(cursor: Cursor) -> str:
    """Return the pattern of the phrase that ends here, or "". Its words count before its signs."""
    for node in cursor:
        if _PATTERN in node:
            pattern: str = node[_PATTERN]
            return pattern
    return ""
