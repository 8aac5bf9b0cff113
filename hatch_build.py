"""What the wheel carries beside the sources: the examples that `connlint rule` shows, in one file.

They are golden cases of the tests. A thousand small files would make every install slower.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RuleExamples(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is the builder's configuration
    """Puts `connlint/rule_examples.json` into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file where the build looks for it. An editable install reads the cases themselves."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "lint"))
        from connlint.rulepage import INSTALLED, read_examples

        found = {rule_id: asdict(item) for rule_id, item in read_examples(root / "tests" / "rules").items()}
        file = Path(self.directory) / INSTALLED
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found, ensure_ascii=False, sort_keys=True), "utf-8", newline="\n")
        build_data["force_include"][str(file)] = f"connlint/{INSTALLED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Leave nothing behind beside the wheel."""
        if version != "editable":
            from connlint.rulepage import INSTALLED

            (Path(self.directory) / INSTALLED).unlink(missing_ok=True)
