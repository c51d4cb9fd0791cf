"""Chromium, and the plain server that it visits."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.predict.http.plain_server import Running, serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

Visit = Callable[..., Page]


# Of a module, because no asyncio can run beside Playwright: it ends before the tests of other modules begin.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no chromium: `apt-get install chromium`, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        # A container has no namespaces for the sandbox; all that is visited is our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """It takes three texts in a request, so that a file needs several."""
    with serving(tmp_path_factory.mktemp("browser") / "log", MAX_TEXTS="3", MAX_CHARACTERS="500") as running:
        yield running


@pytest.fixture
def visit(browser: Browser, server: Running) -> Iterator[Visit]:
    """Open the page as a new visitor. Afterwards there is no error, and no request has left the host.

    `refused` counts the answers that are no success: Chromium writes each of them to its console.
    """
    errors: list[str] = []
    requests: list[str] = []
    allowed: list[int] = []
    with ExitStack() as opened:

        def hear(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                errors.append(message.text)

        def note(request: Request) -> None:
            requests.append(request.url)

        def visit(url: str = f"http://127.0.0.1:{server.port}/", refused: int = 0, **options: Any) -> Page:
            context = browser.new_context(**options)
            opened.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("console", hear)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("request", note)
            page.goto(url)
            allowed.append(refused)
            return page

        yield visit
        hosts = {url.split("/")[2].partition(":")[0] for url in requests if url.startswith("http")}
        assert hosts <= {"127.0.0.1"}
        refusals = [error for error in errors if error.startswith("Failed to load resource")]
        assert [error for error in errors if error not in refusals] == []
        assert len(refusals) == sum(allowed)
