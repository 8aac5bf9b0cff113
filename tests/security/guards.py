"""`make guards`: each guard of docs/security.md is taken out of a copy, and its test must fail then.

A guard is text of a source file, and what would stand there without it. `make test` sees that the text is
there, once, and that every claim of the page has a guard; this harness, which takes minutes, that tests bite.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "security.md"
_COPIED: Final = (
    *("lint", "tests", "schemas", "requirements", "docs", "specs"),
    *("pyproject.toml", "action.yml", ".pre-commit-hooks.yaml", "Makefile"),
)
_LONGEST: Final = 60
"""Seconds after which a test without its guard counts as hanging, which is a failure too."""
_CLAIM: Final = re.compile(r"^- \*\*`([a-z-]+)`\*\* (.*?)(?=^- |^#|\Z)", re.MULTILINE | re.DOTALL)
_TEST: Final = re.compile(r"`(tests/[\w/]+\.py::\w+)`")


class Guard(NamedTuple):
    """What holds a claim: `text` of a file, what stands there `without` it, the test that fails then."""

    claim: str
    file: str
    text: str
    without: str
    test: str


def claims(text: str | None = None) -> dict[str, list[str]]:
    """The claims of the page, each with its tests."""
    page = text or PAGE.read_text("utf-8")
    return {match[1]: _TEST.findall(match[2]) for match in _CLAIM.finditer(page)}


_PATHS, _REPO = "tests/security/test_paths.py", "tests/security/test_repository.py"
_DOCUMENTS, _RULES = "tests/security/test_documents.py", "tests/security/test_own_rules.py"
_NETWORK, _SECRETS = "tests/security/test_network.py", "tests/security/test_secrets.py"
_TERMINAL, _CI = "tests/security/test_terminal.py", "tests/security/test_ci_logs.py"
_INJECTION, _BROWSER = "tests/security/test_injection.py", "tests/security/test_browser.py"
_DOORS, _CACHE = "tests/security/test_doors.py", "tests/security/test_cache.py"
_LINT: Final = "lint/connlint/"

GUARDS: Final = (
    # files
    Guard(
        "links",
        _LINT + "discovery.py",
        "if leads_out(folder / entry.name, folder):",
        "if False:",
        f"{_PATHS}::test_a_link_out_of_the_repository_is_not_followed",
    ),
    Guard(
        "links",
        _LINT + "discovery.py",
        "file.is_symlink() and leads_out(file, file.parent)",
        "False",
        f"{_REPO}::test_a_named_link_out_of_the_repository_is_not_followed",
    ),
    Guard(
        "links",
        _LINT + "evidence/location.py",
        "if os.path.islink(path) and leads_out(path, home):",
        "if False:",
        f"{_PATHS}::test_a_folder_of_fixtures_elsewhere_is_neither_read_nor_written",
    ),
    Guard(
        "links",
        _LINT + "files.py",
        'return not real.is_relative_to(top) or ".git" in real.relative_to(top).parts',
        "return not real.is_relative_to(top)",
        f"{_PATHS}::test_a_link_into_gits_own_files_is_not_followed",
    ),
    Guard(
        "bodies",
        _LINT + "evidence/fixture_files.py",
        "if not path.is_relative_to(root):",
        "if False:",
        f"{_PATHS}::test_a_body_is_a_file_below_the_fixtures",
    ),
    Guard(
        "drafts",
        _LINT + "evidence/drafting.py",
        'return re.sub(r"[^\\w.-]+", "-", name, flags=re.ASCII).strip(".-") or "fixture"',
        "return name",
        f"{_PATHS}::test_a_draft_is_named_by_no_path",
    ),
    Guard(
        "drafts",
        _LINT + "evidence/fixture_store.py",
        "if not inside:",
        "if False:",
        f"{_PATHS}::test_a_fixture_is_written_below_the_fixtures",
    ),
    Guard(
        "configured-paths",
        _LINT + "config.py",
        "if os.path.isabs(name) or config.elsewhere(",
        "if False and config.elsewhere(",
        f"{_REPO}::test_configuration_names_no_file_elsewhere",
    ),
    Guard(
        "configured-paths",
        _LINT + "config.py",
        "if found is not None and self.elsewhere(found):",
        "if False:",
        f"{_REPO}::test_configuration_names_no_file_elsewhere",
    ),
    Guard(
        "configured-paths",
        _LINT + "config.py",
        "if path.is_symlink() and beyond(path, boundary(folder)):",
        "if False:",
        f"{_REPO}::test_configuration_is_no_link_out_of_the_repository",
    ),
    Guard(
        "written-through-links",
        _LINT + "files.py",
        "if strays(path):",
        "if False:",
        f"{_REPO}::test_nothing_is_written_through_a_link_out_of_the_repository",
    ),
    Guard(
        "written-through-links",
        _LINT + "cli/mock.py",
        "if file is not None and strays(file):",
        "if False:",
        f"{_REPO}::test_nothing_is_written_through_a_link_out_of_the_repository",
    ),
    Guard(
        "written-through-links",
        _LINT + "files.py",
        'return ".git" in real.relative_to(inside).parts and ".git" not in plain.relative_to(top).parts',
        "return False",
        f"{_REPO}::test_nothing_is_written_into_gits_own_files",
    ),
    Guard(
        "whole-writes",
        _LINT + "files.py",
        "handle, name = tempfile.mkstemp(prefix=stem, suffix=_ENDING, dir=where.parent)",
        "name = f'{where.parent}/{stem}{_ENDING}'; handle = os.open(name, os.O_CREAT | os.O_WRONLY, 0o644)",
        f"{_REPO}::test_what_is_written_has_no_guessable_name_and_is_nobodys_else_meanwhile",
    ),
    Guard(
        "whole-writes",
        _LINT + "files.py",
        "return None if status is not None and not stat.S_ISREG(status.st_mode) else path.resolve()",
        "return path.resolve()",
        f"{_PATHS}::test_a_pipe_is_written_to_and_not_replaced",
    ),
    Guard(
        "ignore-files",
        _LINT + "discovery.py",
        "if name.is_file() and not name.is_symlink():",
        "if name.is_file():",
        f"{_REPO}::test_an_ignore_file_that_is_a_link_is_not_read",
    ),
    Guard(
        "ignore-files",
        _LINT + "discovery.py",
        ' and not line.startswith("#") and not _slow(line)]',
        ' and not line.startswith("#")]',
        f"{_REPO}::test_an_ignore_file_takes_no_more_than_a_moment",
    ),
    Guard(
        "ignore-files",
        _LINT + "config.py",
        'elif name.count("**") > _MOST_WALKS:',
        "elif False:",
        f"{_REPO}::test_a_pattern_of_configuration_takes_no_more_than_a_moment",
    ),
    Guard(
        "ignore-files",
        _LINT + "config.py",
        "if len(data) > _LARGEST:",
        "if False:",
        f"{_REPO}::test_a_huge_configuration_is_not_read",
    ),
    # code
    Guard(
        "git-programs",
        _LINT + "git.py",
        '"core.fsmonitor": "false",',
        "",
        f"{_REPO}::test_git_runs_no_program_that_the_repository_names",
    ),
    Guard(
        "git-programs",
        _LINT + "git.py",
        "return {**_SETTINGS, **found, **needed}",
        "return _SETTINGS",
        f"{_REPO}::test_git_runs_no_program_that_the_repository_names",
    ),
    Guard(
        "git-programs",
        _LINT + "git.py",
        "if Path(folder).is_absolute() and path.is_file():",
        "if path.is_file():",
        f"{_REPO}::test_git_is_not_taken_from_the_working_directory",
    ),
    Guard(
        "git-revisions",
        _LINT + "git.py",
        "archive.extractall(to, filter=_kept)",
        'archive.extractall(to, filter="fully_trusted")',
        f"{_REPO}::test_a_link_in_a_revision_is_not_taken_out_of_it",
    ),
    Guard(
        "git-revisions",
        _LINT + "git.py",
        '["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"], folder',
        '["log", "-1", "--format=%H", revision], folder',
        f"{_REPO}::test_a_revision_is_no_option",
    ),
    Guard(
        "modules",
        _LINT + "cli/__init__.py",
        'checking = sys.argv[1:2] == ["check"]',
        'checking = sys.argv[1:2] == ["check"]; sys.path.insert(0, "")',
        f"{_REPO}::test_no_module_of_the_repository_is_imported",
    ),
    Guard(
        "modules",
        _LINT + "ownrules.py",
        "points = list(entry_points(group=GROUP, name=name))",
        "points = list(entry_points(group=GROUP, name=name)) or [import_module(name)]",
        f"{_REPO}::test_a_plugin_is_an_installed_package_and_no_file",
    ),
    # documents
    Guard(
        "yaml",
        _LINT + "reading/limits.py",
        "SPEC_LIMITS = Limits(size=16 * 1024 * 1024, depth=128,",
        "SPEC_LIMITS = Limits(size=16 * 1024 * 1024, depth=1_000_000,",
        f"{_DOCUMENTS}::test_no_trick_of_yaml_works",
    ),
    Guard(
        "json",
        _LINT + "reading/limits.py",
        "MAX_DIGITS = 400",
        "MAX_DIGITS = 10**9",
        f"{_DOCUMENTS}::test_no_trick_of_json_works",
    ),
    Guard(
        "size",
        _LINT + "reading/files.py",
        "if len(data) > limits.size:",
        "if False:",
        f"{_DOCUMENTS}::test_a_file_past_the_limit_is_not_read",
    ),
    Guard(
        "scanners",
        _LINT + "credentials.py",
        'r"eyJ(?<![A-Za-z0-9_-]eyJ)[A-Za-z0-9_-]{8,}',
        'r"eyJ[A-Za-z0-9_-]{8,}',
        "tests/security/test_patterns.py::test_no_text_takes_a_reader_more_than_a_moment",
    ),
    Guard(
        "patterns",
        _LINT + "ownrules.py",
        'condition(value["then"]), pattern_options=jsonschema_rs.RegexOptions(), retriever=_no_other',
        'condition(value["then"]), retriever=_no_other',
        f"{_DOCUMENTS}::test_a_pattern_that_blows_up_is_never_run",
    ),
    Guard(
        "own-rules",
        _LINT + "ownrules.py",
        'condition(value["then"]), pattern_options=jsonschema_rs.RegexOptions(), retriever=_no_other',
        'condition(value["then"]), pattern_options=jsonschema_rs.RegexOptions()',
        f"{_RULES}::test_a_schema_of_an_own_rule_fetches_nothing",
    ),
    Guard(
        "own-rules",
        _LINT + "ownrules.py",
        'environment.function_extensions |= {"match": Matches("^(?:{})$"), "search": Matches("{}")}',
        "pass",
        f"{_RULES}::test_a_pattern_of_a_query_runs_in_linear_time",
    ),
    Guard(
        "own-rules",
        _LINT + "ownrules.py",
        'slow = _slow(value["given"])',
        'slow = ""',
        f"{_RULES}::test_a_query_that_would_take_too_long_is_refused",
    ),
    # requests
    Guard(
        "redirects",
        _LINT + "mock/recorder.py",
        "follow_redirects=False",
        "follow_redirects=True",
        f"{_NETWORK}::test_a_recording_follows_no_redirect",
    ),
    Guard(
        "redirects",
        _LINT + "mock/recorder.py",
        "trust_env=False",
        "trust_env=True",
        f"{_NETWORK}::test_a_recording_follows_no_redirect",
    ),
    Guard(
        "redirects",
        _LINT + "mock/delivering.py",
        "follow_redirects=False",
        "follow_redirects=True",
        f"{_NETWORK}::test_a_delivery_follows_no_redirect_and_uses_no_proxy",
    ),
    Guard(
        "redirects",
        _LINT + "mock/delivering.py",
        "trust_env=False",
        "trust_env=True",
        f"{_NETWORK}::test_a_delivery_follows_no_redirect_and_uses_no_proxy",
    ),
    Guard(
        "redirects",
        _LINT + "cli/try_.py",
        "follow_redirects=False",
        "follow_redirects=True",
        f"{_NETWORK}::test_a_try_follows_no_redirect_and_shows_no_credential",
    ),
    Guard(
        "redirects",
        _LINT + "cli/try_.py",
        "trust_env=False",
        "trust_env=True",
        f"{_NETWORK}::test_a_try_follows_no_redirect_and_shows_no_credential",
    ),
    Guard(
        "one-host",
        _LINT + "mock/recorder.py",
        "url = self._upstream + self._inner(request.path)",
        "url = f\"http://{request.header('host')}\" + self._inner(request.path)",
        f"{_NETWORK}::test_a_recording_asks_the_named_host_whatever_the_request_says",
    ),
    Guard(
        "one-host",
        _LINT + "connector/rendering.py",
        'path = "/" + "/".join(part for part in rest.strip().split("/") if part)',
        "path = rest.strip()",
        f"{_NETWORK}::test_a_connector_does_not_say_where_a_credential_goes",
    ),
    Guard(
        "one-host",
        _LINT + "mock/delivering.py",
        "if parts.username or parts.password:",
        "if False:",
        f"{_NETWORK}::test_only_addresses_of_http_are_taken",
    ),
    Guard(
        "endless-answers",
        _LINT + "mock/delivering.py",
        "asyncio.timeout(TIMEOUT),",
        "asyncio.timeout(None),",
        f"{_NETWORK}::test_a_receiver_that_never_ends_its_answer_is_given_up",
    ),
    Guard(
        "endless-answers",
        _LINT + "cli/try_.py",
        " or time.monotonic() > until:",
        ":",
        f"{_NETWORK}::test_a_server_that_never_ends_its_answer_is_given_up",
    ),
    # credentials
    Guard(
        "recordings",
        _LINT + "evidence/redaction.py",
        "if _plain(key) in _SECRET_KEYS and value and not _STAND_IN.fullmatch(value):",
        "if False:",
        f"{_NETWORK}::test_what_is_recorded_holds_no_credential",
    ),
    Guard(
        "recordings",
        _LINT + "mock/recorder.py",
        "if leak:",
        "if False:",
        "tests/mock/test_commands.py::test_a_credential_that_would_be_left_stops_the_write",
    ),
    Guard(
        "journals",
        _LINT + "mock/journal.py",
        'redactor.header(key.decode("latin-1"), value.decode("latin-1"))',
        'value.decode("latin-1")',
        "tests/mock/test_server.py::test_the_journal_holds_no_credential",
    ),
    Guard(
        "shown",
        _LINT + "report/outputs.py",
        "text = withheld(_rendered(report, format_, view))",
        "text = _rendered(report, format_, view)",
        f"{_SECRETS}::test_no_format_shows_a_credential",
    ),
    Guard(
        "shown",
        _LINT + "cli/options.py",
        "logged(withheld(visible_lines(text)))",
        "logged(visible_lines(text))",
        f"{_SECRETS}::test_no_other_command_shows_a_credential",
    ),
    Guard(
        "shown",
        _LINT + "cli/coverage.py",
        "logged(withheld(renderers[format_](tables)), kind)",
        "logged(renderers[format_](tables), kind)",
        f"{_SECRETS}::test_no_other_command_shows_a_credential",
    ),
    Guard(
        "shown",
        _LINT + "credentials.py",
        "for found in credentials_in(text, glued=True):",
        "for found in credentials_in(text):",
        f"{_SECRETS}::test_what_is_hidden_keeps_its_length_and_all_else_stays",
    ),
    Guard(
        "errors",
        _LINT + "cli/try_.py",
        "except httpx2.LocalProtocolError:",
        "except ZeroDivisionError:",
        f"{_NETWORK}::test_a_credential_that_no_header_can_hold_is_not_shown",
    ),
    Guard(
        "cached",
        _LINT + "cache.py",
        'if "secret" in finding.tags or finding.rule == "internal-error":',
        'if finding.rule == "internal-error":',
        f"{_SECRETS}::test_a_cache_keeps_no_credential",
    ),
    Guard(
        "cached",
        _LINT + "evidence/location.py",
        'if not credentials_in(packed.decode("utf-8", "replace")):',
        "if True:",
        f"{_SECRETS}::test_a_cache_keeps_no_credential",
    ),
    # outputs
    Guard(
        "terminals",
        _LINT + "report/escape.py",
        "return _CONTROL.sub(_escape, text)",
        "return text",
        f"{_TERMINAL}::test_no_format_of_check_drives_a_terminal",
    ),
    Guard(
        "terminals",
        _LINT + "cli/options.py",
        "logged(withheld(visible_lines(text)))",
        "logged(withheld(text))",
        f"{_TERMINAL}::test_no_other_command_drives_a_terminal",
    ),
    Guard(
        "terminals",
        _LINT + "cli/try_.py",
        'f"{visible(name)} (not shown)"',
        'f"{name} (not shown)"',
        f"{_TERMINAL}::test_a_question_for_a_credential_does_not_drive_a_terminal",
    ),
    Guard(
        "terminals",
        _LINT + "cli/check.py",
        "_seen(data) if sys.stdout.isatty() else data",
        "data",
        f"{_DOORS}::test_a_patch_does_not_drive_a_terminal",
    ),
    Guard(
        "ci-logs",
        _LINT + "report/outputs.py",
        'return text if format_ == "github" else logged(text, _KINDS.get(format_, "text"))',
        "return text",
        f"{_CI}::test_no_report_of_check_holds_a_command",
    ),
    Guard(
        "ci-logs",
        _LINT + "cli/options.py",
        "logged(withheld(visible_lines(text)))",
        "withheld(visible_lines(text))",
        f"{_CI}::test_an_answer_that_is_shown_holds_no_command",
    ),
    Guard(
        "annotations",
        _LINT + "report/github.py",
        'return text.replace("%", "%25").replace("\\r", "%0D").replace("\\n", "%0A")',
        "return text",
        f"{_INJECTION}::test_annotations_are_the_only_commands_in_a_log",
    ),
    Guard(
        "pages",
        _LINT + "report/coverage.py",
        "{escape(visible(line.name or _NO_RESOURCE))}",
        "{visible(line.name or _NO_RESOURCE)}",
        f"{_INJECTION}::test_a_page_of_coverage_holds_our_own_tags_only",
    ),
    Guard(
        "pages",
        _LINT + "report/markdown.py",
        'return _MARKUP.sub(r"\\\\\\1", text).replace(',
        "return text.replace(",
        f"{_INJECTION}::test_a_table_of_coverage_holds_no_markup_of_a_name",
    ),
    Guard(
        "pages",
        _LINT + "report/merging.py",
        'if "<!DOCTYPE" in text or "<!ENTITY" in text:',
        "if False:",
        f"{_INJECTION}::test_a_merged_report_declares_no_entity",
    ),
    Guard(
        "editors",
        _LINT + "lsp/hover.py",
        'return markdown.replace("![", "!\\\\[")',
        "return markdown",
        f"{_DOORS}::test_a_page_of_an_editor_loads_no_image",
    ),
    # the mock and the recorder
    Guard(
        "loopback",
        _LINT + "mock/inprocess.py",
        'listen("127.0.0.1", self._port)',
        'listen("0.0.0.0", self._port)',
        f"{_BROWSER}::test_the_mock_listens_on_loopback",
    ),
    Guard(
        "other-sites",
        _LINT + "mock/pages.py",
        "if unknown is not None:",
        "if False:",
        f"{_BROWSER}::test_the_mocks_own_pages_take_no_orders_from_another_site",
    ),
    Guard(
        "other-sites",
        _LINT + "mock/pages.py",
        'if origin is not None and origin.partition("://")[2] != (request.header("host") or ""):',
        "if False:",
        f"{_BROWSER}::test_the_mocks_own_pages_take_no_orders_from_another_site",
    ),
    Guard(
        "other-sites",
        _LINT + "mock/inprocess.py",
        "hosts=LOOPBACK,",
        "",
        f"{_BROWSER}::test_the_mocks_own_pages_take_no_orders_from_another_site",
    ),
    Guard(
        "other-sites",
        _LINT + "mock/recorder.py",
        "if foreign is None and self._hosts is not None and cross_site(request):",
        "if False:",
        f"{_BROWSER}::test_a_recording_passes_nothing_on_for_another_site",
    ),
    Guard(
        "other-sites",
        _LINT + "mock/recorder.py",
        "foreign = unknown_host(request, self._hosts)",
        "foreign = None",
        f"{_BROWSER}::test_a_recording_passes_nothing_on_for_another_site",
    ),
    Guard(
        "own-page",
        _LINT + "mock/pages.py",
        "\"default-src 'none'; style-src",
        '"style-src',
        f"{_BROWSER}::test_the_page_runs_no_script_of_what_came_in",
    ),
    Guard(
        "clients",
        _LINT + "mock/protocol.py",
        "if self._head > LARGEST_HEAD:",
        "if False:",
        "tests/mock/test_server.py::test_a_huge_head_is_refused",
    ),
    Guard(
        "clients",
        _LINT + "mock/protocol.py",
        "super().connection_made(transport)\n        self._timer =",
        "super().connection_made(transport)\n        _ =",
        f"{_DOORS}::test_a_client_that_sends_slowly_is_cut_off",
    ),
    Guard(
        "clients",
        _LINT + "mock/app.py",
        "async with asyncio.timeout(SLOWEST_BODY):",
        "async with asyncio.timeout(None):",
        f"{_DOORS}::test_a_client_that_sends_slowly_is_cut_off",
    ),
    Guard(
        "clients",
        _LINT + "mock/journal.py",
        "deque(maxlen=MOST)",
        "deque()",
        f"{_DOORS}::test_the_journal_does_not_grow_without_end",
    ),
    Guard(
        "headers",
        _LINT + "mock/exchanges.py",
        'clean = "".join(char if char >= " " and char != "\\x7f" else " " for char in value)',
        "clean = value",
        f"{_DOORS}::test_a_fixture_splits_no_answer",
    ),
    # cache, hook, action, supply
    Guard(
        "cache-owner",
        _LINT + "cache.py",
        "if not _private(self._file):",
        "if False:",
        f"{_CACHE}::test_a_cache_that_anybody_can_write_is_not_used",
    ),
    Guard(
        "cache-owner",
        _LINT + "cache.py",
        "if above.st_uid != os.getuid() or above.st_mode & 0o002:",
        "if above.st_mode & 0o002:",
        f"{_CACHE}::test_a_cache_of_somebody_else_is_not_used",
    ),
    Guard(
        "cache-owner",
        _LINT + "cache.py",
        "return found.st_uid == os.getuid() and not found.st_mode & 0o002",
        "return not found.st_mode & 0o002",
        f"{_CACHE}::test_a_cache_of_somebody_else_is_not_used",
    ),
    Guard(
        "cache-owner",
        _LINT + "cache.py",
        " | os.O_NOFOLLOW",
        "",
        f"{_CACHE}::test_a_cache_that_is_a_link_or_a_pipe_is_not_used",
    ),
    Guard(
        "hook-options",
        ".pre-commit-hooks.yaml",
        "entry: connlint check --allow-none\n  args: [--]",
        "entry: connlint check --allow-none\n  args: []",
        f"{_DOORS}::test_a_hook_takes_no_file_for_an_option",
    ),
    Guard(
        "hook-options",
        "action.yml",
        "-- $PATHS",
        "$PATHS",
        f"{_DOORS}::test_the_action_takes_no_file_and_no_input_for_an_option_or_a_command",
    ),
    Guard(
        "pinned",
        "action.yml",
        "@a26af69be951a213d495a4c3e4e4022e16d87065",
        "@v5",
        f"{_DOORS}::test_the_action_uses_others_by_their_commit",
    ),
    Guard(
        "locked",
        "Makefile",
        "pip install --quiet --disable-pip-version-check --require-hashes -r",
        "pip install --quiet --disable-pip-version-check -r",
        "tests/supply/test_supply.py::test_every_locked_package_has_hashes_and_no_address",
    ),
    Guard(
        "advisories",
        "tests/supply/advisories.py",
        "if not found or len(found) - len(known) > _MOST_UNKNOWN * len(found):",
        "if False:",
        "tests/supply/test_supply.py::test_advisories_that_cannot_be_had_are_not_none",
    ),
)


def copied(to: Path) -> None:
    """Put what the tests need into a folder."""
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__", ".*cache"))
        else:
            shutil.copy(source, to / name)


def tested(folder: Path, tests: Sequence[str]) -> tuple[str, str]:
    """How tests end in a folder ("passes", "fails", "hangs", or what else happened), and what they say."""
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = {**os.environ, "PYTHONPATH": str(folder / "lint"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST * (1 if len(tests) == 1 else 20),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hangs", ""
    known = {0: "passes", 1: "fails"}.get(run.returncode)
    said = (run.stdout + run.stderr).strip()
    return known or said.rpartition("\n")[2][:100], said[-2_000:]


def results(guards: Sequence[Guard], folder: Path) -> Iterator[tuple[Guard, str]]:
    """Each guard with how its test ends without it."""
    for guard in guards:
        file = folder / guard.file
        whole = file.read_text("utf-8")
        file.write_text(whole.replace(guard.text, guard.without), "utf-8")
        try:
            yield guard, tested(folder, [guard.test])[0]
        finally:
            file.write_text(whole, "utf-8")


def main(names: Sequence[str]) -> int:
    """Try the guards of the claims that are named, or all; 1 where one can be taken out unnoticed."""
    chosen = [guard for guard in GUARDS if not names or guard.claim in names]
    toothless = 0
    with tempfile.TemporaryDirectory(prefix="connlint-guards-") as name:
        folder = Path(name)
        copied(folder)
        before, said = tested(folder, sorted({guard.test for guard in chosen}))
        if before != "passes":
            print(f"{said}\nthe tests do not pass with all guards in place: {before}")
            return 1
        for guard, ended in results(chosen, folder):
            bites = ended in ("fails", "hangs")
            toothless += not bites
            first = guard.text.partition("\n")[0][:60]
            print(
                f"{'ok  ' if bites else 'NO  '} {guard.claim:<22} {ended:<7} {guard.file}: {first}",
                flush=True,
            )
    held = len({guard.claim for guard in chosen})
    print(f"{len(chosen)} guards of {held} claims; {toothless} could go unnoticed")
    return 1 if toothless else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
