"""A FastAPI app that returns a constant."""

from fastapi import FastAPI

app = FastAPI()


@app.post("/predict")
async def predict() -> dict[str, str]:
    return {"status": "ok"}
