"""`connlint record`: fixtures out of real calls."""

from __future__ import annotations

from pathlib import Path

import click

from connlint.cli.options import EXIT_TROUBLE, chosen_day, evidence_options, fail, note, say


@click.command(short_help="Record fixtures: a proxy between a client and the vendor.")
@click.argument("path", type=click.Path(path_type=Path), default=Path(), metavar="CONNECTOR")
@click.option(
    "--upstream",
    required=True,
    metavar="URL",
    help="The vendor's base URL, such as https://api.openai.com/v1.",
)
@evidence_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=int, default=4010, show_default=True, help="The port; 0 takes a free one.")
@click.option("--today", metavar="DATE", help="The day to write into `recorded:` (YYYY-MM-DD).")
def command(
    path: Path,
    upstream: str,
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
    host: str,
    port: int,
    today: str | None,
) -> None:
    """Pass requests on to the vendor, and write what passes as fixtures.

    Credentials (those that the connector's auth names, and text of a known shape) are replaced by stand-ins;
    a file that would still hold one is not written. What was recorded or written by hand before is never
    touched; drafts are replaced. End it with Ctrl-C. Exit status: 0, 1 where something was not written for
    a credential's sake, 2 where it cannot record, or a fixture could not be written.
    """
    from connlint.cli.mock import one_home, require_extra

    require_extra("uvicorn", "httpx2", "python_multipart")
    from connlint.mock.delivering import BadTarget, checked_target
    from connlint.mock.origin import hosts_of
    from connlint.mock.recorder import Recorder
    from connlint.mock.running import Log
    from connlint.mock.server import CannotListen, listen, serve

    try:
        checked_target(upstream)
    except BadTarget as error:
        fail(f"--upstream: {error}")
    home = one_home(path, contract, events, fixtures)
    day = chosen_day(today)
    try:
        sock = listen(host, port)
    except CannotListen as error:
        fail(str(error))
    if upstream.startswith("http://") and not upstream.startswith(
        ("http://127.", "http://localhost", "http://[::1]")
    ):
        note("the upstream is http: credentials travel to it in the clear")
    log = Log()
    recorder = Recorder(
        home.connector, home.evidence, upstream, home.fixtures, day=day, log=log, hosts=hosts_of(host)
    )
    taken = sock.getsockname()[1]

    def started() -> None:
        here = f"http://{host}:{taken}{home.connector.base_path}"
        log(f"recording on {here}, writing to {home.shown_fixtures}/   Ctrl-C ends it")
        log.flush()

    async def ended() -> None:
        await recorder.close()
        log.flush()

    serve(recorder, sock, started=started, ended=ended)
    say(recorder.tally.words())
    if recorder.tally.outcomes["new"] or recorder.tally.outcomes["replaces"]:
        say(f"Look before you commit: git diff {home.shown_fixtures}")
    raise SystemExit(EXIT_TROUBLE if recorder.tally.unwritten else 1 if recorder.tally.failed else 0)
