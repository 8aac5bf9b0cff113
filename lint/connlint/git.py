"""What connlint asks git: the files of a revision, and what changed since one."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path


class GitError(Exception):
    """git could not answer; the message is for people."""


def _git(arguments: list[str], folder: Path) -> bytes:
    """git's answer. Raises GitError."""
    try:
        # the arguments are ours; a revision comes after --end-of-options, or as the commit it named
        command = ["git", *arguments]
        result = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
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


def export(revision: str, folder: Path, to: Path) -> Path:
    """Write the tree of a revision below `to`; gives the folder there that stands for `folder`.

    Raises GitError.
    """
    root = top(folder)
    data = _git(["archive", "--format=tar", commit(revision, folder)], root)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(to, filter="data")
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
    names = _git(["diff", "--name-only", "--no-renames", "-z", base], root).split(b"\0")
    names += _git(["ls-files", "--others", "--exclude-standard", "-z"], root).split(b"\0")
    return [root / name.decode("utf-8", "surrogateescape") for name in names if name]
