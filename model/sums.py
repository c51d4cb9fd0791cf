"""The fast way through a text for predictions: it adds up weights without naming their features.

model/ngrams.py says what the features are. All features of a token except its bigrams depend on the token
alone, so the sum of their weights is computed once and cached, together with the weights of the bigrams that
begin with it. A text then costs one look-up for each piece between white space, and one for each bigram.

This is plain Python, and a compiler may make it faster: hatch_build.py calls Cython, which finds the types in
sums.pxd. Python imports the compiled file if there is one for its release. Both give the same bits.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter

from model.phrases import Phrases, State
from nlp.cache import MAX_ENTRIES, MAX_KEY_CHARACTERS, GenerationalCache
from nlp.spelling import normalize
from nlp.tokens import ELONGATED, find_in_normal, negates

NEGATION_SCOPE = 5  # words
START, END = "^", "$"  # of a clause
PART_LENGTHS = range(3, 6)  # characters
WORD_KINDS = ("word", "emoticon")  # the kinds of tokens that count as words
MAX_CACHED_WORDS = 8_192  # in one generation
# Weights are decimals with eight places. Sums are whole numbers of the last place, which floats add without
# an error, so their order does not change the result.
UNIT = 1e8

_ROUND = 1.5 * 2.0**52  # a float that adds this and takes it away again is a whole number
_UNKNOWN = [None, None]
_NO_BIGRAMS: dict[str, float] = {}


class Step:
    """What the fast way knows about a token. The last two change while a text is read.

    `form` is END for a mark, and "" for a handle or an address. `plain` and `negated` are the sums of its
    weights. `tail` has the weights of the bigrams that begin with it, by the form of the next token. A phrase
    may start with it if `state` is there, which is the state after it. `after` is the next token of a piece.
    """

    def __init__(self, form: str, plain: float, negated: float, tail: dict[str, float]) -> None:
        self.form = form
        self.plain = plain
        self.negated = negated
        self.tail = tail
        self.word = False
        self.known = True
        self.negates = False
        self.state: State | None = None
        self.after: Step | None = None

    def before(self, after: "Step | None") -> "Step":
        """Return the same step before another one."""
        step = Step(self.form, self.plain, self.negated, self.tail)
        step.word, step.known, step.negates, step.state = self.word, self.known, self.negates, self.state
        step.after = after
        return step

    def also(self, weight: float) -> "Step":
        """Return the same step with another weight."""
        step = self.before(self.after)
        step.plain += weight
        step.negated += weight
        return step


class Sums:
    """Adds up the weights in a text. `weights[kind][form]` is the weight of a feature, with eight places."""

    def __init__(
        self, weights: Mapping[str, Mapping[str, float]], max_cached_pieces: int = MAX_ENTRIES
    ) -> None:
        self._weights = weights
        self._neutral = weights["neutral"]
        self._parts = weights["part"]
        self._phrases = Phrases(weights["phrase"], weights["class"])
        self._bigrams = sorted(weights["bigram"])
        self._tails: dict[str, dict[str, float]] = {}
        self._first = self._tail(START)
        self._words = GenerationalCache(self._read_word, min(max_cached_pieces, MAX_CACHED_WORDS))
        self._cache = GenerationalCache(self._read_piece, max_cached_pieces)

    def total(self, text: str) -> tuple[float, int, int]:
        """Return the sum of the weights, the number of words (at least 1), and of those that are known."""
        total = mark = 0.0  # the phrase replaces what was added since the sum was `mark`
        n = unknown = scope_end = 0  # words before the number `scope_end` are negated
        state = None  # of the phrase that has begun
        bigrams = self._first
        for piece in text.split():
            step = self._cache[piece]
            while step is not None:
                added = step.negated if n < scope_end else step.plain
                if step.form:
                    weight = bigrams.get(step.form, 0.0)
                    added += weight
                    bigrams = step.tail
                    if step.word:
                        n += 1
                        unknown += not step.known
                        if state is not None:
                            state = state[step.form]
                            if state is not None and state.phrase:
                                total, added = mark + _add([self._weights["phrase"][state.phrase]], 0.0), 0.0
                                scope_end = 0
                        if step.negates:
                            scope_end = n + NEGATION_SCOPE
                        if state is None:
                            state, mark = step.state, total
                    else:
                        scope_end, state = 0, None
                total += added
                step = step.after
        weight = bigrams.get(END, 0.0)
        total += weight
        return total / UNIT, n or 1, n - unknown

    def _read_piece(self, piece: str) -> Step | None:
        """Return the first step. Words have a cache of their own: "love", "Love!" and "LOVE." share one.

        The commonest pieces, which are a word of letters with marks after it or a handle, take a shortcut.
        """
        if not piece.isascii() or "&" in piece:
            piece = normalize(piece)
        word = piece.rstrip("!?.,")
        if word[:1].isalpha() and word[-1:].isalpha():
            letters = word.replace("'", "")
            form = letters.casefold()
            # The word contains no emoticon, is no address, and is not elongated.
            if letters.isalpha() and form != "www" and not ELONGATED.search(form):
                step = self._words[form]
                if len(word) > 1 and word.isupper():
                    step = step.also(self._signal("capitals"))
                return step if len(word) == len(piece) else step.before(self._cache[piece[len(word) :]])
        elif piece.startswith("@") and piece[1:].isalnum():
            return Step("", self._signal("handle"), self._signal("handle"), self._first)
        first = None
        for _, _, kind, form, signals in reversed(find_in_normal(piece)):
            step = self._words[form] if kind == "word" else self._read_other(kind, form)
            for signal in signals:
                step = step.also(self._signal(signal))
            first = step.before(first)
        return first

    def _read_word(self, form: str) -> Step:
        """Sum up the weights of the features that `own_features` names, plain and negated.

        The method repeats the rules of `own_features`, because naming every feature twice would take most of
        the time of a new word: it has dozens of parts, and they are the same in both sums.
        """
        if form in self._neutral:
            return self._begin(Step(form, 0.0, 0.0, self._tail(form)))
        word, valence = self._weights["word"], self._weights["valence"]
        plain = [word.get(form), valence.get(form)]
        negated = [word.get(f"not_{form}"), self._weights["negated valence"].get(form)]
        known, common = self._parts, 0.0
        for part in parts(form):
            if part in known:
                weight = known[part]
                common += weight
        step = Step(form, _add(plain, common), _add(negated, common), self._tail(form))
        step.known = plain != _UNKNOWN or negated != _UNKNOWN
        return self._begin(step)

    def _read_other(self, kind: str, form: str) -> Step:
        """Return the step of a token that is no word. Emoticons are never negated."""
        if kind != "emoticon":
            return Step(END if kind == "mark" else "", 0.0, 0.0, self._first)
        found = [self._weights["word"].get(form), self._weights["valence"].get(form)]
        if form in self._neutral:
            found = [0.0]
        total = _add(found, 0.0)
        step = Step(form, total, total, self._tail(form))
        step.known = found != _UNKNOWN
        return self._begin(step)

    def _begin(self, step: Step) -> Step:
        """Complete the step of a word or an emoticon: it may begin the scope of a negator, or a phrase."""
        step.word, step.negates = True, negates(step.form)
        if step.negates or step.form in self._phrases.first.after:
            step.state = self._phrases.first[step.form]
        return step

    def _signal(self, signal: str) -> float:
        return _add([self._weights["signal"].get(signal)], 0.0)

    def _tail(self, form: str) -> dict[str, float]:
        """Return the weights of the bigrams that begin with a word, by their second words."""
        if form in self._tails:
            return self._tails[form]
        first = f"{form} "
        place, end = 0, len(self._bigrams)  # of the first bigram that does not come before it
        while place < end:
            middle = (place + end) // 2
            if self._bigrams[middle] < first:
                place = middle + 1
            else:
                end = middle
        tail: dict[str, float] = {}
        while place < len(self._bigrams) and self._bigrams[place].startswith(first):
            bigram = self._bigrams[place]
            tail[bigram[len(first) :]] = _add([self._weights["bigram"][bigram]], 0.0)
            place += 1
        if not tail:
            return _NO_BIGRAMS
        self._tails[form] = tail  # there are no more of them than of bigrams
        return tail


def _add(weights: list[float | None], others: float) -> float:
    """Return the sum in the unit of the sums, as a whole number."""
    for weight in weights:
        if weight is not None:
            others += weight
    return others * UNIT + _ROUND - _ROUND


def parts(form: str) -> tuple[str, ...]:
    """Return the parts of a word. The only part of a word of one letter is the whole word."""
    marked = f"{START}{form}{END}"
    if len(form) == 1:
        return (marked,)
    if len(marked) > MAX_KEY_CHARACTERS:  # a cutter that is used once costs more than it saves
        return tuple([marked[i : i + part] for part in PART_LENGTHS for i in range(len(marked) - part + 1)])
    return _make_cutter(len(marked))(marked)


@lru_cache(maxsize=MAX_KEY_CHARACTERS)
def _make_cutter(length: int) -> Callable[[str], tuple[str, ...]]:
    """Return a function that cuts a word of that length into its parts by one call of C code."""
    return itemgetter(*(slice(i, i + part) for part in PART_LENGTHS for i in range(length - part + 1)))
