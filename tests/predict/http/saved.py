"""The copy of the OpenAPI description in docs/. `python -m tests.predict.http.saved` writes it."""

import json
from pathlib import Path

from fastapi.testclient import TestClient

import model
from model import Classifier
from predict.http import app
from predict.settings import Settings

PATH = Path(__file__).parents[3] / "docs" / "openapi.json"


def write(served: Classifier) -> str:
    """The description as the app gives it, but a member a line."""
    described = TestClient(app.build(served, Settings())).get("/openapi.json").json()
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(write(model.load(Settings().model)), encoding="utf-8")
