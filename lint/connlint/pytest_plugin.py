"""The pytest plugin: a connector's mock in this process, for the tests of what talks to it.

    @pytest.mark.connlint("connectors/chatgpt")
    def test_asks_once(connlint_mock):
        my_code(base_url=connlint_mock.url)
        connlint_mock.assert_requested("chat_completions.create", json={"model": "gpt-4o"}, times=1)

The marker's arguments are those of `MockServer.of`; without a marker the connector is the one that the ini
option `connlint_connector` names. One server is started for each set of arguments; it forgets what came in
before each test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from connlint.mock.inprocess import MockServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("connlint_connector", "the connector that the fixture connlint_mock serves")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "connlint(path, **options): the connector that connlint_mock serves, and how"
    )


@pytest.fixture(scope="session")
def _connlint_servers() -> Iterator[dict[str, MockServer]]:
    """The servers of this session, by their arguments."""
    servers: dict[str, MockServer] = {}
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture
def connlint_mock(
    request: pytest.FixtureRequest, _connlint_servers: dict[str, MockServer]
) -> Iterator[MockServer]:
    """The mock of a connector, serving, with nothing in its journal."""
    from connlint.mock.extra import MissingExtra, require

    try:
        require("uvicorn", "httpx2", "python_multipart")
    except MissingExtra as error:
        pytest.fail(str(error).replace("[mock]", "[pytest]"), pytrace=False)
    from connlint.mock.inprocess import MockServer, NoSuchConnector
    from connlint.mock.opening import BrokenFixtures

    marker = request.node.get_closest_marker("connlint")
    named = str(request.config.getini("connlint_connector") or "")
    options = dict(marker.kwargs) if marker is not None else {}
    if marker is not None and marker.args:
        path = str(request.config.rootpath / str(marker.args[0]))
    elif named:
        path = str(request.config.rootpath / named)
    else:
        pytest.fail(
            "which connector? Mark the test with @pytest.mark.connlint(PATH), or set the ini option "
            "connlint_connector",
            pytrace=False,
        )
    key = repr((path, sorted(options.items())))
    if key not in _connlint_servers:
        try:
            _connlint_servers[key] = MockServer.of(path, **options).start()
        except BrokenFixtures as error:
            pytest.fail("\n".join(error.findings), pytrace=False)
        except NoSuchConnector as error:
            pytest.fail(str(error), pytrace=False)
    server = _connlint_servers[key]
    before = server.webhook_url
    server.reset()
    yield server
    server.webhook_url = before
