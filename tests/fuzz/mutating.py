"""Changes of a JSON value, as authors and attackers make them: what a byte here or there hardly ever does."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

_WORDS = """
{{x}} {{ }} {{ }} {x} / // /{{x}} ?a=b # $ https://a.test http://[ $ref #/ #/components/schemas/Order
#/components/schemas/Nothing other.json#/a a~1b~0c * [ ( a.b é 😀 İ ^(a+)+$ String Integer Array Object
Bytes Sting application/json multipart/form-data text/event-stream application/x-www-form-urlencoded
a={{x}}&b=1 {"a":{{x}}} {"a":"{{x}}" 2026-11-22 9999-99-99 180d 5ms 2XX default orders.read order.paid
AA== x 0 -1
""".split()
ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**31,
        2**63,
        10**30,
        0.5,
        -0.0,
        1e300,
        1e-300,
        "",
        " ",
        "a\nb",
        "{{ x }}",
    ),
    *("\u0000", "\ud800", "\u202e", "\x1b[31m", "a" * 300, "sk-" + "a" * 48),
    *([], {}, [[]], [{}], {"": ""}, {"value": ""}, {"value": None}, {"name": "x", "type": "String"}),
    *([None, None], {"$ref": "#"}, {"type": "object", "properties": {}}, {"anyOf": []}, {"type": []}),
    *({"allOf": [{"$ref": "#"}]}, *_WORDS),
)
KEYS = (
    "",
    *"""
handle service endpoint operations fields selector placeholders name type value webhooks event path
payload method queryParams headers bodyTemplate options meta required multivalue auth params baseURL
contentType operation request response status json form multipart text base64 file stream match paginate
scenario steps after delivery recorded written drafted variant note source events signing envelope
properties items anyOf oneOf allOf not enum const $ref nullable additionalProperties patternProperties
$defs paths components schemas servers security parameters in schema content responses openapi info
version findings fingerprint log entries postData mimeType url given then message pattern rules 0 a/b *
""".split(),
)


def mutated(data: bytes, seed: int, most: int) -> bytes | None:
    """Another value near the one in the text; None where that is no JSON, or would get too long."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    random = Random(seed)
    holder = [copy.deepcopy(value)]
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        _change(holder, random)
    try:
        made = json.dumps(holder[0], ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    except RecursionError:
        return None
    return made if len(made) <= most else None


def _change(holder: list[Any], random: Random) -> None:
    """Change one node of the value in `holder[0]`."""
    nodes = list(_nodes(holder))
    parent, key = random.choice(nodes)
    here = parent[key]
    what = random.randrange(9)
    if what == 0:
        parent[key] = copy.deepcopy(random.choice(ODD))
    elif what == 1:
        other, step = random.choice(nodes)
        parent[key] = copy.deepcopy(other[step])
    elif what == 2 and parent is not holder:
        del parent[key]
    elif what == 3 and isinstance(here, dict):
        here[random.choice(KEYS)] = copy.deepcopy(random.choice(ODD))
    elif what == 4 and isinstance(here, dict) and here:
        old = random.choice(list(here))
        here[random.choice(KEYS)] = here.pop(old)
    elif what == 5 and isinstance(here, list):
        here.insert(random.randint(0, len(here)), copy.deepcopy(random.choice((*here, *ODD[:8]))))
    elif what == 6:
        parent[key] = random.choice(([here], {random.choice(KEYS): here}, [here, here], [[here]]))
    elif what == 7 and isinstance(here, str):
        at = random.randint(0, len(here))
        inner = random.choice([odd for odd in ODD if isinstance(odd, str)])
        parent[key] = here[:at] + inner + here[at + random.randint(0, 3) :]
    elif isinstance(here, (int, float)):
        parent[key] = random.choice((here + 1, -here, here * 10**6, str(here)))
    else:
        parent[key] = copy.deepcopy(random.choice(ODD))


def _nodes(holder: list[Any]) -> list[tuple[Any, Any]]:
    """Every value as its holder and the key in there."""
    found: list[tuple[Any, Any]] = [(holder, 0)]
    for parent, key in found:
        here = parent[key]
        if len(found) > 5_000:
            break
        if isinstance(here, dict):
            found += [(here, inner) for inner in here]
        elif isinstance(here, list):
            found += [(here, index) for index in range(len(here))]
    return found
