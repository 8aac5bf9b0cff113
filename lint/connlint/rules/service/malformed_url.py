"""The URL of a request cannot be put together as it is written.

Why: a request goes to `baseURL` + `endpoint` + `path`. The base must be an absolute URL without query and
fragment, and exactly one `/` must stand between the parts: `/v1` + `chat` asks for `/v1chat`, and a doubled
slash is another URL for most servers.
Not flagged: a part that starts with `.`, `:`, `(` or another sign that continues a path (`/items/{{id}}`
+ `:cancel`); a base URL that is one hole, or ends with one. A query or fragment in a path (`query-in-path`).
Fix: the slash that is missing or too many; the scheme, where `protocol` names it (safe) or not (unsafe).
"""

import re

from connlint.rule import (
    Connector,
    Fix,
    Iterator,
    Problem,
    Resource,
    Service,
    Severity,
    Template,
    pattern,
    replace_chars,
    replace_value,
    rule,
)

SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*):(?=//)|(https?):", re.IGNORECASE)
ELSEWHERE = pattern(r"\s*\Z|//|https?://", re.IGNORECASE)  # something else is wrong with such a part
ABSOLUTE = pattern(r"https?://", re.IGNORECASE)
DOUBLED = pattern(r"(?<!:)//+")
BLANK = pattern(r"\s+")
HOST = pattern(r"(//)?(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?(/|\Z)", re.IGNORECASE)
PLAIN = pattern(r"https?://\w[\w.-]*(:\d+)?(/[\w.~-]+)*/?")  # as almost all are: nothing is wrong with it
HOLE = pattern(r"\{\{[^{}]*\}\}")


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    base = connector.service.base_url if connector.service is not None else None
    if base is not None and connector.service is not None:
        yield from _base(base, connector.service)
    starts: list[Template] = []
    bare = False
    for resource in connector.resources:
        if resource.endpoint is None and "endpoint" in _raw(resource):
            continue
        endpoint = resource.endpoint if resource.endpoint is not None and resource.endpoint.text else None
        if endpoint is not None:
            yield from _part(endpoint, base)
            starts.append(endpoint)
        paths = []
        for operation in resource.operations:
            if operation.path is not None and operation.path.text:
                yield from _part(operation.path, base)
                paths.append(operation.path)
        complete = len(paths) == len(resource.operations)
        if endpoint is not None:
            yield from _joined(endpoint, paths, not complete)
        else:
            starts += paths
            bare = bare or not complete
    if base is not None and not (base.holes and base.holes[-1].end == len(base.text)):
        yield from _joined(base, starts, bare)


def _raw(resource: Resource) -> dict[object, object]:
    """The resource as it is written: what is there, but of the wrong kind, the model leaves out."""
    value = resource.at.value
    return value if isinstance(value, dict) else {}


def _base(base: Template, service: Service) -> Iterator[Problem]:
    """What is wrong with the base URL by itself: the first fault."""
    text, at = base.text, base.text_at
    if PLAIN.fullmatch(text):
        return
    if not text.strip():
        yield Problem(at, "`baseURL` is empty", about=base, help="an absolute URL: https://api.vendor.com/v1")
        return
    literal = _without_holes(base)
    if BLANK.search(literal):
        yield from _blanks(base)
        return
    if base.holes and base.holes[0].start == 0:
        return
    scheme = SCHEME.match(text)
    if scheme is None:
        yield _no_scheme(base, service)
        return
    name = (scheme[1] or scheme[2]).lower()
    rest = text[scheme.end() :].lstrip("/")
    if name not in ("http", "https"):
        yield Problem(
            at.chars(0, scheme.end()), f"`{name}` is not how a REST API is reached: https is", about=base
        )
    elif len(text) - len(rest) != scheme.end() + 2 and HOST.match(rest):
        slashes = at.chars(0, len(text) - len(rest))
        fix = Fix("write ://", replace_chars(slashes, f"{name}://"), safe=True)
        yield Problem(slashes, f"two slashes follow `{name}:`", about=base, fix=fix)
    elif not text[scheme.end() :].startswith("//") or text[scheme.end() + 2 : scheme.end() + 3] in (
        "",
        *"/?#:",
    ):
        yield Problem(
            at, "`baseURL` names no host", about=base, help="an absolute URL: https://api.vendor.com/v1"
        )
    elif query := re.search(r"[?#].*", literal, re.DOTALL):
        what = "query" if query[0][0] == "?" else "fragment"
        yield Problem(
            at.chars(*query.span()),
            f"a {what} in `baseURL`: the paths are appended behind it",
            about=base,
            help="a parameter of every request belongs in each operation's queryParams, or in a header",
        )
    elif twice := DOUBLED.search(literal):
        yield _doubled_inside(base, *twice.span())


def _no_scheme(base: Template, service: Service) -> Problem:
    """A base URL without `https://` before it."""
    message = f"`{base.text}` is no absolute URL: it lacks its scheme"
    if not HOST.match(base.text):
        return Problem(base.text_at, message, about=base, help="an absolute URL: https://api.vendor.com/v1")
    said = (service.protocol or "").lower()
    known = said in ("http", "https")
    url = f"{said if known else 'https'}://{base.text.lstrip('/')}"
    fix = Fix(f"make it {url}", replace_value(base.text_at, url), safe=known)
    return Problem(base.text_at, message, about=base, fix=fix)


def _part(part: Template, base: Template | None) -> Iterator[Problem]:
    """What is wrong with an endpoint or a path by itself."""
    if "//" not in part.text and " " not in part.text and part.text.isprintable():
        return
    literal = _without_holes(part)
    if BLANK.search(literal):
        yield from _blanks(part)
    elif ABSOLUTE.match(part.text):
        yield _absolute(part, base)
    elif twice := DOUBLED.search(literal.partition("?")[0]):
        yield _doubled_inside(part, *twice.span())


def _absolute(part: Template, base: Template | None) -> Problem:
    """A whole URL where a path belongs."""
    start = base.text if base is not None else ""
    rest = part.text.removeprefix(start.rstrip("/"))
    fix = None
    if rest.startswith("/"):
        rest = rest.lstrip("/") if start.endswith("/") else rest
        fix = Fix(f"leave {rest}", replace_value(part.text_at, rest), safe=True)
    message = "a whole URL, where a path is appended to `baseURL`"
    advice = None if fix else "every resource lies below `baseURL`; another host is another connector"
    return Problem(part.text_at, message, about=part, help=advice, fix=fix)


def _without_holes(part: Template) -> str:
    """The text with every hole as letters, so that only what stands in the connector is judged."""
    text = HOLE.sub(lambda hole: "x" * len(hole[0]), part.text)
    for item in part.malformed:
        text = text[: item.start] + "x" * (item.end - item.start) + text[item.end :]
    return text


def _blanks(part: Template) -> Iterator[Problem]:
    """A blank in a URL. At an end it is a slip; inside nobody knows what was meant."""
    text = part.text
    blank = BLANK.search(_without_holes(part))
    assert blank is not None
    at = part.text_at.chars(*blank.span())
    if blank.start() == 0 or blank.end() == len(text):
        fix = Fix("remove it", replace_value(part.text_at, text.strip()), safe=True)
        yield Problem(at, "a URL neither starts nor ends with a blank", about=part, fix=fix)
    else:
        yield Problem(
            at, "a blank in a URL", about=part, help="remove it, or write %20 if the vendor wants it"
        )


def _doubled_inside(part: Template, start: int, end: int) -> Problem:
    at = part.text_at.chars(start, end)
    return Problem(at, "a doubled slash", about=part, fix=Fix("leave one", replace_chars(at, "/"), safe=True))


def _joined(left: Template, rights: list[Template], bare: bool) -> Iterator[Problem]:
    """Where `left` and what follows it do not meet at one slash. `bare`: some URL ends with `left`."""
    ends = left.text.endswith("/")
    rights = [
        right
        for right in rights
        if (ends or not right.text.startswith("/")) and not ELSEWHERE.match(right.text)
    ]
    if not ends:
        for right in rights:
            if _lacks_slash(right.text):
                yield Problem(
                    right.text_at,
                    f"no slash between `{_end(left.text)}` and `{_start(right.text)}`",
                    about=right,
                    group=f"no slash behind {left.address}",
                    related=[(left.text_at, "appended to this")],
                    fix=Fix("put / before it", replace_chars(right.text_at.chars(0, 0), "/"), safe=True),
                )
        return
    doubled = [right for right in rights if right.text.startswith("/")]
    if doubled and len(doubled) == len(rights) and not bare:
        last = left.text_at.chars(len(left.text) - 1, len(left.text))
        yield Problem(
            last,
            f"a doubled slash: `{_end(left.text)}` + `{_start(doubled[0].text)}`",
            about=left,
            related=[
                (doubled[0].text_at, "what follows starts with one" if len(doubled) == 1 else _all(doubled))
            ],
            fix=Fix("remove this one", replace_chars(last, ""), safe=True),
        )
        return
    for right in doubled:
        first = right.text_at.chars(0, 1)
        yield Problem(
            first,
            f"a doubled slash: `{_end(left.text)}` + `{_start(right.text)}`",
            about=right,
            group=f"doubled slash behind {left.address}",
            related=[(left.text_at, "this ends with one")],
            fix=Fix("remove this one", replace_chars(first, ""), safe=True),
        )


def _all(parts: list[Template]) -> str:
    return f"what follows starts with one, {len(parts)} times"


def _lacks_slash(text: str) -> bool:
    """Whether a part that is appended starts a segment of its own."""
    return text[0].isalnum() or text[0] == "%" or text.startswith("{{")


def _end(text: str) -> str:
    return text if len(text) <= 24 else f"…{text[-20:]}"


def _start(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:20]}…"
