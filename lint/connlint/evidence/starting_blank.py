"""An empty connector that teaches: one resource to write over, and a comment at each part."""

from __future__ import annotations

from typing import Final

from connlint.evidence.starting_text import SCHEMAS, resources_json, service_json
from connlint.reading.yaml_text import scalar_text

_SERVICE: Final = """\
# yaml-language-server: $schema={schemas}service.schema.json
#
# The service document: where the vendor's API is, and what every request to it carries.
# `connlint check` reads it, together with resources.yaml beside it.

# The connector's name for the platform. Put a version into it when a second one comes.
handle: {handle}
status: active
meta:
  short: {title} # the name that people see

service:
  # Absolute, with the version's segment, without a slash at the end: endpoints and paths follow it.
  baseURL: {{value: {base_url}}}
  protocol: {protocol}
  # What bodies are, unless an operation has a Content-Type header of its own.
  contentType: application/json

  # How a request proves who sends it: this header, with this value. `{{{{apiKey}}}}` is a hole. The
  # placeholder of its name says what the user is asked for.
  auth:
    method: api_token
    params:
      apiToken:
        headerName: {{value: Authorization}}
        token:
          value: Bearer {{{{apiKey}}}}
          placeholders:
            - {{name: apiKey, type: String, required: true, description: The key that the vendor gave you.}}
"""

_RESOURCES: Final = """\
# yaml-language-server: $schema={schemas}resources.schema.json
#
# The resources document: what can be asked of the API, and what is read from its answers.
# `items` is an example: write your first resource over it. A request goes to baseURL + endpoint + path.

- handle: items
  meta: {{short: Items, description: What the vendor keeps.}}
  endpoint: {{value: /items}}

  # What the platform reads from a record. A selector is walked from the root of the body, one segment a
  # step: a key, or digits that count into a list (`[lines, "0", price]`). In the answer of `list` the
  # records are found by themselves, also inside of an envelope such as `data`.
  fields:
    - {{name: id, type: String, selector: [id]}}
    - {{name: name, type: String, selector: [name]}}
    - {{name: created_at, type: Integer, selector: [created_at]}}
    - {{name: tags, type: String, selector: [tags], multivalue: true}} # a list: `type` is its items'

  # `list`, `read`, `create`, `update` and `delete` mean what they say; other names are yours.
  operations:
    list:
      method: GET
      queryParams:
        # A query parameter that is not `required` and left empty is not sent.
        limit:
          value: "{{{{limit}}}}"
          placeholders: [{{name: limit, type: Integer, description: How many to show.}}]

    create:
      method: POST
      bodyTemplate:
        # Text goes into quotes, other values stand bare. A key whose placeholder is not `required` would
        # break the body when it is left empty, so each of them is required here.
        value: |-
          {{
            "name": "{{{{name}}}}",
            "count": {{{{count}}}}
          }}
        placeholders:
          - {{name: name, type: String, required: true, description: What the item is called.}}
          - {{name: count, type: Integer, required: true, description: How many there are.}}

    read:
      method: GET
      path:
        value: /{{{{item_id}}}}
        placeholders: [{{name: item_id, type: String, required: true, description: Which item.}}]

    delete:
      method: DELETE
      path:
        value: /{{{{item_id}}}}
        placeholders: [{{name: item_id, type: String, required: true, description: Which item.}}]

# What is checked against what the vendor says, once it lies beside this file:
#
#   contract.json or contract.yaml   the vendor's OpenAPI document: paths, bodies, options, selectors
#   events.yaml                      its official webhook events: `connlint events import`
#   fixtures/                        recorded exchanges: `connlint fixtures draft`, or `connlint record`
#
# A webhook stands in a resource, below `operations`:
#
#   webhooks:
#     - event: item.created
#       path: /webhooks/{handle_plain}/item-created
#       payload: [{{name: id, type: String, selector: [data, id]}}]
"""


def blank(handle: str, title: str, base_url: str, form: str) -> dict[str, str]:
    """The service and the resources document of an empty connector, by file name; `form` is "yaml" or
    "json" (which has no comments, and so is only the example)."""
    protocol = "http" if base_url.lower().startswith("http://") else "https"
    if form == "json":
        return {
            "service.json": service_json(_service(handle, title, base_url, protocol)),
            "resources.json": resources_json(_resources()),
        }
    words = {
        "schemas": SCHEMAS,
        "handle": scalar_text(handle),
        "handle_plain": handle,
        "title": scalar_text(title),
        "base_url": scalar_text(base_url),
        "protocol": protocol,
    }
    return {"service.yaml": _SERVICE.format(**words), "resources.yaml": _RESOURCES.format(**words)}


def _service(handle: str, title: str, base_url: str, protocol: str) -> dict[str, object]:
    # the texts above are ours: what they parse to is known here, and to no type checker
    return _value(_SERVICE, handle, title, base_url, protocol)  # type: ignore[return-value]


def _resources() -> list[dict[str, object]]:
    # as above
    resources: list[dict[str, object]] = _value(_RESOURCES, "", "", "", "")  # type: ignore[assignment]
    for resource in resources:
        for operation in resource["operations"].values():  # type: ignore[attr-defined]  # the template above has them
            body = operation.get("bodyTemplate", {})
            if body:
                # JSON holds no text of several lines
                body["value"] = " ".join(body["value"].split())
    return resources


def _value(text: str, handle: str, title: str, base_url: str, protocol: str) -> object:
    """What the YAML says, as a value: the two forms cannot drift apart."""
    from connlint.reading import read

    words = {
        "handle": scalar_text(handle),
        "title": scalar_text(title),
        "base_url": scalar_text(base_url),
        "protocol": protocol or "https",
    }
    filled = text.format(schemas=SCHEMAS, handle_plain=handle, **words)
    return read("example.yaml", filled.encode(), named=True).documents[0].value
