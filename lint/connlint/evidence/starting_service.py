"""The service document made from a contract: where requests go, and the credential that they carry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.starting import HoleNames, first_sentence, placeholder, template

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract, ContractOperation, SecurityScheme

EXAMPLE: Final = "https://api.example.com"
"""The base URL where nothing says what it is (example.com is reserved: RFC 2606, section 3)."""
CONTENT_TYPE: Final = "application/json"

_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_HOST: Final = re.compile(r"https?://[^\s/?#@]+", re.IGNORECASE)
_LOCAL: Final = re.compile(r"http://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/]|\Z)", re.IGNORECASE)


class MadeService(NamedTuple):
    """A service document's value; the contract's server that its base URL is ("" for none); declarations of
    credentials that travel in each request's query, by parameter; and what its author has to know."""

    value: dict[str, object]
    server: str
    in_query: dict[str, dict[str, object]]
    notes: tuple[str, ...]


def service_of(
    contract: Contract,
    operations: Sequence[ContractOperation],
    *,
    handle: str,
    title: str,
    base_url: str = "",
) -> MadeService:
    """The service document for some of a contract's operations. `base_url` stands for the contract's own."""
    server = _server(contract, operations)
    notes: list[str] = []
    base = template(base_url, []) if base_url else _base(contract, server, notes)
    credentials = _Credentials()
    credentials.choose(contract, operations, notes)
    inner: dict[str, object] = {
        "baseURL": base,
        "protocol": str(base["value"]).partition("://")[0].lower(),
        "contentType": CONTENT_TYPE,
    }
    if credentials.headers:
        inner["headers"] = credentials.headers
    if credentials.auth is not None:
        inner["auth"] = credentials.auth
    meta = {"short": title}
    info = contract.value.get("info")
    described = first_sentence(str(info.get("description") or "")) if isinstance(info, dict) else ""
    if described:
        meta["description"] = described
    value: dict[str, object] = {"handle": handle, "status": "active", "meta": meta, "service": inner}
    return MadeService(value, server, credentials.in_query, tuple(notes))


# --- where


def _server(contract: Contract, operations: Iterable[ContractOperation]) -> str:
    """The server that most operations name first, https before http; "" where none names any."""
    counts: Counter[str] = Counter()
    for operation in operations:
        usable = [url for url in operation.servers if "://" not in url or url.lower().startswith("http")]
        secure = [url for url in usable if not url.lower().startswith("http://")]
        counts.update((secure or usable)[:1])
    if not counts:
        counts.update(contract.servers[:1])
    return counts.most_common(1)[0][0] if counts else ""


def _base(contract: Contract, server: str, notes: list[str]) -> dict[str, object]:
    """The base URL as a template: the server's, with the variables of its host as holes."""
    raw, variables = _as_written(contract, server)
    names = HoleNames()
    holes: dict[str, dict[str, object]] = {}
    host_end = raw.find("/", raw.find("://") + 3) if "://" in raw else 0
    host_end = len(raw) if host_end < 0 else host_end

    def written(match: re.Match[str]) -> str:
        variable = variables.get(match[1])
        entry = variable if isinstance(variable, dict) else {}
        default = entry.get("default")
        in_host = raw.find("://") + 3 <= match.start() < host_end
        if isinstance(default, str) and default and not in_host:
            return default
        if match[1] not in holes:
            enum = entry.get("enum")
            options = [item for item in enum if isinstance(item, str)] if isinstance(enum, list) else []
            described = first_sentence(str(entry.get("description") or ""))
            if isinstance(default, str) and default:
                described = f"{described or 'A part of the URL.'} By default {first_sentence(default)}."
            holes[match[1]] = placeholder(
                names.give(match[1]),
                "String",
                required=True,
                description=described,
                options=dict.fromkeys(options) if len(options) > 1 else (),
            )
        return f"{{{{{holes[match[1]]['name']}}}}}"

    text = re.split(r"[?#]", _VARIABLE.sub(written, raw), maxsplit=1)[0].rstrip("/")
    if text.startswith("/") and not text.startswith("//"):
        notes.append("the contract's server is a path without a host: write the vendor's host into `baseURL`")
        text = f"{EXAMPLE}{text}"
    literal = re.sub(r"\{\{\w+\}\}", "x", text)
    if not _HOST.match(literal) or not literal.isprintable() or re.search(r"[\s{}]|(?<!:)//", literal):
        notes.append("the contract names no server: write the vendor's URL into `baseURL`")
        return {"value": EXAMPLE}
    if text[:7].lower() == "http://" and not _LOCAL.match(text):
        notes.append("the contract's server is http, `baseURL` is https: see that the vendor answers there")
        text = f"https://{text[7:]}"
    return template(text, list(holes.values()))


def _as_written(contract: Contract, server: str) -> tuple[str, Mapping[str, object]]:
    """The contract's own text of a server's URL, and its variables; else the URL itself."""
    from connlint.evidence.contract import server_url

    listed = contract.value.get("servers")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and server_url(entry) == server and isinstance(entry.get("url"), str):
            variables = entry.get("variables")
            return str(entry["url"]).strip(), variables if isinstance(variables, dict) else {}
    return server, {}


# --- who


class _Credentials:
    """What requests carry to say who sends them: `auth`, further headers, parameters of the query."""

    def __init__(self) -> None:
        self.auth: dict[str, object] | None = None
        self.headers: dict[str, object] = {}
        self.in_query: dict[str, dict[str, object]] = {}
        self._names = HoleNames()

    def choose(self, contract: Contract, operations: Iterable[ContractOperation], notes: list[str]) -> None:
        """Take the choice of security schemes that most operations offer and that a connector can send."""
        counts: Counter[tuple[SecurityScheme, ...]] = Counter()
        free = secured = 0
        for operation in operations:
            choices = [choice for choice in operation.security if choice]
            writable = [choice for choice in choices if all(map(_is_writable, choice))]
            counts.update(writable[:1])
            secured += bool(choices)
            free += not choices
        if not counts:
            if secured:
                notes.append("the contract's security schemes are none that `auth` can be: write it by hand")
            elif contract.security_schemes and free:
                notes.append("the operations ask for no credential, though the contract has security schemes")
            return
        chosen = counts.most_common(1)[0][0]
        for scheme in chosen:
            self._add(scheme)
        others = {scheme.name for choice in counts for scheme in choice} - {scheme.name for scheme in chosen}
        if others:
            listed = ", ".join(sorted(first_sentence(name) for name in others))
            notes.append(f"some operations ask for another credential ({listed}); `auth` has one for all")

    def _add(self, scheme: SecurityScheme) -> None:
        kind = scheme.scheme if scheme.type == "http" else scheme.type
        name, before, words = _SAID.get(kind, _SAID["bearer"])
        own = self._names.give(name, "other")
        described = first_sentence(scheme.description) or words
        declared = placeholder(own, "String", required=True, description=described)
        if scheme.type == "apiKey" and scheme.location == "query":
            self.in_query[scheme.key] = declared
            return
        header = scheme.header or "Authorization"
        token = template(f"{before}{{{{{own}}}}}", [declared])
        if self.auth is None:
            self.auth = {
                "method": "api_token",
                "params": {"apiToken": {"token": token, "headerName": {"value": header}}},
            }
        elif header.lower() not in {item.lower() for item in (*self.headers, _header(self.auth))}:
            self.headers[header] = token


_SAID: Final = {
    "apiKey": ("apiKey", "", "The key that the vendor gave you."),
    "bearer": ("apiKey", "Bearer ", "The key that the vendor gave you."),
    "oauth2": ("accessToken", "Bearer ", "An access token of the vendor's OAuth 2."),
    "openIdConnect": ("accessToken", "Bearer ", "An access token of the vendor's OpenID Connect."),
    "basic": ("credentials", "Basic ", "User name and password, joined by a colon, in Base64."),
}
"""By scheme: the placeholder's name, what stands before the hole, words for its user (RFC 6750, RFC 7617)."""

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def _is_writable(scheme: SecurityScheme) -> bool:
    """Whether a connector can send what a security scheme asks for."""
    if scheme.type == "apiKey":
        in_header = scheme.location == "header" and bool(_NAME.fullmatch(scheme.key))
        return in_header or (scheme.location == "query" and bool(scheme.key))
    if scheme.type == "http":
        return scheme.scheme in ("bearer", "basic")
    return scheme.type in ("oauth2", "openIdConnect")


def _header(auth: Mapping[str, object]) -> str:
    """The header that `auth` sets."""
    params = auth["params"]
    assert isinstance(params, dict)
    return str(params["apiToken"]["headerName"]["value"])
