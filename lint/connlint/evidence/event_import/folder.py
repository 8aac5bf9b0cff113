"""A folder of payload schemas or payload examples: one event a file, or a folder of files.

As GitHub publishes theirs: `pull_request/opened.payload.json`. A schema is taken as it stands. From
examples a shape is inferred: what they hold is known, what they lack is not denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from connlint.connector.selectors import json_kind
from connlint.evidence.event_import.assemble import USUAL_KEYS, constants, discriminator
from connlint.evidence.event_import.model import Findings, Found, ImportFailedError, Parse
from connlint.evidence.event_import.schemas import Fetch, Schemas, Target, local_fetch, one_line, tidy

_MOST_FILES: Final = 20_000
_ENDINGS: Final = re.compile(r"(\.(payload|schema|example|event|webhook))*\.(json|ya?ml)$", re.IGNORECASE)
_SCHEMA_WORDS: Final = frozenset({"$schema", "properties", "$ref", "allOf", "anyOf", "oneOf", "$defs"})


@dataclass(frozen=True)
class File:
    """A file of the folder: its path from there, the event that its place names, and what it holds."""

    path: str
    event: str
    value: object

    @property
    def is_schema(self) -> bool:
        """Whether it holds a JSON Schema; otherwise it is an example."""
        value = self.value
        if not isinstance(value, Mapping):
            return False
        if "$schema" in value:
            return True
        # a payload may well have a key `properties` or `type`; as schema words they come together
        return isinstance(value.get("type"), str) and isinstance(value.get("properties"), Mapping)


def read_folder(folder: Path, parse: Parse, *, descriptions: bool) -> Findings:
    """The events of a folder. `parse` reads one file's text into a value.

    Raises ImportFailedError where a file is neither, where both kinds describe one event, or where there is
    nothing to read.
    """
    notes: list[str] = []
    files = _files(folder, parse, notes)
    schemas = [file for file in files if file.is_schema]
    examples = [file for file in files if not file.is_schema]
    both = sorted({file.event for file in schemas} & {file.event for file in examples})
    if both:
        raise ImportFailedError(
            f"the event `{both[0]}` has schemas and examples",
            where=", ".join(file.path for file in files if file.event == both[0]),
            help="import the folder of schemas; examples make good fixtures",
        )
    if schemas and examples:
        raise ImportFailedError(
            f"{schemas[0].path} is a schema, {examples[0].path} is an example",
            help="import one of the two kinds: a folder of schemas or a folder of examples",
        )
    if schemas:
        return _from_schemas(schemas, descriptions=descriptions, notes=notes)
    return _from_examples(examples, notes)


def _files(folder: Path, parse: Parse, notes: list[str]) -> list[File]:
    """The files of the folder, in the order of their paths."""
    paths = sorted(_walk(folder), key=lambda path: path.as_posix())
    others = [path for path in paths if not _ENDINGS.search(path.name)]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        notes.append(f"{others[0].as_posix()}{more}: neither JSON nor YAML; left out")
    files: list[File] = []
    for path in paths:
        if path in others:
            continue
        if len(path.parts) > 2:
            raise ImportFailedError(
                f"{path.as_posix()} lies too deep",
                help="expected one file an event, or one folder an event with its files directly inside:"
                " name that folder's parent",
            )
        value = _value(folder, path, parse)
        event = path.parts[0] if len(path.parts) == 2 else _ENDINGS.sub("", path.name)
        if not isinstance(value, (Mapping, list)) or (isinstance(value, list) and not _all_objects(value)):
            raise ImportFailedError(
                f"{path.as_posix()} holds no payload: {json_kind(value)}, expected an object"
            )
        files.append(File(path.as_posix(), event, value))
    if not files:
        raise ImportFailedError("the folder holds no JSON or YAML file")
    return files


def _value(folder: Path, path: PurePosixPath, parse: Parse) -> object:
    """What a file of the folder holds. Raises ImportFailedError with the file's own name and line."""
    try:
        return parse((folder / path).read_bytes(), path.name)
    except ImportFailedError as error:
        place = f"{path.as_posix()}:{error.line}" if error.line is not None else path.as_posix()
        raise ImportFailedError(f"{place}: {error.message}", help=error.help) from None


def _all_objects(values: Sequence[object]) -> bool:
    return bool(values) and all(isinstance(value, Mapping) for value in values)


def _walk(folder: Path) -> Iterator[PurePosixPath]:
    """Paths of the folder's files, hidden ones and symbolic links left out."""
    count = 0
    stack = [folder]
    while stack:
        for entry in stack.pop().iterdir():
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir():
                stack.append(entry)
                continue
            count += 1
            if count > _MOST_FILES:
                raise ImportFailedError(f"the folder holds more than {_MOST_FILES} files")
            yield PurePosixPath(entry.relative_to(folder).as_posix())


# --- schemas


def _from_schemas(files: Sequence[File], *, descriptions: bool, notes: list[str]) -> Findings:
    by_path = {file.path: file for file in files}
    fetch = _folder_fetch(by_path)
    shared = _shared(files, by_path)
    if shared:
        notes.append(f"{', '.join(sorted(shared))}: other files refer to it; not an event")
    own = [file for file in files if file.path not in shared]
    if not own:
        raise ImportFailedError("every file of the folder is a part of another: none is an event")
    schemas = Schemas([file.value for file in files], descriptions=descriptions, fetch=fetch)
    shapes, definitions = schemas.settle({file.path: schemas.shape(file.value, file.value) for file in own})
    events: dict[str, list[File]] = {}
    for file in own:
        events.setdefault(file.event, []).append(file)
    joined = {name: _joined([shapes[file.path] for file in group]) for name, group in events.items()}
    path = _named_by(joined)
    found: list[Found] = []
    for place, group in events.items():
        names = constants(joined[place], path) if path else (place,)
        first = group[0].value
        words = one_line(first.get("description")) if isinstance(first, Mapping) and len(group) == 1 else None
        deprecated = isinstance(first, Mapping) and first.get("deprecated") is True
        found.extend(Found(name, joined[place], words, deprecated) for name in names)
    return Findings(tuple(found), _rule(path), definitions, notes=tuple(notes))


def _joined(shapes: Sequence[dict[str, object]]) -> dict[str, object]:
    """The shape of an event that several files describe, one for each action."""
    distinct = [shape for at, shape in enumerate(shapes) if shape not in shapes[:at]]
    return distinct[0] if len(distinct) == 1 else tidy({"anyOf": distinct})


def _named_by(shapes: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    """The key that names the events in their bodies; () where their place in the folder does."""
    try:
        path = discriminator(list(shapes.values()))
    except ImportFailedError:
        return ()
    usual = path[-1] in USUAL_KEYS
    same = all(_slug(place) in {_slug(c) for c in constants(shape, path)} for place, shape in shapes.items())
    return path if usual or same else ()


def _shared(files: Sequence[File], by_path: Mapping[str, File]) -> set[str]:
    """The files that others refer to, and those that lie in a folder with one of them."""
    targets: set[str] = set()
    for file in files:
        stack = [file.value]
        while stack:
            here = stack.pop()
            if isinstance(here, Mapping):
                reference = here.get("$ref")
                if isinstance(reference, str) and (path := _beside(file.path, reference)) in by_path:
                    targets.add(path)
                stack.extend(here.values())
            elif isinstance(here, list):
                stack.extend(here)
    folders = {by_path[path].event for path in targets if "/" in path}
    return targets | {file.path for file in files if "/" in file.path and file.event in folders}


def _beside(path: str, reference: str) -> str:
    """The path in the folder of the file that a reference in `path` names; "" when it is the file's own."""
    file = reference.partition("#")[0]
    if not file or "://" in file:
        return ""
    parts = [*PurePosixPath(path).parts[:-1]]
    for part in PurePosixPath(file).parts:
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _folder_fetch(by_path: Mapping[str, File]) -> Fetch:
    """Resolves references inside files and between the files of the folder."""
    inside = {id(file.value): (file, local_fetch(file.value)) for file in by_path.values()}

    def fetch(reference: str, base: object) -> Target:
        file, own = inside[id(base)]
        name, _, fragment = reference.partition("#")
        if name:
            target = by_path.get(_beside(file.path, reference))
            if target is None:
                raise ImportFailedError(
                    f"{file.path} refers to `{reference}`", help="that is no file of the folder: add it there"
                )
            file, own = inside[id(target.value)]
        found = own(f"#{fragment}", file.value)
        return Target(f"{file.path}{found.identity}", found.schema, file.value)

    return fetch


# --- examples


def _from_examples(files: Sequence[File], notes: list[str]) -> Findings:
    samples: dict[str, list[tuple[str, Mapping[str, object]]]] = {}
    for file in files:
        values = file.value if isinstance(file.value, list) else [file.value]
        held = ((file.path, value) for value in values if isinstance(value, Mapping))
        samples.setdefault(file.event, []).extend(held)
    key = _naming_key(samples)
    listed = next((file.path for file in files if isinstance(file.value, list)), None)
    if key is None and listed is not None:
        raise ImportFailedError(
            f"{listed} is a list, and no key of its items names their event",
            help="a list may hold several deliveries, where a key such as `type` says of each what it is",
        )
    if key is not None:
        by_name: dict[str, list[tuple[str, Mapping[str, object]]]] = {}
        for group in samples.values():
            for path, value in group:
                by_name.setdefault(str(value[key]), []).append((path, value))
        samples = by_name
    found = []
    for name, group in samples.items():
        count = f"{len(group)} examples" if len(group) > 1 else "1 example"
        shape = infer([value for _, value in group])
        found.append(Found(name, {"$comment": f"inferred from {count}", **shape}))
    rule = {"json": key} if key is not None else None
    return Findings(tuple(found), rule, notes=tuple(notes))


def _naming_key(samples: Mapping[str, Sequence[tuple[str, Mapping[str, object]]]]) -> str | None:
    """The key whose value names the event in all examples: one that says what the example's place says, or
    one that vendors use for it and that tells all the places apart."""
    every = [value for group in samples.values() for _, value in group]
    common = [key for key in every[0] if all(isinstance(value.get(key), str) for value in every)]
    for key in sorted(
        common, key=lambda key: USUAL_KEYS.index(key) if key in USUAL_KEYS else len(USUAL_KEYS)
    ):
        values = {place: {str(value[key]) for _, value in group} for place, group in samples.items()}
        if all(_slug(place).startswith(_slug(name)) for place, names in values.items() for name in names):
            return key
        distinct = {name for names in values.values() for name in names}
        if key in USUAL_KEYS and len(distinct) == sum(len(names) for names in values.values()) > 1:
            return key
    return None


def infer(samples: Sequence[object]) -> dict[str, object]:
    """A shape that all the samples have: types and keys as seen. Objects stay open, and nothing is required:
    what a sample lacks, the next one may have."""
    kinds = list(dict.fromkeys(json_kind(sample) for sample in samples))
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    shape: dict[str, object] = {}
    known = sorted(kinds, key=lambda kind: kind == "null")
    if known and known != ["null"]:
        shape["type"] = known[0] if len(known) == 1 else known
    objects = [sample for sample in samples if isinstance(sample, Mapping)]
    if objects:
        keys = dict.fromkeys(str(key) for sample in objects for key in sample)
        shape["properties"] = {
            key: infer([sample[key] for sample in objects if key in sample]) for key in keys
        }
        shape["additionalProperties"] = True
    items = [item for sample in samples if isinstance(sample, list) for item in sample]
    if items:
        shape["items"] = infer(items)
    return shape


# --- names


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _rule(path: tuple[str, ...]) -> dict[str, object] | None:
    return {"json": path[0] if len(path) == 1 else list(path)} if path else None
