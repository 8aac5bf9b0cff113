"""What mkdocs adds to the written pages: a page for each rule, and the schemas under their own addresses.

A hook of mkdocs (https://www.mkdocs.org/user-guide/configuration/#hooks).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "lint"))


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Leave pages out of the navigation that are not there, and sections that are empty then."""
    config.nav = _there(config.nav or [], Path(config.docs_dir))
    return config


def _there(entries: list[Any], home: Path) -> list[Any]:
    kept = []
    for entry in entries:
        ((title, target),) = entry.items()
        if isinstance(target, list):
            inside = _there(target, home)
            if inside:
                kept.append({title: inside})
        elif (home / target).is_file():
            kept.append({title: target})
    return kept


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the rules' pages and the schemas."""
    from connlint.registry import rules
    from connlint.rulepage import as_markdown, example

    for rule in rules().values():
        text = as_markdown(rule, example(rule.id))
        files.append(File.generated(config, f"rules/{rule.id}.md", content=text))
    for schema in sorted((ROOT / "schemas").glob("*.schema.json")):
        content = schema.read_text("utf-8")
        files.append(File.generated(config, f"schemas/{schema.name}", content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Link the rules' names in their table to their pages, which exist on the site only."""
    if page.file.src_uri != "rules.md":
        return markdown
    return re.sub(r"^\| `([a-z-]+)` \|", r"| [`\1`](rules/\1.md) |", markdown, flags=re.MULTILINE)
