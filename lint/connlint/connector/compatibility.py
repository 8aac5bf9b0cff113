"""What a change of a connector means to the automations built on it.

An automation names resources, operations, placeholders, fields and events. What it names and no longer finds,
or finds with another type, breaks it; what is new cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connlint.connector.model import Connector, Field, Operation, Placeholder
from connlint.record import record

STEPS = ("none", "patch", "minor", "major")


@record
class Change:
    """One change: its address, what it is in words, and the version step that it calls for."""

    address: str
    message: str
    step: str

    @property
    def breaks(self) -> bool:
        """Whether automations break."""
        return self.step == "major"


def changes(old: Connector, new: Connector) -> list[Change]:
    """Every change between two versions of a connector: those that break first, then by address."""
    found = [*_service(old, new), *_resources(old, new)]
    return sorted(found, key=lambda change: (-STEPS.index(change.step), change.address, change.message))


def step(found: list[Change]) -> str:
    """The version step that changes call for together."""
    return max((change.step for change in found), key=STEPS.index, default="none")


def _service(old: Connector, new: Connector) -> Iterator[Change]:
    before, after = old.service, new.service
    if before is None or after is None:
        return
    if before.handle != after.handle:
        yield Change("service", f"its handle was `{before.handle}` and is `{after.handle}`", "major")
    urls = [service.base_url.text if service.base_url is not None else None for service in (before, after)]
    if urls[0] != urls[1]:
        yield Change("service.baseURL", f"was {urls[0]} and is {urls[1]}", "patch")
    keys = [
        {item.name for item in service.auth.placeholders} if service.auth is not None else set()
        for service in (before, after)
    ]
    for name in sorted(keys[1] - keys[0]):
        yield Change("service.auth", f"asks for a new credential, `{name}`", "major")
    for name in sorted(keys[0] - keys[1]):
        yield Change("service.auth", f"asks for the credential `{name}` no more", "minor")


def _resources(old: Connector, new: Connector) -> Iterator[Change]:
    before = {item.name: item for item in old.resources}
    after = {item.name: item for item in new.resources}
    yield from _gone_and_new(before, after, "the resource")
    for name in before.keys() & after.keys():
        left, right = before[name], after[name]
        yield from _fields(
            {item.twin: item for item in left.fields}, {item.twin: item for item in right.fields}
        )
        operations = (
            {item.name: item for item in left.operations},
            {item.name: item for item in right.operations},
        )
        yield from _gone_and_new(*operations, "the operation")
        for each in operations[0].keys() & operations[1].keys():
            yield from _operation(operations[0][each], operations[1][each])
        webhooks = {item.twin: item for item in left.webhooks}, {item.twin: item for item in right.webhooks}
        yield from _gone_and_new(*webhooks, "the event")
        for event in webhooks[0].keys() & webhooks[1].keys():
            one, other = webhooks[0][event], webhooks[1][event]
            yield from _fields(
                {item.twin: item for item in one.payload}, {item.twin: item for item in other.payload}
            )
            if one.path != other.path:
                yield Change(other.address, f"arrives at {other.path}, no more at {one.path}", "major")


def _gone_and_new(before: Mapping[str, object], after: Mapping[str, object], what: str) -> Iterator[Change]:
    for name, node in before.items():
        if name not in after:
            yield Change(getattr(node, "address", name), f"{what} is gone", "major")
    for name, node in after.items():
        if name not in before:
            yield Change(getattr(node, "address", name), f"{what} is new", "minor")


def _fields(before: Mapping[str, Field], after: Mapping[str, Field]) -> Iterator[Change]:
    yield from _gone_and_new(before, after, "the field")
    for name in before.keys() & after.keys():
        left, right = before[name], after[name]
        if left.type != right.type:
            yield Change(right.address, f"was {left.type} and is {right.type}", "major")
        if left.multivalue != right.multivalue:
            words = "one value", "a list"
            yield Change(
                right.address, f"was {words[left.multivalue]} and is {words[right.multivalue]}", "major"
            )
        if left.selector != right.selector:
            yield Change(right.address, "is read from another place", "patch")


def _operation(before: Operation, after: Operation) -> Iterator[Change]:
    inputs = _inputs(before), _inputs(after)
    for name in inputs[0].keys() - inputs[1].keys():
        yield Change(f"{after.address}{{{name}}}", "the placeholder is gone", "major")
    for name in inputs[1].keys() - inputs[0].keys():
        required = inputs[1][name].required
        words = "a new required placeholder" if required else "a new optional placeholder"
        yield Change(inputs[1][name].address, words, "major" if required else "minor")
    for name in inputs[0].keys() & inputs[1].keys():
        yield from _placeholder(inputs[0][name], inputs[1][name])
    if _request(before) != _request(after):
        yield Change(after.address, "sends another request", "patch")


def _inputs(operation: Operation) -> dict[str, Placeholder]:
    """What a user of the operation gives, by name."""
    found: dict[str, Placeholder] = {}
    endpoint = operation.resource.endpoint
    templates = [*([endpoint] if endpoint is not None else []), *operation.templates]
    for template in templates:
        for placeholder in template.placeholders:
            found.setdefault(placeholder.name, placeholder)
    return found


def _placeholder(before: Placeholder, after: Placeholder) -> Iterator[Change]:
    if before.type != after.type:
        yield Change(after.address, f"was {before.type} and is {after.type}", "major")
    if after.required and not before.required:
        yield Change(after.address, "was optional and is required", "major")
    elif before.required and not after.required:
        yield Change(after.address, "was required and is optional", "minor")
    if after.options is None:
        if before.options is not None:
            yield Change(after.address, "takes any value now", "minor")
        return
    if before.options is None:
        yield Change(after.address, f"took any value and takes {len(after.options)} now", "major")
        return
    lost = [str(option) for option in before.options if option not in after.options]
    more = [str(option) for option in after.options if option not in before.options]
    if lost:
        yield Change(after.address, f"takes {', '.join(f'`{option}`' for option in lost)} no more", "major")
    if more:
        yield Change(after.address, f"also takes {', '.join(f'`{option}`' for option in more)}", "minor")


def _request(operation: Operation) -> tuple[object, ...]:
    """What the operation sends, as far as its author wrote it."""
    return (
        operation.method,
        operation.url_path,
        tuple((template.role, template.name, template.text) for template in operation.templates),
    )
