"""A connector has two service documents, or two resources documents.

Why: a connector is one folder (the deepest with a service document) or one page, with one document of each
kind. With two, it is anyone's guess which one the platform loads; a copy (`resources-old.json`) is the usual
reason.
Fix: none; remove one, merge them, or give each connector a folder of its own.
"""

from connlint.rule import Connector, Document, Iterator, Location, Problem, Severity, rule


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    first: dict[str, Document] = {}
    for document in connector.documents:
        if document.role in ("service", "resources"):
            earlier = first.setdefault(document.role, document)
            if earlier is not document:
                name = earlier.source.path.rpartition("/")[2]
                other = "" if earlier.source is document.source else f": `{name}` is one too"
                yield Problem(
                    _name(document),
                    f"a second {document.role} document in one connector{other}",
                    about="document",
                    value=f"{document.role} {document.source.path.rpartition('/')[2]}",
                    related=[(_name(earlier), "the other")],
                    help="a connector has one of each kind: remove one, merge them, "
                    "or move one into a folder of its own",
                )


def _name(document: Document) -> Location:
    """Where the document names what it holds: its handle, or its first resource's."""
    return document / "handle" if document.role == "service" else document / 0 / "handle"
