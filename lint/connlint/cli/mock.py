"""`connlint mock`: the vendor's API without the vendor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connlint.cli.homes import Home, load_homes
from connlint.cli.options import evidence_options, fail, note, say

if TYPE_CHECKING:
    from connlint.mock.app import Mock
    from connlint.mock.journal import Journal
    from connlint.mock.signing import Signer
    from connlint.mock.world import World


@click.command(short_help="Serve a connector's operations from its fixtures.")
@click.argument("path", type=click.Path(path_type=Path), default=Path(), metavar="CONNECTOR")
@evidence_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=int, default=4010, show_default=True, help="The port; 0 takes a free one.")
@click.option("--no-delay", is_flag=True, help="Streams and scenario deliveries without their gaps.")
@click.option("--strict", is_flag=True, help="Refuse what the connector itself would never send.")
@click.option("--webhook-url", metavar="URL", help="Where events are delivered to.")
@click.option(
    "--secret-env",
    "secret_names",
    multiple=True,
    metavar="NAME",
    help="The environment variable that holds the signing secret; repeat it while secrets rotate.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[:RATE]",
    help="429:0.1, 500, latency=300ms:0.5, cut, stall or drop; repeat for several.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Which requests the faults hit.")
@click.option(
    "--journal",
    "journal_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write every request and delivery to a file, one JSON object a line.",
)
@click.option("--no-reload", is_flag=True, help="Do not look for changed files.")
@click.option("--quiet", is_flag=True, help="No line for each request.")
def command(
    path: Path,
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
    host: str,
    port: int,
    no_delay: bool,
    strict: bool,
    webhook_url: str | None,
    secret_names: tuple[str, ...],
    faults: tuple[str, ...],
    seed: int,
    journal_file: Path | None,
    no_reload: bool,
    quiet: bool,
) -> None:
    """Answer a connector's operations from its fixtures, as the vendor would.

    CONNECTOR is a folder, a page or one of its files (default: the current folder). Any credential will do,
    as long as it stands where the connector puts it. What came in and what matched is at /__connlint/.
    Exit status: 0 when it is ended by a signal, 1 where a fixture is broken, 2 where it cannot serve.
    """
    require_extra("uvicorn", "python_multipart")
    from connlint.mock.app import Mock
    from connlint.mock.delivering import BadTarget, Courier, checked_target
    from connlint.mock.faults import BadFault, Faults, read_fault
    from connlint.mock.origin import hosts_of
    from connlint.mock.running import Log, watching
    from connlint.mock.server import CannotListen, listen, serve

    try:
        drawn = Faults([read_fault(text) for text in faults], seed)
        if webhook_url is not None:
            checked_target(webhook_url)
    except (BadFault, BadTarget) as error:
        fail(str(error))

    def load() -> Home:
        return one_home(path, contract, events, fixtures)

    home = load()
    world = opened(home, strict=strict)
    if not world.answered:
        draft_hint(home)
    log = Log()
    journal = make_journal(home, journal_file, None if quiet else log)
    signer, secret = make_signer(home, secret_names)
    courier = Courier(signer, journal=journal)
    try:
        sock = listen(host, port)
    except CannotListen as error:
        journal.close()
        fail(str(error))
    mock = Mock(
        world,
        journal,
        delay=not no_delay,
        faults=drawn,
        courier=courier,
        webhook_url=webhook_url,
        hosts=hosts_of(host),
    )
    port = sock.getsockname()[1]

    def started() -> None:
        for line in greeting(home, world, host, port, webhook_url, secret):
            log(line)
        log.flush()

    async def ended() -> None:
        await mock.close()
        journal.close()
        log.flush()

    watch = None if no_reload else watching(watched(home), reloading(mock, load, log, strict=strict))
    serve(mock, sock, started=started, beside=watch, ended=ended)


def require_extra(*modules: str) -> None:
    """End the run where the extra is not installed."""
    from connlint.mock.extra import MissingExtra, require

    try:
        require(*modules)
    except MissingExtra as error:
        fail(str(error))


def one_home(path: Path, contract: Path | None, events: Path | None, fixtures: Path | None) -> Home:
    """The one connector at a path. Ends the run where there is none, or several."""
    homes = load_homes(path, contract, events, fixtures)
    if len(homes) > 1:
        listed = ", ".join(home.shown for home in homes[:8])
        more = f" and {len(homes) - 8} more" if len(homes) > 8 else ""
        fail(f"{path} holds {len(homes)} connectors: name one of {listed}{more}")
    return homes[0]


def opened(home: Home, *, strict: bool = False) -> World:
    """The connector's mock. Ends the run with status 1 where a fixture is broken."""
    from connlint.mock.opening import BrokenFixtures, open_world

    try:
        return open_world(home.connector, home.evidence, strict=strict)
    except BrokenFixtures as error:
        for line in error.findings:
            say(line, err=True)
        count = len(error.findings)
        note(f"{count} {'fault' if count == 1 else 'faults'} in fixtures: nothing is served until then")
        raise SystemExit(1) from error


def draft_hint(home: Home) -> None:
    """Say how to get fixtures, where there are none."""
    if home.evidence.contract is None:
        note(
            f"no fixtures in {home.shown_fixtures}/: put the vendor's OpenAPI beside the connector as "
            f"contract.json, then `connlint fixtures draft {home.shown}` makes first ones"
        )
    else:
        note(
            f"no fixtures in {home.shown_fixtures}/: `connlint fixtures draft {home.shown}` makes first ones"
        )


def make_journal(home: Home, file: Path | None, log: Callable[[str], None] | None) -> Journal:
    """The journal. Ends the run where its file cannot be written."""
    from connlint.evidence.redaction import Redactor
    from connlint.files import strays
    from connlint.mock.journal import Journal

    if file is not None and strays(file):
        fail(f"{file} leads out of the repository, through a link; nothing is written there")
    try:
        return Journal(lambda: Redactor.of(home.connector, home.evidence.contract), file=file, log=log)
    except OSError as error:
        fail(f"cannot write {file}: {error.strerror}")


def make_signer(home: Home, names: tuple[str, ...]) -> tuple[Signer, str]:
    """What signs deliveries, and the secret if it was made for this run."""
    import os

    from connlint.mock.signing import BadSecret, Signer, new_secret

    signing = home.evidence.events.signing if home.evidence.events is not None else None
    secrets = []
    for name in names:
        secret = os.environ.get(name)
        if not secret:
            fail(f"--secret-env: the environment has no {name}")
        secrets.append(secret)
    made = "" if secrets else new_secret(signing)
    try:
        return Signer(signing, secrets or [made] if secrets or made else []), made
    except BadSecret as error:
        fail(f"{error} ({', '.join(names)})")


def greeting(
    home: Home, world: World, host: str, port: int, webhook_url: str | None, secret: str
) -> list[str]:
    """What is printed once requests are taken."""
    from connlint.mock.delivering import deliverable

    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}{home.connector.base_path}"
    total = sum(1 for _ in home.connector.operations)
    service = home.connector.service
    name = (service.handle if service is not None else None) or home.shown
    events = len(deliverable(home.evidence))
    auth = service is not None and service.auth is not None
    credential = "any credential will do" if auth else "no credential is asked for"
    found = [
        f"{name} on {url}   {len(world.answered)} of {total} operations, {events} events   {credential}",
        f"   journal: http://{shown}:{port}/__connlint/",
    ]
    if webhook_url is not None:
        found.append(
            f"   deliveries: {webhook_url}" + (f"   secret {secret}   (made for this run)" if secret else "")
        )
    if host not in ("127.0.0.1", "localhost", "::1"):
        found.append(
            f"   {host} is not loopback: whoever reaches this machine can call the mock and its pages"
        )
    return found


def watched(home: Home) -> list[Path]:
    """The folders and files whose change means another answer."""
    paths = {home.path, home.fixtures}
    return sorted(path for path in paths if path.exists())


def reloading(
    mock: Mock, load: Callable[[], Home], log: Callable[[str], None], *, strict: bool
) -> Callable[[], None]:
    """What to do when a file changed: read everything again, and keep the old where that fails."""

    def again() -> None:
        from connlint.mock.opening import BrokenFixtures, open_world

        try:
            home = load()
            mock.world = open_world(home.connector, home.evidence, strict=strict)
        except BrokenFixtures as error:
            for line in error.findings[:10]:
                log(line)
            log("the change is not taken: the fixtures as they were before still answer")
        except SystemExit:
            log("the change is not taken: the connector cannot be read")
        else:
            log(f"read again: {len(mock.world.answered)} operations")

    return again
