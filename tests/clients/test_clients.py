"""Clients of other servers, unmodified, over a socket to our server, and through events of API Gateway."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from model import Scorecard
from predict.http.service import Service
from predict.settings import Settings
from tests.clients import bridge, uses
from tests.clients.uses import Client, Refused

pytestmark = pytest.mark.slow

PROGRAMS = sorted(path.name for path in uses.PROGRAMS.glob("use_*.py"))


def serve_events(served: Scorecard) -> AbstractContextManager[int]:
    settings = Settings(base_path=uses.BASE_PATH)
    return bridge.serving(Service(served, settings))


HOSTS: dict[str, Callable[[Scorecard], AbstractContextManager[int]]] = {
    "plain server": lambda _served: uses.serving(),
    "events of an HTTP API": serve_events,
}


@pytest.fixture(scope="module", params=HOSTS)
def port(request: pytest.FixtureRequest, served: Scorecard) -> Iterator[int]:
    with HOSTS[request.param](served) as port:
        yield port


@pytest.fixture(scope="module")
def clients(served: Scorecard) -> dict[str, Client]:
    return {client.program: client for client in uses.list_clients(served)}


@pytest.fixture(scope="module")
def reports(port: int, served: Scorecard, clients: dict[str, Client]) -> dict[str, dict[str, Any]]:
    """Those of the clients whose environment is there, by program."""
    return {
        program: uses.run(client, port, served)
        for program, client in clients.items()
        if client.python.exists()
    }


def find(program: str, clients: dict[str, Client], reports: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if program not in reports:
        pytest.skip(f"no environment {clients[program].environment}: run `make clients`")
    return reports[program]


def test_each_program_has_its_uses(clients: dict[str, Client]) -> None:
    assert sorted(clients) == PROGRAMS


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_client_gets_what_it_asks_for_and_hears_why_where_it_is_refused(
    clients: dict[str, Client], reports: dict[str, dict[str, Any]], program: str
) -> None:
    answers = find(program, clients, reports)["answers"]
    assert list(answers) == [use.call for use in clients[program].uses]
    for use in clients[program].uses:
        if isinstance(use.result, Refused):
            assert use.result.text in answers[use.call]
        else:
            assert answers[use.call] == use.result, use.call


def test_the_readme_and_the_page_of_dialects_show_what_the_clients_get(
    clients: dict[str, Client], reports: dict[str, dict[str, Any]]
) -> None:
    versions = {program: find(program, clients, reports)["client"] for program in clients}
    assert uses.split_page()[1] == uses.write(list(clients.values()), versions)
    assert uses.split_readme()[1] == uses.summarize(list(clients.values()), versions)
