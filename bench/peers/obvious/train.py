"""Train the pipeline: `python train.py TWEETS.json`.

The file is a list of texts. The labels are arbitrary, because they do not change the speed.
"""

import json
import sys
from pathlib import Path

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from words import split

texts = json.loads(Path(sys.argv[1]).read_text())
pipeline = make_pipeline(TfidfVectorizer(tokenizer=split, token_pattern=None), LogisticRegression())
pipeline.fit(texts, [place % 2 for place in range(len(texts))])
joblib.dump(pipeline, Path(__file__).with_name("pipeline.joblib"))
