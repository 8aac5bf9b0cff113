"""`connlint config`: what holds, and where each value comes from."""

from __future__ import annotations

from pathlib import Path

import click

from connlint.cli.options import EXIT_TROUBLE, fail, say


@click.group(short_help="Show the configuration that holds for a path.")
def command() -> None:
    """Look at the configuration."""


@command.command("show", short_help="Print what holds at PATH, and where each value comes from.")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
def show(path: Path) -> None:
    """Print what holds at PATH (a connector's folder or page, or any folder), and where it comes from."""
    import json

    from connlint.config import CONVENTION, BrokenConfig, Configs, shown
    from connlint.run import absolute, known_rules

    working = Path.cwd()
    at = absolute(path, working)
    if not at.exists():
        fail(f"no such file or folder: {path}")
    try:
        config = Configs(working).of(at)
        known = known_rules(at if at.is_dir() else at.parent)
        settings = config.settings(at)
    except BrokenConfig as error:
        for line in error.lines:
            say(line, err=True)
        raise SystemExit(EXIT_TROUBLE) from None
    default = "default"
    of_file = config.name or default
    rows: list[tuple[str, str, str]] = [("configuration", config.name or "none", "")]
    rows.append(("connector", settings.id, settings.origins.get("id", "its path")))
    folders = config.connectors
    rows.append(
        ("connectors", ", ".join(folders) if folders else "found by content", of_file if folders else default)
    )
    lists = (
        ("exclude", config.exclude),
        ("own-rules", [shown(file, working) for file in config.own_rule_files]),
        ("plugins", config.plugins),
    )
    rows += [(name, ", ".join(values), of_file) for name, values in lists if values]
    fail_on = config.fail_on
    rows.append(("fail-on", fail_on.word if fail_on else "warning", of_file if fail_on else default))
    if config.baseline is not None:
        rows.append(("baseline", shown(config.baseline, working), of_file))
    for name, value in (("owner", settings.owner), ("page", settings.page)):
        if value is not None:
            text = shown(value, working) if isinstance(value, Path) else value
            rows.append((name, text, settings.origins.get(name, of_file)))
    for name, found in (
        ("contract", settings.contract),
        ("events", settings.events),
        ("fixtures", settings.fixtures),
    ):
        if found is not None:
            rows.append((name, shown(found, working), settings.origins.get(name, of_file)))
        else:
            rows.append((name, f"{CONVENTION[name]}, where there is one", default))
    if settings.coverage is not None:
        rows.append(("coverage", ", ".join(settings.coverage), settings.origins.get("coverage", of_file)))
    for operation, way in settings.records.items():
        rows.append((f"records of {operation}", ".".join(way), settings.origins.get("records", of_file)))
    for id_ in sorted(settings.severities.keys() | settings.options.keys()):
        severity = settings.severities[id_] if id_ in settings.severities else known[id_].severity
        options = "".join(
            f", {key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in settings.options.get(id_, {}).items()
        )
        word = severity.word if severity is not None else "off"
        rows.append((f"rule {id_}", word + options, settings.origins.get(f"rules.{id_}", of_file)))
    for ignore in config.ignores:
        place = ignore.at.source.position(ignore.at.span.start)
        until = f" until {ignore.until}" if ignore.until else ""
        rows.append(
            (
                "ignore",
                f"{ignore.rule} at {ignore.address}{until}: {ignore.reason}",
                f"{config.name}:{place.line}",
            )
        )
    width = max(len(name) for name, _, _ in rows)
    value_width = max(len(value) for _, value, origin in rows if origin) if len(rows) > 1 else 0
    for name, value, origin in rows:
        tail = f"  {value:<{min(value_width, 50)}}  # {origin}" if origin else f"  {value}"
        say(f"{name:<{width}}{tail}".rstrip())
