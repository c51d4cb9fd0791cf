"""The least that a handler can do."""


def handler(event: object, context: object) -> dict[str, str]:
    return {"status": "ok"}
