"""Two places disagree on the content type of request bodies.

Why: the `Content-Type` header is what the vendor is told; a body in another format, or a `contentType` that
says otherwise, means that one of them is not what the author believes.
Not flagged: parameters (`; charset=utf-8`); an operation's own header, which overrides on purpose. A body
that cannot be what its content type says (`body-not-json`, `body-not-form`). A header that stands twice
(`duplicate-header`).
Fix: none; what the vendor takes decides.
"""

from connlint.rule import Connector, Iterator, Problem, Severity, rule


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    service = connector.service
    if service is not None and "/" in (service.content_type or ""):
        said = _media(service.content_type)
        headers = [header for header in service.headers if header.name.lower() == "content-type"]
        if len(headers) == 1 and "{" not in headers[0].text and _media(headers[0].text) != said:
            yield Problem(
                service.at / "contentType",
                f"`contentType` is {said}, the header {headers[0].name} is {_media(headers[0].text)}",
                about="service.contentType",
                related=[(headers[0].text_at, "requests carry this")],
                help="keep one; the header is what the vendor is told",
            )
    general = _media(connector.content_type).endswith(("/xml", "+xml"))
    for operation in connector.operations:
        body = operation.body
        if body is None or not (general or operation.headers) or not body.text.lstrip().startswith("{"):
            continue
        media = _media(operation.content_type)
        if media.endswith(("/xml", "+xml")) and not body.text.lstrip().startswith("{{"):
            yield Problem(
                body.at.key,
                f"the body is JSON, and is sent as {media}",
                about=body,
                help="give the operation a Content-Type header of its own, or write the body as XML",
            )


def _media(content_type: str | None) -> str:
    """The media type, without parameters."""
    return (content_type or "").partition(";")[0].strip().lower()
