"""The least that FastAPI can answer."""

from fastapi import FastAPI

app = FastAPI()


@app.post("/predict")
async def constant() -> dict[str, str]:
    return {"status": "ok"}
