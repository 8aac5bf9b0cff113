"""Two places disagree on the content type of request bodies.

Why: the `Content-Type` header is what the vendor is told; a body in another format, or a `contentType` that
says otherwise, means that one of them is not what the author believes.
Not flagged: parameters (`; charset=utf-8`); an operation's own header, which overrides on purpose. A body
that cannot be what its content type says (`body-not-json`, `body-not-form`).
Fix: none; what the vendor takes decides.
"""

from connlint.rule import Connector, Iterator, Problem, Severity, rule


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    service = connector.service
    if service is not None and service.content_type is not None:
        for header in service.headers:
            if header.name.lower() != "content-type" or "{" in header.text:
                continue
            if _media(header.text) != _media(service.content_type):
                yield Problem(
                    service.at / "contentType",
                    f"`contentType` is {_media(service.content_type)}, "
                    f"the header {header.name} is {_media(header.text)}",
                    about="service.contentType",
                    related=[(header.text_at, "requests carry this")],
                    help="keep one; the header is what the vendor is told",
                )
    for operation in connector.operations:
        body = operation.body
        if body is None or not body.text.lstrip().startswith("{"):
            continue
        media = _media(operation.content_type or "")
        if media.endswith(("/xml", "+xml")) and not body.text.lstrip().startswith("{{"):
            yield Problem(
                body.at.key,
                f"the body is JSON, and is sent as {media}",
                about=body,
                help="give the operation a Content-Type header of its own, or write the body as XML",
            )


def _media(content_type: str) -> str:
    """The media type, without parameters."""
    return content_type.partition(";")[0].strip().lower()
