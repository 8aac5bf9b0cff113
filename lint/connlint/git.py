"""What connlint asks git: the files of a revision, and what changed since one.

A repository's own settings may name programs (to watch files, to filter them). Whoever unpacked it did not
choose them, and nothing that is asked here needs one: git is told to run none, and to fetch nothing.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

_SETTINGS: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
}
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


class GitError(Exception):
    """git could not answer; the message is for people."""


def program() -> str:
    """git. Raises GitError where there is none.

    Windows would look into the working directory first, which is the repository that is looked at.
    """
    system: str = sys.platform
    if system != "win32":
        return "git"
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = Path(folder, "git.exe")
        if Path(folder).is_absolute() and path.is_file():
            return str(path)
    raise GitError("git is not installed")


def _git(arguments: list[str], folder: Path, settings: dict[str, str] = _SETTINGS) -> bytes:
    """git's answer. Raises GitError."""
    # after those that the environment gives (safe.directory, in CI): the last of two settings holds
    said = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(said) if said.isdigit() else 0
    given = {f"GIT_CONFIG_KEY_{number}": key for number, key in enumerate(settings, first)}
    given |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(settings.values(), first)}
    environment = {**os.environ, **_ENVIRONMENT, **given, "GIT_CONFIG_COUNT": str(first + len(settings))}
    try:
        # the arguments are ours; a revision comes after --end-of-options, or as the commit it named
        command = [program(), *arguments]
        result = subprocess.run(  # noqa: S603 - see above
            command, cwd=folder, capture_output=True, check=False, env=environment
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    if result.returncode != 0:
        text = result.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(text[0].removeprefix("fatal: ") if text else "git failed")
    return result.stdout


def commit(revision: str, folder: Path) -> str:
    """The commit that a revision names. Raises GitError, with a word about shallow clones."""
    try:
        found = _git(
            ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"], folder
        )
    except GitError as error:
        if _is_shallow(folder):
            raise GitError(
                f"`{revision}` is not in this shallow clone: fetch it, or clone with full history "
                "(fetch-depth: 0)"
            ) from error
        raise GitError(f"`{revision}` is no revision of this repository") from error
    return found.decode().strip()


def top(folder: Path) -> Path:
    """The repository's root folder. Raises GitError."""
    return Path(
        _git(["rev-parse", "--show-toplevel"], folder).decode("utf-8", "surrogateescape").rstrip("\n")
    )


def _is_shallow(folder: Path) -> bool:
    try:
        return _git(["rev-parse", "--is-shallow-repository"], folder).strip() == b"true"
    except GitError:
        return False


def _without_filters(folder: Path) -> dict[str, str]:
    """Settings in which the filters that the repository itself sets up do nothing."""
    try:
        names = _git(["config", "--local", "--includes", "--null", "--name-only", "--list"], folder)
    except GitError:
        return _SETTINGS
    keys = {name.decode("utf-8", "surrogateescape") for name in names.split(b"\0")}
    found = {key: "" for key in sorted(keys) if key.startswith("filter.") and not key.endswith(".required")}
    needed = {f"{key.rpartition('.')[0]}.required": "false" for key in found}
    return {**_SETTINGS, **found, **needed}


def _kept(member: tarfile.TarInfo, to: str) -> tarfile.TarInfo | None:
    """A file or folder of an archive, as it may be unpacked; links are left out: they may lead anywhere."""
    return tarfile.data_filter(member, to) if member.isfile() or member.isdir() else None


def export(revision: str, folder: Path, to: Path) -> Path:
    """Write the tree of a revision below `to`; gives the folder there that stands for `folder`.

    Raises GitError.
    """
    root = top(folder)
    settings = _without_filters(root)
    data = _git(["archive", "--format=tar", commit(revision, folder)], root, settings)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(to, filter=_kept)  # noqa: S202 - filtered by Python's own `data` filter
    return to / folder.resolve().relative_to(root.resolve())


def changed(revision: str, folder: Path) -> list[Path]:
    """The files that differ between the fork from a revision and the working tree: changed, new,
    deleted, both names of renamed ones, and untracked ones. Raises GitError."""
    root = top(folder)
    base = commit(revision, folder)
    try:
        base = _git(["merge-base", base, "HEAD"], folder).decode().strip()
    except GitError as error:
        if _is_shallow(folder):
            raise GitError(
                f"this shallow clone does not reach the fork from `{revision}`: clone with full history "
                "(fetch-depth: 0)"
            ) from error
        raise GitError(f"`{revision}` and HEAD have no common history") from error
    options = [
        "--name-only",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=all",
        "-z",
    ]
    names = _git(["diff", *options, base], root, _without_filters(root)).split(b"\0")
    names += _git(["ls-files", "--others", "--exclude-standard", "-z"], root).split(b"\0")
    return [root / name.decode("utf-8", "surrogateescape") for name in names if name]
