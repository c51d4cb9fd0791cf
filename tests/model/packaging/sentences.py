"""A small corpus of our own: sentences of three classes, with emoji, accents and line ends."""

from itertools import product

_SUBJECTS = ("The train", "My café", "this film", "Our new flat", "the weather in Zürich", "@joe's band")
_VERDICTS = {
    "good": ("is great :)", "is really lovely", "made me so happy!", "is not bad at all", "rocks 😂😂"),
    "bad": ("is awful :(", "is not good", "made me cry", "is so bad!!!", "never works"),
    "plain": ("is at 10:30", "has two doors", "comes from İzmir", "is it open?", "starts on Monday"),
}
_ENDS = ("", " today", "\nsee http://t.co/x", "  #news", " or so they say", ", don't you think")

_ALL = [
    (f"{subject} {verdict}{end}", label)
    for (subject, end), place in zip(product(_SUBJECTS, _ENDS), range(36), strict=True)
    for label, verdicts in _VERDICTS.items()
    for verdict in (verdicts[place % 5], verdicts[(place * 2 + 1) % 5])
]
TEXTS = [text for text, _ in _ALL]
THREE = [label for _, label in _ALL]
# Of two classes: what is plain is half good and half bad, so no class is certain.
TWO = [{"good": 1, "bad": 0}.get(label, place % 2) for place, label in enumerate(THREE)]
