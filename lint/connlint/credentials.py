"""Text that can only be a credential: the shapes that vendors give their keys so that they are recognised.

The shapes are those that the vendors document for secret scanning; a key with random characters and no
prefix is not recognised here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import re


class Credential(NamedTuple):
    """A credential found in a text: whose it is ("an OpenAI-style key"), and its characters."""

    kind: str
    start: int
    end: int


# What it is called, a literal that every such key holds (tested first, because that is fast), its shape.
_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("a secret key", "sk-", r"sk-[A-Za-z0-9_-]{20,}"),
    ("a Stripe key", "_live_", r"[sr]k_live_[A-Za-z0-9]{16,}"),
    ("a Stripe test key", "_test_", r"[sr]k_test_[A-Za-z0-9]{16,}"),
    ("a webhook signing secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{24,}"),
    ("a GitHub token", "ghp_", r"ghp_[A-Za-z0-9]{36,}"),
    ("a GitHub token", "gho_", r"gho_[A-Za-z0-9]{36,}"),
    ("a GitHub token", "ghs_", r"ghs_[A-Za-z0-9]{36,}"),
    ("a GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{40,}"),
    ("a GitLab token", "glpat-", r"glpat-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("a Slack app token", "xapp-", r"xapp-[A-Za-z0-9-]{20,}"),
    ("a Slack webhook address", "hooks.slack.com", r"hooks\.slack\.com/services/T\w+/B\w+/\w{16,}"),
    ("an AWS access key", "AKIA", r"AKIA[0-9A-Z]{16}"),
    ("an AWS access key", "ASIA", r"ASIA[0-9A-Z]{16}"),
    ("a Google API key", "AIza", r"AIza[A-Za-z0-9_-]{35}"),
    ("a Google access token", "ya29.", r"ya29\.[A-Za-z0-9_-]{20,}"),
    # only where a run begins: from each `eyJ` of a long run it would be read to its end
    (
        "a JSON Web Token",
        "eyJ",
        r"eyJ(?<![A-Za-z0-9_-]eyJ)[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}",
    ),
    ("a SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("a Shopify token", "shpat_", r"shpat_[0-9a-fA-F]{32}"),
    ("a Mailgun key", "key-", r"key-[0-9a-f]{32}"),
    ("an npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    ("a PyPI token", "pypi-", r"pypi-AgE[A-Za-z0-9_-]{40,}"),
    ("a Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{30,}"),
    ("a DigitalOcean token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    ("a Square token", "EAAA", r"EAAA[A-Za-z0-9_-]{60}"),
    ("a Notion token", "ntn_", r"ntn_[A-Za-z0-9]{40,}"),
    ("a private key", "PRIVATE KEY-----", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
)

HIDDEN = "\N{BULLET}"
_SAMPLES = ("example", "your", "xxxx", "1234567890", "placeholder", "dummy", "redacted")
_FEWEST_CHARACTERS = 6
"""A key with fewer different characters was typed, not generated."""


def credentials_in(text: str, *, glued: bool = False) -> list[Credential]:
    """Every credential of a known shape in a text, in order. What is plainly a sample is none.

    `glued`: also those that stand right behind a letter, as where the parts of a URL were put together.
    """
    found = [
        Credential(kind, match.start(), match.end())
        for kind, literal, shape in _SHAPES
        if literal in text
        for match in _compiled(shape).finditer(text)
        if (not _is_part(text, match.start()) or (glued and _is_random(match[0])))
        and not _is_sample(match[0])
    ]
    return sorted(found, key=lambda item: item.start)


_CUT = (
    r"(sk-|[sr]k_(?:live|test)_|whsec_|gh[pos]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|AKIA|ASIA|AIza|ya29\.|SG\.|eyJ"
    r"|shpat_|npm_|pypi-|hf_|ntn_)([A-Za-z0-9_.+/-]{5,})(?=…|\\u2026)"
)
"""A credential that a message has shortened, so that its shape is gone (in JSON its dots are an escape)."""
_URLS_LOGIN = r"(:/{1,2}[^/@\s:\"'{}]*:)([^/@\s{}]+)(?=@)"
"""The login of a URL, which has one slash where it became part of a path."""


def withheld(text: str) -> str:
    """A text with every credential in it, and every password of a URL, as so many dots: for what is shown."""
    for found in credentials_in(text, glued=True):
        text = f"{text[: found.start]}{HIDDEN * (found.end - found.start)}{text[found.end :]}"
    if "@" in text and ":/" in text:
        text = _compiled(_URLS_LOGIN).sub(_without_second, text)
    if "…" in text or "\\u2026" in text:
        text = _compiled(_CUT).sub(_without_second, text)
    return text


def _without_second(match: re.Match[str]) -> str:
    return match[1] + HIDDEN * len(match[2])


def masked(text: str) -> str:
    """A credential as it may be shown: its beginning, which says whose it is, and nothing more."""
    return f"{text[: min(6, len(text) // 4)]}…"


def _is_part(text: str, start: int) -> bool:
    """Whether what starts here is the tail of a longer word (`task-…` holds `sk-…`)."""
    before = text[start - 1 : start]
    return before == "_" or before.isalnum()


def _is_random(key: str) -> bool:
    """Whether a key is no run of words: it has digits and capitals."""
    return any(char.isdigit() for char in key) and any(char.isupper() for char in key)


def _is_sample(key: str) -> bool:
    """Whether a key is one that nobody was given: an example's, or filled with x and 0."""
    low = key.lower()
    if any(word in low for word in _SAMPLES):
        return True
    return not key.startswith("-----") and len(set(low[8:])) < _FEWEST_CHARACTERS


@cache
def _compiled(shape: str) -> re.Pattern[str]:
    # a shape starts with letters, so that the search jumps from one to the next; no look behind before them
    import re

    return re.compile(shape)
