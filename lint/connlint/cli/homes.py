"""The connectors that a command works on, with their evidence and the folder of their fixtures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from connlint.cli.options import fail

if TYPE_CHECKING:
    from connlint.connector.model import Connector
    from connlint.evidence.bundle import Evidence


class Home(NamedTuple):
    """A connector with its evidence, its own path and its fixtures' folder, and what people call the two."""

    path: Path
    connector: Connector
    evidence: Evidence
    fixtures: Path
    shown: str
    shown_fixtures: str


def load_homes(path: Path, contract: Path | None, events: Path | None, fixtures: Path | None) -> list[Home]:
    """The connectors at a path. Ends the run where there is none."""
    from connlint.config import BrokenConfig, shown
    from connlint.discovery import NoSuchPath
    from connlint.evidence.location import home_of
    from connlint.run import Request, absolute, open_all

    working = Path.cwd()
    for option, given in (("--contract", contract), ("--events", events)):
        if given is not None and not given.exists():
            fail(f"{option}: no such file: {given}")
    request = Request(
        paths=(path,),
        working=working,
        contract=absolute(contract, working) if contract is not None else None,
        events=absolute(events, working) if events is not None else None,
        fixtures=absolute(fixtures, working) if fixtures is not None else None,
    )
    try:
        opened, _ = open_all(request)
    except (NoSuchPath, BrokenConfig) as error:
        fail(str(error))
    if not opened:
        fail(f"no connector in {path}")
    homes = []
    for one in opened:
        found = one.found
        folder = request.fixtures or one.settings.fixtures or home_of(found.path, found.is_page) / "fixtures"
        connector, evidence = one.loaded.connector, one.loaded.evidence
        homes.append(Home(found.path, connector, evidence, folder, one.path, shown(folder, working)))
    return homes
