"""Signing deliveries as an events document says.

Standard Webhooks (standardwebhooks.com, the specification's section "Signature scheme"): HMAC-SHA256 over
`{id}.{timestamp}.{body}`, the secret is what follows `whsec_` in base64, the header `webhook-signature` holds
`v1,` and the signature in base64, several of them parted by blanks while secrets rotate. Every other scheme
is an HMAC that the events document describes: which text is signed, and how the header is written.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from connlint.evidence.events import Signing

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what every secret begins with
_SECRET_BYTES: Final = 24


class BadSecret(Exception):
    """A secret is not written as its scheme wants it; the message is for people, and holds no secret."""


def new_secret(signing: Signing | None) -> str:
    """A random secret, written as the scheme wants it; "" where nothing is signed."""
    import secrets

    if signing is None or signing.scheme == "none":
        return ""
    raw = secrets.token_bytes(_SECRET_BYTES)
    if signing.scheme == "standard-webhooks":
        return SECRET_PREFIX + base64.b64encode(raw).decode()
    if signing.key == "base64":
        return base64.b64encode(raw).decode()
    return raw.hex()


class Signer:
    """Signs deliveries with one secret, or with several while they rotate (the newest first).

    Raises BadSecret where a secret cannot be read.
    """

    def __init__(self, signing: Signing | None, secrets: Sequence[str]) -> None:
        self.signing = signing
        self._keys = [_key(signing, secret) for secret in secrets] if signing is not None else []

    @property
    def signs(self) -> bool:
        """Whether deliveries carry a signature."""
        return self.signing is not None and self.signing.scheme != "none" and bool(self._keys)

    def headers(self, id: str, timestamp: int, body: bytes) -> list[tuple[str, str]]:
        """The headers that carry the signature, and what a receiver needs to check it."""
        signing = self.signing
        if signing is None or not self.signs:
            return []
        if signing.scheme == "standard-webhooks":
            signed = b"%s.%d.%s" % (id.encode(), timestamp, body)
            signatures = [
                "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in self._keys
            ]
            return [
                ("webhook-id", id),
                ("webhook-timestamp", str(timestamp)),
                ("webhook-signature", " ".join(signatures)),
            ]
        return self._hmac(signing, id, timestamp, body)

    def _hmac(self, signing: Signing, id: str, timestamp: int, body: bytes) -> list[tuple[str, str]]:
        head, _, tail = signing.over.partition("{body}")
        signed = _named(head, id, timestamp).encode() + body + _named(tail, id, timestamp).encode()
        signatures = [_written(signing, hmac.digest(key, signed, signing.algorithm)) for key in self._keys]
        found = [(signing.header, _named(_repeated(signing.value, signatures), id, timestamp))]
        if signing.timestamp_header is not None:
            found.append((signing.timestamp_header, str(timestamp)))
        if signing.id_header is not None:
            found.append((signing.id_header, id))
        return found


def _key(signing: Signing | None, secret: str) -> bytes:
    kind = signing.key if signing is not None else "text"
    if signing is not None and signing.scheme == "standard-webhooks":
        kind, secret = "base64", secret.removeprefix(SECRET_PREFIX)
    try:
        if kind == "base64":
            key = base64.b64decode(secret, validate=True)
        elif kind == "hex":
            key = bytes.fromhex(secret)
        else:
            key = secret.encode()
    except (binascii.Error, ValueError) as error:
        raise BadSecret(f"the signing secret is not {kind}") from error
    if not key:
        raise BadSecret("the signing secret is empty")
    return key


def _named(text: str, id: str, timestamp: int) -> str:
    return text.replace("{timestamp}", str(timestamp)).replace("{id}", id)


def _written(signing: Signing, digest: bytes) -> str:
    return base64.b64encode(digest).decode() if signing.encoding == "base64" else digest.hex()


def _repeated(value: str, signatures: Sequence[str]) -> str:
    """The header's text with its signatures: a list (`t=…,v1=…`) names each, all else holds the newest."""
    pieces = value.split(",")
    if len(pieces) == 1:
        return value.replace("{signature}", signatures[0])
    found: list[str] = []
    for piece in pieces:
        if "{signature}" in piece:
            found += [piece.replace("{signature}", signature) for signature in signatures]
        else:
            found.append(piece)
    return ",".join(found)
