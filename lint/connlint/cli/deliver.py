"""`connlint deliver`: a webhook event to a receiver, signed as the vendor signs it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from connlint.cli.homes import Home
from connlint.cli.options import evidence_options, fail, note, say

if TYPE_CHECKING:
    from connlint.mock.delivering import Attempt, Message
    from connlint.mock.signing import Signer

_T = TypeVar("_T")
_RULES = ("delivery-id", "unreachable-payload-selector", "wrong-payload-type", "wrong-multivalue")


@click.command(short_help="Deliver a signed webhook event to a receiver.")
@click.argument("path", type=click.Path(path_type=Path), metavar="CONNECTOR")
@click.argument("event", required=False)
@click.option("--to", "url", metavar="URL", help="The receiver's address.")
@click.option(
    "-s",
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="A value laid into the body, such as data.id=batch_1.",
)
@click.option("--example", metavar="NAME", help="The fixture of that variant.")
@click.option(
    "--secret-env",
    "secret_names",
    multiple=True,
    metavar="NAME",
    help="The environment variable that holds the signing secret; repeat it while secrets rotate.",
)
@click.option(
    "--attempts", type=click.IntRange(1, 20), default=5, show_default=True, help="Attempts before giving up."
)
@click.option(
    "--suite", type=click.Choice(["hostile"]), help="Send what a careful receiver must refuse or bear."
)
@click.option("--dry-run", is_flag=True, help="Show the delivery, and send nothing.")
@evidence_options
def command(
    path: Path,
    event: str | None,
    url: str | None,
    changes: tuple[str, ...],
    example: str | None,
    secret_names: tuple[str, ...],
    attempts: int,
    suite: str | None,
    dry_run: bool,
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
) -> None:
    """Deliver EVENT to a receiver, built from its fixture and signed as the events document says.

    A failed attempt is repeated with the same id and a new time; Retry-After is honoured, 410 ends it.
    Then the record is shown that the connector's payload selects. Exit status: 0 delivered (or, of a suite,
    all borne), 1 not, 2 where nothing could be sent.
    """
    from connlint.cli.mock import make_signer, one_home, require_extra

    require_extra("httpx2")
    from connlint.mock.delivering import BadTarget, UnknownEvent, build, checked_target, deliverable

    home = one_home(path, contract, events, fixtures)
    names = deliverable(home.evidence)
    if event is None:
        fail(f"which event? There are {', '.join(names) or 'none: the connector has no events document'}")
    try:
        message = build(home.evidence, event, _changes(home, event, example, changes), example=example)
        if url is not None:
            checked_target(url)
    except (UnknownEvent, BadTarget) as error:
        fail(str(error))
    if not message.fixture:
        note(f"`{event}` has no fixture: its body is made from the event's official shape")
    signer, secret = make_signer(home, secret_names)
    if dry_run:
        _show(message, signer)
        _record(home, message)
        return
    if url is None:
        fail("deliver it where? --to URL (or --dry-run)")
    if secret:
        click.echo(f"secret {secret}   (made for this run; --secret-env NAME to use yours)")
    if suite is not None:
        raise SystemExit(_hostile(message, signer, url))
    taken = _deliver(message, signer, url, attempts)
    _record(home, message)
    raise SystemExit(0 if taken else 1)


def _changes(home: Home, event: str, example: str | None, given: tuple[str, ...]) -> dict[str, object]:
    """The values of `-s`: JSON where they are some, unless the fixture has text in that place."""
    from connlint.connector.selectors import walk
    from connlint.mock.delivering import UnknownEvent, build

    found: dict[str, object] = {}
    if not given:
        return found
    try:
        value = build(home.evidence, event, example=example).value
    except UnknownEvent as error:
        fail(str(error))
    for item in given:
        name, equals, text = item.partition("=")
        if not equals or not re.fullmatch(r"[^.\s]+(?:\.[^.\s]+)*", name):
            fail(f"-s {item}: PATH=VALUE was expected, such as data.id=batch_1")
        there = walk(value, name.split("."))
        try:
            found[name] = text if there.found and isinstance(there.value, str) else json.loads(text)
        except (ValueError, RecursionError):
            found[name] = text
    return found


def _deliver(message: Message, signer: Signer, url: str, attempts: int) -> bool:

    from connlint.mock.delivering import DELAYS, Courier, shown_target

    delays = [*DELAYS, *[DELAYS[-1]] * 20][: attempts - 1]
    target = shown_target(url)

    def told(attempt: Attempt) -> None:
        status = str(attempt.status) if attempt.status else "---"
        say(f"{message.id}  {message.event} → {target}  {status}  {attempt.words}")

    async def main() -> bool:
        courier = Courier(signer, delays=delays)
        try:
            return await courier.deliver(message, url, told)
        finally:
            await courier.close()

    return _run(main)


def _hostile(message: Message, signer: Signer, url: str) -> int:
    from connlint.mock.hostile import run_suite
    from connlint.mock.signing import new_secret

    if not signer.signs:
        fail("the events document says that deliveries are not signed: there is nothing to refuse")
    signing = signer.signing

    async def main() -> int:
        failed = 0
        async for result in run_suite(message, signer, url, other_secret=new_secret(signing)):
            mark = "ok  " if result.ok else "FAIL"
            status = str(result.status) if result.status else "---"
            say(f"{mark}  {result.name:<26} {status}  {result.words}")
            failed += not result.ok
        return failed

    failed = _run(main)
    if failed:
        say(f"{failed} of what a careful receiver does, this one does not")
    return 1 if failed else 0


def _run(main: Callable[[], Coroutine[None, None, _T]]) -> _T:
    import asyncio

    try:
        return asyncio.run(main())
    except KeyboardInterrupt:
        fail("interrupted")


def _show(message: Message, signer: Signer) -> None:
    import time

    for name, value in [*message.headers, *signer.headers(message.id, int(time.time()), message.body)]:
        say(f"{name}: {value}")
    say()
    say(json.dumps(message.value, indent=2, ensure_ascii=False))


def _record(home: Home, message: Message) -> None:
    """What the connector's payload selects from the delivery."""
    from connlint.cli.records import findings_about, record_lines

    webhooks = [webhook for webhook in home.connector.webhooks if webhook.event == message.event]
    if not webhooks:
        say(f"the connector has no webhook for {message.event}")
        return
    notes = findings_about(home, _RULES)
    for webhook in webhooks:
        say(f"the connector's record ({webhook.address}):")
        for line in record_lines(webhook.payload, message.value, notes=notes):
            say(line)
