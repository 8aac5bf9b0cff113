"""One target under atheris, in a process of its own: `python -m tests.fuzz.one TARGET ARGUMENTS…`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

atheris: Any = import_module("atheris")
"""`make fuzz` installs it; nothing else knows it, mypy neither."""

with atheris.instrument_imports(include=["connlint"]):
    # what targets import inside of functions has to be met here, to be watched
    from tests.fuzz.mutating import mutated
    from tests.fuzz.targets import STRUCTURED, TARGETS

    import connlint.cache
    import connlint.connector.bodies
    import connlint.evidence.drafting
    import connlint.evidence.event_import
    import connlint.evidence.event_import.merging
    import connlint.evidence.event_import.openapi
    import connlint.evidence.event_import.sdk_docs
    import connlint.evidence.event_import.unions
    import connlint.evidence.events
    import connlint.evidence.har
    import connlint.evidence.instances
    import connlint.evidence.verdicts
    import connlint.fixer
    import connlint.mock.app
    import connlint.mock.journal
    import connlint.mock.opening
    import connlint.ownrules
    import connlint.reading.compose
    import connlint.reading.json
    import connlint.reading.markdown
    import connlint.reading.recover
    import connlint.reading.repair
    import connlint.reading.toml
    import connlint.reading.yaml
    import connlint.registry
    import connlint.report.text
    import connlint.schema
    import connlint.schema.explain

    connlint.registry.rules()


def _structured(data: bytes, most: int, seed: int) -> bytes:
    made = mutated(data, seed, most) if seed % 16 else None
    return made if made is not None else atheris.Mutate(data, most)


def main() -> None:
    """Fuzz until libFuzzer's own limits say stop."""
    name, *arguments = sys.argv[1:]
    atheris.Setup(
        [sys.argv[0], *arguments],
        TARGETS[name],
        **({"custom_mutator": _structured} if name in STRUCTURED else {}),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
