"""`make dist`: the bill of materials of the wheel, CycloneDX in JSON, the same bytes for the same commit.

It lists what the wheel needs at run time, extras included, as locked: versions, the hashes of every file of
each release, licenses where the package states one.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from tests.supply.locked import OURS, ROOT, Package, needed, packages, plain, wanted_by_us

from connlint.version import VERSION

_EPOCH: Final = 1_580_601_600
"""2020-02-02, which hatchling gives files where nothing else says a time."""
_LONGEST_LICENSE: Final = 64


def moment() -> datetime:
    """When the sources were: `SOURCE_DATE_EPOCH`, else the commit's time."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not said:
        asked = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        said = asked.stdout.strip()
    return datetime.fromtimestamp(int(said) if said.isdigit() else _EPOCH, UTC)


def license_of(said: PackageMetadata) -> License | None:
    """The license that a package states: its expression, its classifier, or its own short word for it."""
    make = LicenseFactory().make_from_string
    expression = said.get_all("License-Expression")
    if expression:
        return make(expression[0])
    for classifier in said.get_all("Classifier") or ():
        if classifier.startswith("License :: OSI Approved :: "):
            return make(classifier.rpartition(" :: ")[2])
    word = (said.get_all("License") or [""])[0].strip()
    return make(word) if word and len(word) <= _LONGEST_LICENSE and "\n" not in word else None


def component(item: Package, extras: list[str]) -> Component:
    """One locked package. `extras` are those that bring it; none: it always comes."""
    purl = PackageURL("pypi", None, item.name, item.version)
    made = Component(
        type=ComponentType.LIBRARY,
        name=item.name,
        version=item.version,
        purl=purl,
        bom_ref=str(purl),
        scope=ComponentScope.OPTIONAL if extras else ComponentScope.REQUIRED,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=value) for value in item.hashes],
        properties=[Property(name="connlint:extra", value=name) for name in extras],
    )
    if item.marker:
        made.properties.add(Property(name="connlint:where", value=item.marker))
    try:
        stated = license_of(metadata(item.name))
    except PackageNotFoundError:  # for another system
        stated = None
    if stated is not None:
        made.licenses.add(stated)
    return made


def bill(wheel: Path | None = None) -> str:
    """The bill as JSON; of a wheel that is there, with its hash."""
    locked = packages()
    wanted = wanted_by_us()
    always = needed(wanted[""], locked)
    by_extra = {
        name: needed(names, locked) - always for name, names in wanted.items() if name not in ("", "all")
    }
    names = sorted(always.union(*by_extra.values()))
    parts = {
        name: component(
            locked[name],
            [] if name in always else [extra for extra in sorted(by_extra) if name in by_extra[extra]],
        )
        for name in names
    }
    purl = PackageURL("pypi", None, "connlint", VERSION)
    root = Component(
        type=ComponentType.APPLICATION, name="connlint", version=VERSION, purl=purl, bom_ref=str(purl)
    )
    root.licenses.add(LicenseFactory().make_from_string("Apache-2.0"))
    if wheel is not None:
        root.hashes.add(
            HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(wheel.read_bytes()).hexdigest())
        )
    listed = "\n".join(f"{item.name}=={item.version} {' '.join(item.hashes)}" for item in locked.values())
    bom = Bom(components=parts.values(), serial_number=uuid5(NAMESPACE_URL, f"connlint {VERSION}\n{listed}"))
    bom.metadata.component = root
    bom.metadata.timestamp = moment()
    direct = {name for names in wanted.values() for name in names}
    bom.register_dependency(root, [parts[name] for name in names if name in direct])
    for name in names:
        inner = [
            other for other in names if name in {plain(by)[0] for by in locked[other].wanted_by if by != OURS}
        ]
        bom.register_dependency(parts[name], [parts[other] for other in inner])
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def main(folder: Path) -> int:
    """Write the bill beside the wheel that a folder holds."""
    (wheel,) = folder.glob("connlint-*.whl")
    target = folder / f"connlint-{VERSION}.cdx.json"
    text = bill(wheel)
    target.write_text(text, "utf-8", newline="\n")
    print(f"{target}: {len(json.loads(text)['components'])} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
