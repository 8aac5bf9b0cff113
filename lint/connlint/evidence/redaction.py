"""Taking credentials out of what was recorded, before anything is written.

A credential is found by where it stands (the header that the connector's `auth` names, cookies, keys such as
`access_token`) or by its shape; what was found once is replaced wherever else it stands. Stand-ins are
stable: one secret has one stand-in, numbered in the order of their appearance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from connlint.credentials import credentials_in
from connlint.patterns import pattern

if TYPE_CHECKING:
    from connlint.connector.model import Connector
    from connlint.evidence.contract import Contract

SHORTEST: Final = 8
"""A value with fewer characters is replaced where it was found, and not looked for elsewhere."""

_ALWAYS: Final = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "api-key",
        "apikey",
        "x-auth-token",
        "x-access-token",
        "x-amz-security-token",
        "x-csrf-token",
        "x-goog-api-key",
    }
)
_OF_PEOPLE: Final = pattern(
    r"(?:^|[-_])(organi[sz]ation|account|tenant|workspace|project|user|customer)(?:[-_]|$)"
)
_SECRET_KEYS: Final = frozenset(
    {
        "accesstoken",
        "apikey",
        "apisecret",
        "authtoken",
        "bearertoken",
        "clientsecret",
        "idtoken",
        "passwd",
        "password",
        "privatekey",
        "refreshtoken",
        "secret",
        "secretkey",
        "sessiontoken",
        "signingsecret",
        "webhooksecret",
    }
)
_SCHEME: Final = pattern(r"(?i)(bearer|basic|token|apikey|digest|negotiate)[ \t]+")
_STAND_IN: Final = pattern(r"redacted-[0-9]+")


def carriers(connector: Connector, contract: Contract | None = None) -> frozenset[str]:
    """The request headers, in lower case, that carry the connector's credential."""
    found = {"authorization"}
    service = connector.service
    if service is not None:
        declared = set()
        if service.auth is not None:
            declared = {placeholder.name for placeholder in service.auth.placeholders}
            if service.auth.header_name is not None:
                found.add(service.auth.header_name.text.strip().lower())
        for header in service.headers:
            if any(hole.name in declared for hole in header.holes):
                found.add(header.name.lower())
    if contract is not None:
        found |= {scheme.header.lower() for scheme in contract.security_schemes.values() if scheme.header}
    return frozenset(found - {""})


def is_stand_in(text: str) -> bool:
    """Whether a value stands for a credential, and is none: what redaction writes, or a sample."""
    plain = _SCHEME.sub("", text.strip(), count=1).lower()
    samples = (
        "redacted",
        "example",
        "xxxx",
        "your",
        "mock",
        "dummy",
        "sample",
        "placeholder",
        "{{",
        "***",
        "•••",
        "…",
    )
    return len(plain) < SHORTEST or any(word in plain for word in samples)


class Redactor:
    """Replaces credentials, and remembers them: what leaks is told by `leaks`.

    `counts` says how many values were replaced, by what they were (a header, a key's name, a kind of key).
    """

    def __init__(self, headers: frozenset[str] = frozenset(), query: frozenset[str] = frozenset()) -> None:
        self._headers = _ALWAYS | headers
        self._query = query
        self._stand_ins: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    @classmethod
    def of(cls, connector: Connector, contract: Contract | None = None) -> Redactor:
        """A redactor that knows where the connector and its contract put credentials."""
        query = set()
        if contract is not None:
            schemes = contract.security_schemes.values()
            query = {scheme.key for scheme in schemes if scheme.location == "query" and scheme.key}
        return cls(carriers(connector, contract), frozenset(query))

    @property
    def learnt(self) -> int:
        """How many secrets it knows."""
        return len(self._stand_ins)

    def learn(self, secret: str, what: str) -> str:
        """The stand-in of a secret, which is replaced from now on. Counted under `what`."""
        self.counts[what] += 1
        return self._stand_in(secret)

    def _stand_in(self, secret: str) -> str:
        if _STAND_IN.fullmatch(secret):
            return secret
        return self._stand_ins.setdefault(secret, f"redacted-{len(self._stand_ins) + 1}")

    def header(self, name: str, value: str) -> str:
        """A header's value as it may be written."""
        low = name.lower()
        if low in ("cookie", "set-cookie"):
            return self._cookie(name, value)
        if low in self._headers:
            scheme = _SCHEME.match(value)
            prefix = scheme[0] if scheme is not None else ""
            secret = value[len(prefix) :]
            if prefix.strip().lower() == "basic":
                self._learn_basic(secret)
            return prefix + self.learn(secret, name) if secret else value
        people = None if low == "user-agent" else _OF_PEOPLE.search(low)
        if people is not None and value:
            return self.learn(value, people[1])
        return self.text(value)

    def _learn_basic(self, encoded: str) -> None:
        """The password in a Basic credential (RFC 7617), so that it is found elsewhere too."""
        import base64
        import binascii

        try:
            _, _, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return
        if password:
            self._stand_in(password)

    def _cookie(self, name: str, value: str) -> str:
        """A cookie header with its values replaced; attributes of `Set-Cookie` stay."""
        pairs = value.split(";")
        last = 1 if name.lower() == "set-cookie" else len(pairs)
        for index, pair in enumerate(pairs[:last]):
            key, equals, secret = pair.partition("=")
            if equals and secret:
                pairs[index] = f"{key}={self.learn(secret.strip(), name)}"
        return ";".join(pairs)

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """All headers as they may be written."""
        return [(name, self.header(name, value)) for name, value in headers]

    def parameter(self, name: str, value: str) -> str:
        """A query or form parameter as it may be written."""
        if value and (name in self._query or _plain(name) in _SECRET_KEYS):
            return self.learn(value, name)
        return self.text(value)

    def text(self, text: str) -> str:
        """A text with every credential in it replaced: known ones, and those of a known shape."""
        for found in reversed(credentials_in(text)):
            secret = text[found.start : found.end]
            text = text[: found.start] + self.learn(secret, found.kind) + text[found.end :]
        for secret, stand_in in self._known():
            if secret in text:
                self.counts["the same, elsewhere"] += text.count(secret)
                text = text.replace(secret, stand_in)
        return text

    def value(self, value: object, key: str = "") -> object:
        """A JSON value as it may be written: texts below it, and what stands at keys such as `api_key`."""
        if isinstance(value, dict):
            return {self.text(name): self.value(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, key) for item in value]
        if not isinstance(value, str):
            return value
        if _plain(key) in _SECRET_KEYS and value and not _STAND_IN.fullmatch(value):
            return self.learn(value, key)
        return self.text(value)

    def _known(self) -> list[tuple[str, str]]:
        """Known secrets, the longest first, so that none is cut by a shorter one."""
        long = [item for item in self._stand_ins.items() if len(item[0]) >= SHORTEST]
        return sorted(long, key=lambda item: (-len(item[0]), item[0]))

    def leaks(self, data: bytes) -> list[str]:
        """The stand-ins of the known secrets that `data` still holds, plain, escaped, or in base64."""
        found = []
        for secret, stand_in in self._known():
            if any(form in data for form in _forms(secret)):
                found.append(stand_in)
        return found


def _plain(key: str) -> str:
    """A key without what tells spellings apart: `api_key`, `apiKey`, `API-Key`."""
    return re.sub(r"[^a-z0-9]", "", key.lower())


def _forms(secret: str) -> Iterable[bytes]:
    """The ways in which a secret is written in a file."""
    import base64
    import json
    from urllib.parse import quote

    raw = secret.encode("utf-8", "surrogatepass")
    yield raw
    yield json.dumps(secret)[1:-1].encode()
    yield quote(secret, safe="", errors="replace").encode()
    # in base64 the text starts at one of three places in a group of bytes; the ends depend on neighbours
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        middle = encoded[(0, 2, 3)[shift] : len(encoded) - (1 if (len(raw) + shift) % 3 else 0)]
        if len(middle) >= SHORTEST:
            yield middle
