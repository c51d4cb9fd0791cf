"""A handler that returns a constant."""


def handler(_event: object, _context: object) -> dict[str, str]:
    return {"status": "ok"}
