"""Pages of docs/ that are run: the files they show are written, their commands run, what is printed compared.

A fence with a title (```json title="shop/service.json") is that file. A ```console fence begins with a line
`$ command`; the rest is what it prints, messages included, which `pytest --update-golden` writes.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from connlint.cli import group

DOCS = Path(__file__).parents[1] / "docs"
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def run_page(name: str) -> str:
    """Run a page of docs/ in the working directory; the page as it should be, with what was printed."""

    def replaced(match: re.Match[str]) -> str:
        info, body = match["info"], match["body"]
        title = re.search(r'title="([^"]+)"', info)
        if title:
            file = Path(title[1])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, "utf-8", newline="\n")
        elif info.strip() == "console":
            command = body.splitlines()[0]
            assert command.startswith("$ connlint "), f"a console fence runs connlint: {command}"
            return f"```console\n{command}\n{printed(command.removeprefix('$ connlint '))}```"
        return match[0]

    return _FENCE.sub(replaced, (DOCS / name).read_text("utf-8"))


def printed(arguments: str) -> str:
    """What `connlint ARGUMENTS` prints; a failure of its own is raised."""
    result = CliRunner().invoke(group, shlex.split(arguments), prog_name="connlint")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output if not result.output or result.output.endswith("\n") else result.output + "\n"


def config_keys() -> str:
    """The reference of docs/configuration.md, out of the configuration's schema."""
    schema = json.loads((DOCS.parent / "schemas" / "config.schema.json").read_text("utf-8"))
    parts = ["At the top of the file:", *_table(schema, schema["properties"])]
    for name, of in (
        ("evidence", schema["properties"]["evidence"]),
        ('connector."PATH"', schema["$defs"]["connector"]),
        ("ignore", schema["$defs"]["ignore"]),
    ):
        heading = f"### [[{name}]]" if name == "ignore" else f"### [{name}]"
        parts += ["", heading, "", of["description"], *_table(schema, of["properties"])]
    return "\n".join(["", *parts, ""])


def _table(schema: dict[str, Any], properties: dict[str, Any]) -> list[str]:
    rows = ["", "| key | | example |", "|---|---|---|"]
    for name, property_ in properties.items():
        found = property_
        if "$ref" in found:
            found = schema["$defs"][found["$ref"].rpartition("/")[2]] | found
        said = found.get("markdownDescription", found["description"])
        if "default" in found:
            said += f" Default: `{found['default']}`."
        example = found["examples"][0]
        shown = "" if "{" in json.dumps(example)[:2] else f"`{json.dumps(example, ensure_ascii=False)}`"
        rows.append(f"| `{name}` | {said} | {shown} |".replace("  |", " |"))
    return rows
