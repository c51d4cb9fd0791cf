"""Measure the default model compiled and as plain Python, beside VADER.

Each runs in a process of its own and on one core. The garbage collector passes by what was made before the
time starts.
"""

import json
import tempfile
from functools import partial
from pathlib import Path

import model.sums
from bench import process, tweets
from bench.figures import Figure, Goal, LeftOutError, compare, interleave

PEER = "VADER"
KNOWN, NEW = "words read before", "first reading"
GOALS = {
    f"compiled, {KNOWN}": Goal("ratio", 7, at_least=True),
    f"compiled, {NEW}": Goal("ratio", 1.2, at_least=True),
    f"plain Python, {KNOWN}": Goal("ratio", 4, at_least=True),
    f"plain Python, {NEW}": Goal("ratio", 0.9, at_least=True),
}

_START = """
import gc, importlib.util, json, os, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
texts = json.load(open(sys.argv[1], encoding="utf-8"))

def rate(make, rounds):
    rates = []
    for _ in range(rounds):
        call = make()
        gc.collect()
        gc.freeze()
        started = time.process_time()
        call(texts)
        rates.append(len(texts) / (time.process_time() - started))
    return max(rates)
"""
_VADER = """
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
vader = SentimentIntensityAnalyzer()
answer = rate(lambda: lambda batch: [vader.polarity_scores(text) for text in batch], 3)
"""
_PLAIN = """
source = os.path.join(os.path.dirname(importlib.util.find_spec("model").origin), "sums.py")
spec = importlib.util.spec_from_file_location("model.sums", source)
sys.modules["model.sums"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
"""
_KNOWN = """
import model
served = model.load("lexicon_ngrams")
served.predict(texts)
answer = rate(lambda: served.predict, 7)
"""
_NEW = """
import model
answer = rate(lambda: model.load("lexicon_ngrams").predict, 5)
"""


def measure() -> list[Figure]:
    """Return tweets a second of processor time. Raises LeftOutError where nothing is compiled."""
    if str(model.sums.__file__).endswith(".py"):
        raise LeftOutError("model/sums.py is not compiled")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts.json")
        path.write_text(json.dumps(tweets.load()[0]), encoding="utf-8")
        scripts = {
            PEER: _VADER,
            f"compiled, {KNOWN}": _KNOWN,
            f"compiled, {NEW}": _NEW,
            f"plain Python, {KNOWN}": _PLAIN + _KNOWN,
            f"plain Python, {NEW}": _PLAIN + _NEW,
        }
        calls = {name: partial(_run, script, path) for name, script in scripts.items()}
        return compare(PEER, "tweets/s", interleave(calls), GOALS)


def _run(script: str, texts: Path) -> float:
    rate, _ = process.run(_START + script, str(texts))
    return float(rate)
