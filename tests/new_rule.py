"""`make new-rule NAME=family/rule-id`: the files that a new rule begins with.

Everything it writes runs as it is: a rule that speaks about a method that nobody uses, a case in which it
fires and one in which it does not. Change all three into what you mean.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from connlint.registry import FAMILIES

ROOT = Path(__file__).parents[1]

RULE = '''"""An operation has the method TRACE.

Why: say what goes wrong for whoever uses a connector that has the fault.
Not flagged: say what looks like the fault and is right; name the rule that speaks of it, if one does.
Fix: none; or say what the edit does, with the word safe or unsafe.
"""

from connlint.rule import Iterator, Operation, Problem, Severity, rule


@rule(on=Operation, severity=Severity.WARNING)
def check(operation: Operation) -> Iterator[Problem]:
    if operation.method == "TRACE":
        yield Problem(operation.method_at, f"`{operation.name}` is a TRACE", help="say what to do")
'''

CASE = """\
- handle: batches
  endpoint: /batches
  operations:
    inspect: {{method: {method}}}
"""


class Refused(Exception):
    """The name cannot be used. The message says why."""


def scaffold(name: str, root: Path = ROOT) -> list[Path]:
    """Write the files of the rule `family/rule-id` below a checkout's root; their paths.

    Raises Refused for a name that is malformed or taken.
    """
    match = re.fullmatch(r"([a-z]+)/([a-z]+(?:-[a-z]+)*)", name)
    if match is None:
        raise Refused("NAME is family/rule-id, in small letters and dashes: NAME=resource/body-on-get")
    family, stem = match[1], match[2].replace("-", "_")
    if family not in FAMILIES:
        raise Refused(f"there is no family `{family}`; the families are {', '.join(FAMILIES)}")
    rules = root / "lint" / "connlint" / "rules"
    taken = next(rules.glob(f"*/{stem}.py"), None)
    if taken is not None:
        raise Refused(f"there is a rule {match[2]} already: {taken.relative_to(root).as_posix()}")
    cases = root / "tests" / "rules" / stem
    files = {
        rules / family / f"{stem}.py": RULE,
        cases / "fires-plainly" / "resources.yaml": CASE.format(method="TRACE"),
        cases / "clean-otherwise" / "resources.yaml": CASE.format(method="GET"),
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    return list(files)


def main(arguments: list[str]) -> int:
    """The program; 2 for a name that cannot be used."""
    try:
        files = scaffold(arguments[0] if arguments else "")
    except Refused as refused:
        print(f"new-rule: {refused}", file=sys.stderr)
        return 2
    for file in files:
        print(file.relative_to(ROOT).as_posix())
    rule_id = arguments[0].partition("/")[2]
    print(
        f"Write the page and the check, then the cases, then:\n"
        f"  pytest tests/test_rules.py -k {rule_id} --update-golden    and read what it wrote\n"
        f"  connlint rule {rule_id}\n"
        f"tests/rules/README.md says how a page and a case are written."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
