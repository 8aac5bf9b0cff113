"""A small connector with evidence of every kind, clean but for one event that has no webhook yet."""

from __future__ import annotations

from pathlib import Path

SERVICE = """\
handle: pets-v1
status: active
service:
  baseURL:
    value: https://api.pets.example/v1
  contentType: application/json
  auth:
    method: api_token
    params:
      apiToken:
        headerName: Authorization
        token:
          value: Bearer {{apiKey}}
          placeholders:
            - {name: apiKey, type: String, required: true, description: The account's key.}
"""

RESOURCES = """\
- handle: pets
  endpoint: /pets
  operations:
    list:
      method: GET
      queryParams:
        limit:
          value: "{{limit}}"
          placeholders:
            - {name: limit, type: Integer}
    read:
      method: GET
      path:
        value: /{{pet_id}}
        placeholders:
          - {name: pet_id, type: String, required: true}
    create:
      method: POST
      bodyTemplate:
        value: |-
          {
            "name": "{{name}}",
            "kind": "{{kind}}"
          }
        placeholders:
          - {name: name, type: String, required: true, description: What the pet is called.}
          - {name: kind, type: String, required: true, options: [cat, dog]}
  fields:
    - {name: id, type: String, selector: [id]}
    - {name: chip, type: String, selector: [tag, chip]}
  webhooks:
    - event: pet.created
      path: /webhooks/pets/pet-created
      payload:
        - {name: id, type: String, selector: [data, id]}
"""

CONTRACT = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: "https://api.pets.example/v1"}]
paths:
  /pets:
    get:
      summary: Lists pets. All of them.
      parameters:
        - {name: limit, in: query, schema: {type: integer}, description: How many.}
        - {name: kind, in: query, schema: {type: string, enum: [cat, dog]}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties: {data: {type: array, items: {$ref: "#/components/schemas/Pet"}}}
    post:
      summary: Makes a pet.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name, kind]
              properties:
                name: {type: string, description: What it is called.}
                kind: {type: string, enum: [cat, dog]}
                age: {type: integer, description: In years.}
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
  /pets/{id}:
    get:
      summary: Reads a pet.
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
    delete:
      deprecated: true
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: gone}}
components:
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties:
        id: {type: string, description: Who it is.}
        name: {type: string}
        age: {type: integer}
        tag: {type: object, properties: {chip: {type: string}}}
"""

EVENTS = """\
vendor: Pets
source: {from: "https://pets.example/docs/webhooks", version: "2026-01", retrieved: 2026-11-01}
event-name: {json: type}
envelope:
  type: object
  required: [id, type, data]
  properties:
    id: {type: string, description: The unique ID of the delivery.}
    type: {type: string}
    data: {type: object}
events:
  pet.created:
    resource: pets
    description: A pet was made.
    data: {type: object, required: [id], properties: {id: {type: string, description: The ID of the pet.}}}
  pet.sold:
    resource: pets
    description: A pet was sold.
    data:
      type: object
      required: [id, price]
      properties: {id: {type: string, description: The ID of the pet.}, price: {type: number}}
"""

FIXTURE = """\
# connlint fixture
operation: pets.read
recorded: 2026-11-01 from https://api.pets.example/v1
request: {path: {pet_id: p_1}}
response:
  status: 200
  json: {id: p_1, name: Rex, age: 3, tag: {chip: "985"}}
"""

FILES = {
    "service.yaml": SERVICE,
    "resources.yaml": RESOURCES,
    "contract.yaml": CONTRACT,
    "events.yaml": EVENTS,
    "fixtures/read.yaml": FIXTURE,
}


def write(folder: Path, **changed: str) -> Path:
    """Write the connector into a folder; `resources="…"` and the like stand for a file's own text."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed.get(file.stem, text), "utf-8")
    return folder


def page() -> str:
    """The connector's documents in the fences of a Markdown page."""
    return f"# Pets\n\n```yaml\n{SERVICE}```\n\nWhat there is:\n\n```yaml\n{RESOURCES}```\n"
