"""Phrases: neighbouring words of a clause that mean something else together, such as "can't wait".

A pattern has places, each with a word in its normal form, or several with bars between them ("cant|cannot
wait"). Nothing after a bar means that there may be no word. A sign stands for any word of a class:

    ~    a negator
    +    a positive word          -    a negative word
    >    a comparison upwards, such as "better"        <    a comparison downwards, such as "worse"
    *    any number of words that add little, such as "so" and "the"

A text is read word by word. A state knows the patterns that have begun, and what comes next in each. Of
phrases that start with the same word, the longest one counts; of two with the same words, the one with more
words in its pattern. A new phrase starts only where no other one can go on.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Optional

from nlp.tokens import negates

NEGATOR, FILLER = "~", "*"
SIGNS = {1.0: "+", -1.0: "-", 2.0: ">", -2.0: "<", 0.0: FILLER}  # by the number of a class in the artifact
MAX_KEPT = 20_000  # steps from a state to the next one; beyond, they are found again

_Item = tuple[int, int]  # a pattern, and its place that comes next


class State(dict[str, Optional["State"]]):
    """What may come next. `state[form]` is the state after one more word, or None if no phrase goes on so.

    `phrase` is the pattern that ends here, or "". The steps that were taken are kept, as in a dictionary.
    """

    def __init__(self, phrases: "Phrases", items: frozenset[_Item], phrase: str) -> None:
        self._phrases = phrases
        self._items = items
        self.phrase = phrase

    def __bool__(self) -> bool:
        return True

    def __missing__(self, form: str) -> Optional["State"]:
        return self._phrases.follow(self, self._items, form)


class Phrases:
    """Finds phrases. `classes` has the number of the class of each word that has one.

    `first` is the state before the first word of a phrase.
    """

    def __init__(self, patterns: Iterable[str], classes: Mapping[str, float]) -> None:
        self._classes = classes
        self._patterns = sorted(patterns, key=_rank)
        self._places = [[place.split("|") for place in pattern.split(" ")] for pattern in self._patterns]
        self._words = {word for places in self._places for place in places for word in place if word}
        self._states: dict[frozenset[_Item], State] = {}
        self._kept = 0
        self.first = self._at({(number, 0) for number in range(len(self._places))})

    def takes_part(self, form: str) -> bool:
        """Whether a word may stand in a phrase. After any other word no phrase goes on."""
        return form in self._words or form in self._classes or negates(form)

    def follow(self, state: State, items: Iterable[_Item], form: str) -> State | None:
        """Return the state after one more word, and keep it in `state`."""
        names = {form}
        if form in self._classes:
            names.add(SIGNS[self._classes[form]])
        if negates(form):
            names.add(NEGATOR)
        after = set[_Item]()
        for number, place in items:
            places = self._places[number]
            if place < len(places) and not names.isdisjoint(places[place]):
                after.add((number, place if FILLER in places[place] else place + 1))
        found = self._at(after) if after else None
        if self._kept < MAX_KEPT:
            self._kept += 1
            state[form] = found
        return found

    def _at(self, items: Iterable[_Item]) -> State:
        reached = frozenset(item for each in items for item in self._skip(*each))
        if reached not in self._states:
            ended = [number for number, place in reached if place == len(self._places[number])]
            self._states[reached] = State(self, reached, self._patterns[min(ended)] if ended else "")
        return self._states[reached]

    def _skip(self, number: int, place: int) -> Iterator[_Item]:
        """Yield the item, and those behind the places that may have no word."""
        places = self._places[number]
        yield number, place
        while place < len(places) and ("" in places[place] or FILLER in places[place]):
            place += 1
            yield number, place


def _rank(pattern: str) -> tuple[int, str]:
    """Patterns with more words come first."""
    places = pattern.split(" ")
    return -sum(any(map(str.isalpha, place.split("|"))) for place in places), pattern
