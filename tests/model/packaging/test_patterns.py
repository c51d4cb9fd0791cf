import re

import pytest

from model.packaging.patterns import refuse_slow
from model.packaging.refusals import NotPackagedError

ENDLESS = [r"(?:\w+-?)+(?=[ .:!,]|$)", r"(a|aa)+$", r"(?:[A-Za-z']+\s*)+;", r"(\d+)*x", r"(?:#|##)+!"]
USUAL = [r"\w+", r"[A-Za-z]+(?:'[a-z]+)?", r"(?i)#?(\w+)|[!?]", r"https?://\S+|@\w+|\w+", r"[^\W\d_]{2,}", ""]


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_that_takes_too_long_is_refused(pattern: str) -> None:
    reason = f"its token_pattern {pattern!r} takes more than 1 s for texts of 5,000 characters: write it "
    with pytest.raises(NotPackagedError, match=re.escape(reason)):
        refuse_slow({"token_pattern": pattern, "flags": 0}, seconds=1)


@pytest.mark.parametrize("pattern", USUAL)
def test_a_usual_pattern_is_permitted(pattern: str) -> None:
    refuse_slow({"token_pattern": pattern, "flags": re.IGNORECASE}, seconds=60)
