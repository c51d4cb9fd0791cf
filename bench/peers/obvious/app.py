"""The obvious stack: FastAPI, Mangum, and a pipeline of scikit-learn and NLTK. joblib loads the pipeline."""

from pathlib import Path

import joblib
from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel

pipeline = joblib.load(Path(__file__).with_name("pipeline.joblib"))
app = FastAPI()


class Tweets(BaseModel):
    texts: list[str]


@app.post("/predict")
def predict(tweets: Tweets) -> list[dict[str, str | float]]:
    return [
        {"label": "positive" if probability >= 0.5 else "negative", "probability": probability}
        for probability in pipeline.predict_proba(tweets.texts)[:, 1].tolist()
    ]


handler = Mangum(app, lifespan="off")
