"""The server: the editor's messages in, what it asked for out. The only module that imports pygls."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path

from connlint.config import BrokenBaseline, BrokenConfig
from connlint.discovery import NoSuchPath
from connlint.finding import Place
from connlint.fixer import fix
from connlint.lsp.actions import Action, Edits, actions
from connlint.lsp.completion import Choice, choices
from connlint.lsp.cursor import Spot, spot
from connlint.lsp.diagnostics import diagnostic, range_of, sorted_by_place, troubles
from connlint.lsp.hover import hover, plain, still
from connlint.lsp.listening import TELLS, Input
from connlint.lsp.navigation import (
    TOKEN_KINDS,
    CannotRename,
    Symbol,
    definition,
    foldings,
    references,
    rename,
    rename_span,
    symbols,
    tokens,
)
from connlint.lsp.session import Checked, Desk, Trouble, active, file_of, is_config, is_ours
from connlint.lsp.text import UTF16, Buffer, Change, Point, of_source
from connlint.lsp.where import Where, fence_at, where
from connlint.reading import Location
from connlint.record import replace
from connlint.run import absolute
from connlint.source import Source, Span
from connlint.version import VERSION

DEBOUNCE = 0.01
"""Seconds after the last change before it is checked, where standard input does not say that nothing more
waits in it: keys that are typed faster are checked together."""
PATIENCE = 0.1
"""The same where it does: only a message of which a part is missing makes a check wait for it."""

_SYMBOLS = {
    "module": types.SymbolKind.Module,
    "class": types.SymbolKind.Class,
    "method": types.SymbolKind.Method,
    "field": types.SymbolKind.Field,
    "event": types.SymbolKind.Event,
    "string": types.SymbolKind.String,
    "variable": types.SymbolKind.Variable,
}
_KINDS = {
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
    "snippet": types.CompletionItemKind.Snippet,
    "placeholder": types.CompletionItemKind.Variable,
    "field": types.CompletionItemKind.Field,
    "event": types.CompletionItemKind.Event,
    "path": types.CompletionItemKind.Value,
}
_WATCHED = "**/*.{json,yaml,yml,md,markdown,toml}"
FIX_ALL = "source.fixAll.connlint"


class _Protocol(LanguageServerProtocol):
    """pygls's protocol with our own texts: its lines end where the protocol has no line end."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Any:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Any:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Any:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    @property
    def exit_status(self) -> int:
        """What the process ends with: 0 where the editor asked for a shutdown first, else 1."""
        return 0 if self._shutdown else 1


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()


class ConnlintServer(LanguageServer):
    """One editor's session: a desk for each workspace folder, and what was last published."""

    def __init__(self, today: Callable[[], str] = _today, debounce: float = DEBOUNCE) -> None:
        super().__init__("connlint", VERSION, protocol_cls=_Protocol)
        self._today = today
        self._patience = debounce
        self._loop: asyncio.AbstractEventLoop | None = None
        self.roots: list[Path] = []
        self._desks: dict[Path, Desk] = {}
        self._pending: dict[Path, asyncio.TimerHandle] = {}
        self._published: dict[str, tuple[int, list[types.Diagnostic]]] = {}

    @property
    def exit_status(self) -> int:
        """What the process ends with, as the protocol has it."""
        protocol: Any = self.protocol
        return int(protocol.exit_status)

    # --- texts

    @property
    def encoding(self) -> str:
        """The units in which columns count."""
        return str(self.server_capabilities.position_encoding or UTF16)

    def desk(self, path: Path) -> Desk:
        """The desk of the innermost workspace folder that holds a file, else of the file's own folder."""
        holding = [root for root in self.roots if root == path.parent or root in path.parents]
        root = max(holding, key=lambda each: len(each.parts), default=path.parent)
        if root not in self._desks:
            self._desks[root] = Desk(root, self._today)
        return self._desks[root]

    def buffer(self, uri: str) -> tuple[Path, Desk, Buffer] | None:
        """An open document's path, desk and text."""
        path = path_of(uri)
        if path is None:
            return None
        desk = self.desk(path)
        found = desk.buffers.get(path)
        return (path, desk, found) if found is not None else None

    @property
    def desks(self) -> list[Desk]:
        """The desks that are in use."""
        return list(self._desks.values())

    def clear_desks(self) -> None:
        """Forget all desks: the workspace's folders are others now."""
        self._desks.clear()

    def prose(self, feature: str) -> types.MarkupKind:
        """How the editor wants explanations: Markdown where it reads that, else plain text."""
        documents = self.client_capabilities.text_document
        kinds: Iterable[types.MarkupKind] = ()
        if documents is not None and feature == "hover" and documents.hover is not None:
            kinds = documents.hover.content_format or ()
        elif documents is not None and documents.completion is not None:
            item = documents.completion.completion_item
            kinds = (item.documentation_format if item is not None else None) or ()
        return types.MarkupKind.Markdown if types.MarkupKind.Markdown in kinds else types.MarkupKind.PlainText

    @property
    def resolves_actions(self) -> bool:
        """Whether the editor asks for an action's edit when it is chosen."""
        documents = self.client_capabilities.text_document
        actions_ = documents.code_action if documents is not None else None
        support = actions_.resolve_support if actions_ is not None else None
        return bool(
            support is not None and "edit" in support.properties and actions_ and actions_.data_support
        )

    # --- checking

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serve on standard input and output."""
        if stdin is None and TELLS:
            self._patience = PATIENCE
            stdin = cast(BinaryIO, Input(sys.stdin.fileno(), self._heard_all))
        super().start_io(stdin, stdout)

    def _heard_all(self) -> None:
        """Nothing more waits in standard input. Called in the thread that reads it."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended while the thread still read
                self._loop.call_soon_threadsafe(self._check_all)

    def _check_all(self) -> None:
        """Check all that has changed."""
        while self._pending:
            self.check_now(next(iter(self._pending)))

    def later(self, path: Path) -> None:
        """Check a document's connector once all has been read that the editor has sent so far."""
        pending = self._pending.pop(path, None)
        if pending is not None:
            pending.cancel()
        self._loop = asyncio.get_running_loop()
        self._pending[path] = self._loop.call_later(self._patience, self.check_now, path)

    def check_now(self, path: Path) -> None:
        """Check what a document, and others that have changed, are about; publish what was found for all open
        documents that it concerns."""
        desk = self.desk(path)
        changed = [path, *(other for other in self._pending if other != path and self.desk(other) is desk)]
        for other in changed:
            pending = self._pending.pop(other, None)
            if pending is not None:
                pending.cancel()
        for member, checked in desk.check(changed):
            self._publish(desk, member, checked)
        # what the check before has left: little each time, while the editor has its answer already
        asyncio.get_running_loop().call_soon(gc.collect)

    def fresh(self, uri: str) -> tuple[Path, Desk, Buffer, Checked] | None:
        """An open document with its connector as it is now: a pending check is made first."""
        found = self.buffer(uri)
        if found is None:
            return None
        path, desk, buffer = found
        if desk.of(path) is None or any(self.desk(other) is desk for other in self._pending):
            self.check_now(path)
        checked = desk.of(path)
        return (path, desk, buffer, checked) if checked is not None else None

    def recheck(self) -> None:
        """Check all open documents again: evidence or configuration has changed."""
        for desk in self._desks.values():
            for path in list(desk.buffers):
                if is_ours(path):
                    self.later(path)
                elif is_config(path):
                    self._publish_config(desk, path)

    def _publish_config(self, desk: Desk, path: Path) -> None:
        """What is wrong with an open configuration."""
        buffer = desk.buffers[path]
        try:
            desk.configs().of(path)
        except BrokenConfig as error:
            shown = (
                path.relative_to(desk.working).as_posix() if path.is_relative_to(desk.working) else path.name
            )
            self._send(buffer, list(troubles(Trouble("\n".join(error.lines)), buffer, shown)))
        else:
            self._send(buffer, [])

    def _publish(self, desk: Desk, path: Path, checked: Checked | Trouble | None) -> None:
        buffer = desk.buffers.get(path)
        if buffer is None:
            return
        found: list[types.Diagnostic] = []
        if isinstance(checked, Trouble):
            found = list(troubles(checked, buffer, path.name))
        elif checked is not None:
            found = [
                diagnostic(item, buffer, desk.working, lambda place: self.text_of(desk, place))
                for item in active(checked.findings.get(path, ()))
            ]
        self._send(buffer, sorted_by_place(found))

    def _send(self, buffer: Buffer, found: list[types.Diagnostic]) -> None:
        self._published[buffer.uri] = (buffer.version, found)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(buffer.uri, found, buffer.version)
        )

    def drop(self, buffer: Buffer) -> None:
        """A document was closed: nothing is said of it any more."""
        self._published.pop(buffer.uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(buffer.uri, []))

    # --- places

    def text_of(self, desk: Desk, place: Place) -> Buffer:
        """The text that a place lies in."""
        return self.text_at(desk, place.source)

    def text_at(self, desk: Desk, source: Source) -> Buffer:
        """A source's text as the editor has it."""
        path = file_of(source.path, desk.working)
        return desk.buffers.get(path) or of_source(source, self.encoding)

    def location(self, desk: Desk, at: Location) -> types.Location:
        """A place for the editor."""
        path = file_of(at.source.path, desk.working)
        return types.Location(path.as_uri(), range_of(self.text_at(desk, at.source), at.span))

    def edit(self, desk: Desk, edits: Edits, creates: Path | None = None) -> types.WorkspaceEdit:
        """Edits by file for the editor; spans are of the files' texts."""
        changes: list[Any] = []
        if creates is not None:
            changes.append(
                types.CreateFile(creates.as_uri(), options=types.CreateFileOptions(ignore_if_exists=True))
            )
        plain: dict[str, list[types.TextEdit]] = {}
        for path, listed in edits.items():
            buffer = desk.buffers.get(path) or of_source(Source(str(path), _text(path)), self.encoding)
            made = [types.TextEdit(range_of(buffer, span), text) for span, text in listed]
            plain[path.as_uri()] = made
            version = desk.buffers[path].version if path in desk.buffers else None
            changes.append(
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(path.as_uri(), version), list(made)
                )
            )
        workspace = self.client_capabilities.workspace
        support = workspace.workspace_edit if workspace is not None else None
        if support is not None and support.document_changes:
            return types.WorkspaceEdit(document_changes=changes)
        return types.WorkspaceEdit(changes=plain)

    def spot(self, checked: Checked, path: Path, buffer: Buffer, position: types.Position) -> Spot | None:
        """What stands at a position of an open document."""
        offset = buffer.offset(Point(position.line, position.character))
        document = checked.document_at(path, offset) or checked.evidence_at(path)
        return spot(document, offset) if document is not None else None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return ""


def path_of(uri: str) -> Path | None:
    """The file of a URI; None for a document that is no file."""
    if not uri.startswith("file:"):
        return None
    name = to_fs_path(uri)
    return absolute(Path(name), Path.cwd()) if name else None


class _Plain(logging.Formatter):
    """One line a message, and of an exception what it says: an editor shows this text to people."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            text = f"{text}: {type(error).__name__}: {error}"
        return "connlint lsp: " + " ".join(text.split())[:1000]


def log_plainly() -> None:
    """Log to standard error, which editors show as the server's output, what a person can use.

    Where CONNLINT_DEBUG is set, exceptions come with their tracebacks.
    """
    handler = logging.StreamHandler()
    if not os.environ.get("CONNLINT_DEBUG"):
        handler.setFormatter(_Plain())
        handler.addFilter(lambda record: not _is_refusal(record))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _is_refusal(record: logging.LogRecord) -> bool:
    """Whether a message is about a request that was answered with a word to the user."""
    return bool(record.exc_info and isinstance(record.exc_info[1], JsonRpcInvalidParams))


def create(today: Callable[[], str] = _today, debounce: float = DEBOUNCE) -> ConnlintServer:
    """The server, ready to be started."""
    server = ConnlintServer(today, debounce)
    _lifecycle(server)
    _documents(server)
    _features(server)
    return server


def _lifecycle(server: ConnlintServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        roots = [folder.uri for folder in params.workspace_folders or ()]
        if not roots and params.root_uri:
            roots = [params.root_uri]
        server.roots = [path for uri in roots if (path := path_of(uri)) is not None]

    @server.feature(types.INITIALIZED)
    async def initialized(_params: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is not None and watching.dynamic_registration:
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED)])
            await server.client_register_capability_async(
                types.RegistrationParams(
                    [types.Registration("connlint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
                )
            )

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        gone = {path_of(folder.uri) for folder in params.event.removed}
        added = [path for folder in params.event.added if (path := path_of(folder.uri)) is not None]
        buffers = [(path, buffer) for desk in server.desks for path, buffer in desk.buffers.items()]
        server.roots = [root for root in server.roots if root not in gone] + added
        server.clear_desks()
        for path, buffer in buffers:
            server.desk(path).open(path, buffer)
        server.recheck()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        if params.changes:
            server.recheck()


def _documents(server: ConnlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        path = path_of(item.uri)
        if path is None:
            return
        desk = server.desk(path)
        desk.open(path, Buffer(item.uri, item.text, item.version, server.encoding))
        if is_config(path) or desk.is_baseline(path):
            server.recheck()
        elif is_ours(path):
            server.later(path)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        found = server.buffer(params.text_document.uri)
        if found is None:
            return
        path, desk, buffer = found
        buffer.apply([_change(item) for item in params.content_changes], params.text_document.version)
        if is_config(path) or desk.is_baseline(path):
            server.recheck()
        elif is_ours(path):
            server.later(path)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is None:
            return
        desk = server.desk(path)
        if is_config(path) or desk.is_baseline(path) or _is_evidence(path) or not is_ours(path):
            server.recheck()
        else:
            server.later(path)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        found = server.buffer(params.text_document.uri)
        if found is None:
            return
        path, desk, buffer = found
        affected = desk.affected(path)
        decides = is_config(path) or desk.is_baseline(path)
        desk.close(path)
        server.drop(buffer)
        if decides:
            server.recheck()
        for other in affected:
            if other != path:
                server.later(other)


def _is_evidence(path: Path) -> bool:
    return path.stem in ("contract", "events") or "fixtures" in path.parts


def _change(item: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(item, types.TextDocumentContentChangePartial):
        start, end = item.range.start, item.range.end
        return Change(item.text, Point(start.line, start.character), Point(end.line, end.character))
    return Change(item.text)


def _features(server: ConnlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        found = server.fresh(params.text_document.uri)
        if found is None:
            return None
        path, _, buffer, checked = found
        at = server.spot(checked, path, buffer, params.position)
        offset = buffer.offset(Point(params.position.line, params.position.character))
        about = [
            item
            for item in active(checked.findings.get(path, ()))
            if item.place.span.start <= offset <= item.place.span.end
        ]
        said = hover(checked, at, about) if at is not None else None
        if said is None:
            return None
        text, span = said
        kind = server.prose("hover")
        shown = text if kind == types.MarkupKind.Markdown else plain(text)
        return types.Hover(types.MarkupContent(kind, shown), range_of(buffer, span))

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=['"', "{", "[", "/", "-", " ", ":"]),
    )
    def completed(params: types.CompletionParams) -> types.CompletionList:
        return types.CompletionList(is_incomplete=False, items=list(_completions(server, params)))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll, FIX_ALL],
            resolve_provider=True,
        ),
    )
    def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return list(_actions(server, params))

    @server.feature(types.CODE_ACTION_RESOLVE)
    def resolved(action: types.CodeAction) -> types.CodeAction:
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        found = server.fresh(uri) if isinstance(uri, str) else None
        if found is not None:
            action.edit = _fixed(server, found[1], found[0])
        return action

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def defined(params: types.DefinitionParams) -> types.Location | None:
        found = server.fresh(params.text_document.uri)
        at = server.spot(found[3], found[0], found[2], params.position) if found is not None else None
        place = definition(found[3], at) if found is not None and at is not None else None
        return server.location(found[1], place) if found is not None and place is not None else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def referenced(params: types.ReferenceParams) -> list[types.Location]:
        found = server.fresh(params.text_document.uri)
        at = server.spot(found[3], found[0], found[2], params.position) if found is not None else None
        if found is None or at is None:
            return []
        places = references(found[3], at, declaration=params.context.include_declaration)
        return [server.location(found[1], place) for place in places]

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        found = server.fresh(params.text_document.uri)
        at = server.spot(found[3], found[0], found[2], params.position) if found is not None else None
        named = rename_span(found[3], at) if found is not None and at is not None else None
        if found is None or named is None:
            return None
        return types.PrepareRenamePlaceholder(range_of(found[2], named[0]), named[1])

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        found = server.fresh(params.text_document.uri)
        at = server.spot(found[3], found[0], found[2], params.position) if found is not None else None
        if found is None or at is None:
            return None
        try:
            edits = rename(found[3], at, params.new_name, found[1].working)
        except CannotRename as error:
            raise JsonRpcInvalidParams(str(error)) from None
        return server.edit(found[1], edits)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outlined(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        found = server.fresh(params.text_document.uri)
        return [] if found is None else [_symbol(item, found[2]) for item in symbols(found[3], found[0])]

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        found = server.fresh(params.text_document.uri)
        if found is None:
            return []
        folds: dict[int, int] = {}
        for span in foldings(found[3], found[0]):
            each = range_of(found[2], span)
            folds.setdefault(each.start.line, _last_line(each))
        return [types.FoldingRange(start, end) for start, end in folds.items() if end > start]

    @server.feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        types.SemanticTokensLegend(token_types=list(TOKEN_KINDS), token_modifiers=[]),
    )
    def coloured(params: types.SemanticTokensParams) -> types.SemanticTokens:
        found = server.fresh(params.text_document.uri)
        return types.SemanticTokens([] if found is None else _tokens(found[3], found[0], found[2]))


def _last_line(each: types.Range) -> int:
    """The last line of a part; one that ends at a line's front ends on the line before."""
    return each.end.line - (each.end.character == 0)


def _symbol(item: Symbol, buffer: Buffer) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        item.name,
        _SYMBOLS[item.kind],
        range_of(buffer, item.whole),
        range_of(buffer, item.own),
        detail=item.detail or None,
        children=[_symbol(child, buffer) for child in item.children] or None,
    )


def _tokens(checked: Checked, path: Path, buffer: Buffer) -> list[int]:
    data: list[int] = []
    line = character = 0
    for span, kind in sorted(tokens(checked, path)):
        start, end = buffer.points(span)
        if start.line != end.line:
            continue
        data += [
            start.line - line,
            start.character - (character if start.line == line else 0),
            end.character - start.character,
            TOKEN_KINDS.index(kind),
            0,
        ]
        line, character = start
    return data


# --- completion


def _completions(server: ConnlintServer, params: types.CompletionParams) -> Iterable[types.CompletionItem]:
    opened = server.buffer(params.text_document.uri)
    if opened is None:
        return
    path, desk, buffer = opened
    if not is_ours(path):
        return
    found = server.fresh(params.text_document.uri)
    checked = found[3] if found is not None else None
    text = buffer.text
    offset = buffer.offset(Point(params.position.line, params.position.character))
    placed = _placed(path, text, offset)
    if placed is None:
        return
    region, syntax = placed
    at = where(text, offset, syntax, region, desk.marks(path))
    if at is None:
        return
    role = _role(path, text, region, at, checked, offset)
    known = desk.best(path, at.path)
    support = server.client_capabilities.text_document
    completion = support.completion if support is not None else None
    item_support = completion.completion_item if completion is not None else None
    snippets = item_support is not None and bool(item_support.snippet_support)
    adjusts = snippets or (
        item_support is not None
        and item_support.insert_text_mode_support is not None
        and types.InsertTextMode.AdjustIndentation in item_support.insert_text_mode_support.value_set
    )
    for index, choice in enumerate(choices(role, at, path, known)):
        if known is not checked:
            # places in a text that is no longer this one
            choice = replace(choice, more=[])
        yield _item(
            choice, buffer, offset, server.prose("completion"), index, snippets=snippets, adjusts=adjusts
        )


def _placed(path: Path, text: str, offset: int) -> tuple[Span, str] | None:
    """The part of a file that the cursor's document stands in, and its syntax."""
    ending = path.suffix.lower()
    if ending in (".md", ".markdown"):
        return fence_at(text, offset)
    return Span(0, len(text)), "json" if ending == ".json" else "yaml"


def _role(path: Path, text: str, region: Span, at: Where, checked: Checked | None, offset: int) -> str:
    """What the cursor's document is; "" for one that is still empty."""
    document = checked.document_at(path, offset) if checked is not None else None
    if document is not None and document.role:
        return document.role
    if not text[region.start : region.end].strip() or (not at.path and not at.siblings and len(text) < 20):
        if "fixtures" in path.parts:
            return "fixture"
        return "" if path.stem != "events" else "events"
    if at.path and isinstance(at.path[0], int):
        return "resources"
    if "fixtures" in path.parts:
        return "fixture"
    return "events" if path.stem == "events" else "service"


def _item(
    choice: Choice,
    buffer: Buffer,
    offset: int,
    prose: types.MarkupKind,
    index: int,
    *,
    snippets: bool,
    adjusts: bool,
) -> types.CompletionItem:
    text = choice.text if snippets else choice.plain
    span = choice.span
    front = _front(buffer.text, span.start)
    if not adjusts:
        text = text.replace("\n", f"\n{front}")
    for where_, new in choice.more:
        if where_ == Span(span.end, span.end):
            # two edits at one place would have no order
            text += new.replace(f"\n{front}", "\n") if adjusts else new
    if buffer.lines.position(span.end).line != buffer.lines.position(offset).line:
        span = Span(span.start, offset)
    typed = buffer.text[span.start : offset]
    filtered = choice.typed or choice.label
    if typed.startswith('"') and not filtered.startswith('"'):
        filtered = f'"{filtered}'
    return types.CompletionItem(
        choice.label,
        kind=_KINDS[choice.kind],
        detail=choice.detail or None,
        documentation=types.MarkupContent(prose, still(choice.doc)) if choice.doc else None,
        sort_text=f"{choice.rank}{index:04}",
        filter_text=filtered,
        insert_text_format=types.InsertTextFormat.Snippet if snippets else types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AdjustIndentation if adjusts else types.InsertTextMode.AsIs,
        text_edit=types.TextEdit(range_of(buffer, span), text),
        additional_text_edits=[
            types.TextEdit(range_of(buffer, where_), new)
            for where_, new in choice.more
            if where_ != Span(span.end, span.end) and (where_.start >= span.end or where_.end <= span.start)
        ]
        or None,
    )


def _front(text: str, offset: int) -> str:
    """The blanks that the line of an offset begins with."""
    begin = text.rfind("\n", 0, offset) + 1
    line = text[begin:offset]
    return line[: len(line) - len(line.lstrip())]


# --- code actions


def _actions(server: ConnlintServer, params: types.CodeActionParams) -> Iterable[types.CodeAction]:
    found = server.fresh(params.text_document.uri)
    if found is None:
        return
    path, desk, buffer, checked = found
    wanted = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    if _asked(wanted, FIX_ALL):
        yield from _fix_all(server, desk, path, buffer, checked)
    if not _asked(wanted, "quickfix"):
        return
    start = buffer.offset(Point(params.range.start.line, params.range.start.character))
    end = buffer.offset(Point(params.range.end.line, params.range.end.character))
    about = [
        item
        for item in active(checked.findings.get(path, ()))
        if item.place.span.start <= end and start <= item.place.span.end
    ]
    for action in actions(checked, about, desk.working, path, start):
        yield _code_action(server, desk, path, buffer, action)


def _asked(wanted: list[str], kind: str) -> bool:
    """Whether a kind of action was asked for; kinds nest by dots."""
    return not wanted or any(kind == item or kind.startswith(f"{item}.") for item in wanted)


def _code_action(
    server: ConnlintServer, desk: Desk, path: Path, buffer: Buffer, action: Action
) -> types.CodeAction:
    finding = action.finding
    about = None
    if finding is not None and file_of(finding.place.source.path, desk.working) == path:
        about = [diagnostic(finding, buffer, desk.working, lambda place: server.text_of(desk, place))]
    return types.CodeAction(
        action.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=about,
        is_preferred=True if action.preferred else None,
        edit=server.edit(desk, action.edits, action.creates),
    )


def _fix_all(
    server: ConnlintServer, desk: Desk, path: Path, buffer: Buffer, checked: Checked
) -> Iterable[types.CodeAction]:
    """Every safe fix of the document's connector. Trying them takes a check for each round of fixes: that is
    done when the action is chosen, where the editor can ask then."""
    safe = [
        item
        for listed in checked.findings.values()
        for item in active(listed)
        if item.fix is not None and item.fix.safe
    ]
    if not safe:
        return
    title = f"Fix all that is safe ({len(safe)} finding{'' if len(safe) == 1 else 's'})"
    if server.resolves_actions:
        yield types.CodeAction(title, kind=FIX_ALL, data={"uri": buffer.uri})
        return
    edit = _fixed(server, desk, path)
    if edit is not None:
        yield types.CodeAction(title, kind=FIX_ALL, edit=edit)


def _fixed(server: ConnlintServer, desk: Desk, path: Path) -> types.WorkspaceEdit | None:
    """What `connlint check --fix` would write of the document's connector, as edits."""
    try:
        fixed = fix(desk.request(path), unsafe=False)
    except (NoSuchPath, BrokenConfig, BrokenBaseline):
        return None
    edits: Edits = {}
    for file, data in fixed.files.items():
        old = desk.buffers[file].text if file in desk.buffers else _text(file)
        edits[file] = [_difference(old, data.decode("utf-8-sig", "replace"))]
    return server.edit(desk, edits) if edits else None


def _difference(old: str, new: str) -> tuple[Span, str]:
    """The one edit that makes the new text of the old one; what both begin and end with stays."""
    limit = min(len(old), len(new))
    start = next((index for index in range(limit) if old[index] != new[index]), limit)
    end = 0
    while end < limit - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return Span(start, len(old) - end), new[start : len(new) - end]
