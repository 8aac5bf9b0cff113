"""The openai package's own tests, against the mock of specs/chatgpt.

    python -m tests.sdk.run [PYTEST ARGUMENTS...]

They are in the package's source distribution only, which pip downloads into `.bench/` once. Of them those run
whose calls are operations of the connector: `OURS` says which. Exit status: pytest's; 0 with a word on stderr
where the distribution cannot be had.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.sdk.connlint_sdk_select import OURS

from connlint.mock.inprocess import MockServer

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".bench" / "openai-sdist"
CONTRACT = ROOT.parent / "shared" / "contracts" / "openai.openapi.json"


def distribution() -> Path | None:
    """The unpacked source distribution of the installed version, None where it cannot be had."""
    try:
        wanted = version("openai")
    except PackageNotFoundError:
        return None
    folder = HOME / f"openai-{wanted}"
    if not folder.is_dir():
        HOME.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"]
        argv += ["--no-binary", "openai", "--dest", str(HOME), f"openai=={wanted}"]
        if subprocess.run(argv, check=False, capture_output=True).returncode:
            return None
        with tarfile.open(HOME / f"openai-{wanted}.tar.gz") as archive:
            archive.extractall(HOME, filter="data")
    return folder


def main() -> int:
    """Serve, and run."""
    folder = distribution()
    if folder is None:
        print("the openai source distribution cannot be had: nothing was run", file=sys.stderr)
        return 0
    contract = CONTRACT if CONTRACT.exists() else None
    with MockServer.of(ROOT / "specs" / "chatgpt", contract=contract) as mock:
        modules = [str(folder / "tests" / "api_resources" / module) for module in OURS]
        argv = [
            sys.executable,
            "-m",
            "pytest",
            "-o",
            "addopts=",
            "-p",
            "no:cacheprovider",
            "-q",
            "--tb=short",
        ]
        argv += ["-p", "connlint_sdk_select", *modules, *sys.argv[1:]]
        paths = [str(Path(__file__).parent), str(ROOT / "lint")]
        environment = {**os.environ, "TEST_API_BASE_URL": mock.origin, "PYTHONPATH": os.pathsep.join(paths)}
        return subprocess.run(argv, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
