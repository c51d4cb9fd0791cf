"""Measure tweets a second on one core: every artifact, compiled and as plain Python, and other libraries.

Each runs in a process of its own, and its processor time counts. The garbage collector passes by what was
made before the time starts: one full collection of what libraries keep would double a figure.
"""

import json
import tempfile
from functools import partial
from pathlib import Path

import model.sums
from bench import process, tweets
from bench.figures import Figure, Goal, compare, interleave
from model.training.models import MODELS

PEER = "VADER"
DEFAULT = "lexicon_ngrams"
KNOWN, NEW, PLAIN = ", words read before", ", first reading", ", plain Python"
GOALS = {
    f"{DEFAULT}{KNOWN}": Goal("ratio", 9, at_least=True),
    f"{DEFAULT}{NEW}": Goal("ratio", 2.5, at_least=True),
    f"frequency{KNOWN}": Goal("ratio", 14, at_least=True),
    f"{DEFAULT}{PLAIN}{KNOWN}": Goal("ratio", 4, at_least=True),
    f"{DEFAULT}{PLAIN}{NEW}": Goal("ratio", 0.9, at_least=True),
}

_START = """
import gc, importlib.util, json, os, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
texts = json.load(open(sys.argv[1], encoding="utf-8"))

def rate(make, rounds, texts=texts):
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
_PLAIN = """
source = os.path.join(os.path.dirname(importlib.util.find_spec("model").origin), "sums.py")
spec = importlib.util.spec_from_file_location("model.sums", source)
sys.modules["model.sums"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
"""
_KNOWN = """
import model
served = model.load("{name}")
served.predict(texts)
answer = rate(lambda: served.predict, 7)
"""
_NEW = """
import model
answer = rate(lambda: model.load("lexicon_ngrams").predict, 5)
"""
_PEERS = {
    PEER: """
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
vader = SentimentIntensityAnalyzer()
answer = rate(lambda: lambda batch: [vader.polarity_scores(text) for text in batch], 3)
""",
    "TextBlob": """
from textblob import TextBlob
answer = rate(lambda: lambda batch: [TextBlob(text).sentiment for text in batch], 2, texts[:500])
""",
    "the notebook's preprocessing alone": """
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from model.training.notebook import process_tweet
answer = rate(lambda: lambda batch: [process_tweet(t, ENGLISH_STOP_WORDS) for t in batch], 2, texts[:200])
""",
    "TfidfVectorizer and LogisticRegression": """
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
pipeline.fit(texts, [place % 2 for place in range(len(texts))])
answer = rate(lambda: pipeline.predict_proba, 3)
""",
}


def measure() -> list[Figure]:
    """Return tweets a second of processor time. Without a compiler, the default is plain Python."""
    scripts = {
        **_PEERS,
        f"{DEFAULT}{NEW}": _NEW,
        **{f"{name}{KNOWN}": _KNOWN.format(name=name) for name in MODELS},
    }
    if not str(model.sums.__file__).endswith(".py"):
        scripts |= {
            f"{DEFAULT}{PLAIN}{KNOWN}": _PLAIN + _KNOWN.format(name=DEFAULT),
            f"{DEFAULT}{PLAIN}{NEW}": _PLAIN + _NEW,
        }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts.json")
        path.write_text(json.dumps(tweets.load()[0]), encoding="utf-8")
        calls = {name: partial(_run, script, path) for name, script in scripts.items()}
        return compare(PEER, "tweets/s", interleave(calls), GOALS)


def _run(script: str, texts: Path) -> float:
    rate, _ = process.run(_START + script, str(texts))
    return float(rate)
