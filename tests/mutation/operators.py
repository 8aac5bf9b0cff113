"""Mistakes in a connector: each operator makes one, at every place where the format lets it be made.

Written from docs/format.md: what a document must have, what a template, a selector, a webhook, a request is.
What the format allows (another order of keys, a description) is no mistake.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.mutation.clean_connectors import Clean, connectors, holed, written


@dataclass(frozen=True)
class Mutant:
    """A connector with one mistake: `files` are the texts that differ; one of `about` begins the address of
    some finding when the mistake is found where it is. `beyond` says why no evidence proves it, "" where
    evidence does."""

    clean: str
    family: str
    operator: str
    what: str
    files: dict[str, str]
    about: tuple[str, ...]
    beyond: str = ""

    @property
    def name(self) -> str:
        return f"{self.clean} {self.family}/{self.operator}: {self.what}"


Mistakes = Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]
"""What was done, the documents that changed, and the beginnings of the addresses that it concerns."""

Operator = Callable[[Clean], Iterator[Mutant]]
OPERATORS: list[Operator] = []
BEYOND: list[str] = []
"""Why some mistakes are not found: docs/detection.md says each."""


def operator(
    family: str, needs: tuple[str, ...] = (), only: tuple[str, ...] = (), beyond: str = ""
) -> Callable[[Callable[[Clean], Mistakes]], Operator]:
    """Name an operator by its function. Without the evidence that it `needs` its mistakes cannot be proved;
    `only` names the connectors that have what it changes; `beyond` says why no evidence proves them."""

    def wrap(make: Callable[[Clean], Mistakes]) -> Operator:
        name = make.__name__.replace("_", "-")

        def mutants(clean: Clean) -> Iterator[Mutant]:
            if not clean.has.issuperset(needs) or (only and clean.name not in only):
                return
            on = clean.at(name)
            for what, changed, about in make(on):
                files = {
                    on.path(document): value if isinstance(value, str) else on.write(document, value)
                    for document, value in changed.items()
                }
                yield Mutant(clean.name, family, name, what, files, about, beyond)

        OPERATORS.append(mutants)
        if beyond:
            BEYOND.append(beyond)
        return mutants

    return wrap


def all_mutants(every: int = 1) -> Iterator[Mutant]:
    """Every mutant of every clean connector, or of every `every`th place in them, none twice."""
    for clean in connectors(every):
        seen = set()
        for make in OPERATORS:
            for mutant in make(clean):
                text = hash(tuple(sorted(mutant.files.items())))
                if text not in seen:
                    seen.add(text)
                    yield mutant


def misspelt(word: str) -> str:
    """Two letters in the middle changed places; one more letter where that changes nothing."""
    for at in range(len(word) // 2, 0, -1):
        swapped = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at < len(word) else word
        if swapped != word:
            return swapped
    return word + "x"


# --- document


@operator("document")
def a_required_key_is_dropped(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        handle = resource.pop("handle")
        yield f"the handle of {handle}", {"resources": document}, ("",)
    for document, _, _, operation, address in on.operations():
        del operation["method"]
        yield f"the method of {address}", {"resources": document}, (address.partition(".")[0],)
    for where in ("fields", "payload"):
        for document, field, address in on.fields(where):
            del field["selector"]
            yield f"the selector of {address}", {"resources": document}, (address,)
    service = on.read("service")
    del service["service"]["baseURL"]
    yield "the base URL", {"service": service}, ("",)


@operator("document")
def a_key_is_misspelt(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        handle = resource["handle"]
        if "operations" not in resource:
            continue
        resource["opertaions"] = resource.pop("operations")
        yield f"operations of {handle}", {"resources": document}, (handle,)
    for document, owner, _, operation, address in on.operations():
        operation["mehtod"] = operation.pop("method")
        yield f"method of {address}", {"resources": document}, (owner["handle"],)
    for document, field, address in on.fields("fields"):
        field["selctor"] = field.pop("selector")
        yield f"selector of {address}", {"resources": document}, (address,)
    for document, template, address in on.templates():
        template["placehodlers"] = template.pop("placeholders")
        yield f"placeholders in {address}", {"resources": document}, (address,)


@operator("document")
def a_value_is_of_another_kind(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        handle = resource["handle"]
        if "operations" not in resource:
            continue
        resource["operations"] = list(resource.get("operations", {}).values())
        yield f"operations of {handle} as a list", {"resources": document}, (handle,)
    for document, field, address in on.fields("fields"):
        field["selector"] = ".".join(field["selector"])
        yield f"selector of {address} as text", {"resources": document}, (address,)
    for document, _, _, operation, address in on.operations():
        operation["method"] = 1
        yield f"method of {address} as a number", {"resources": document}, (address,)


@operator("document")
def a_type_is_misspelt(on: Clean) -> Mistakes:
    for where in ("fields", "payload"):
        for document, field, address in on.fields(where):
            field["type"] = misspelt(field["type"])
            yield f"{field['type']} of {address}", {"resources": document}, (address,)
    for document, template, address in on.templates():
        placeholder = template["placeholders"][0]
        placeholder["type"] = placeholder["type"].lower()
        yield f"{placeholder['type']} in {address}", {"resources": document}, (address,)


@operator("document")
def the_text_is_broken(on: Clean) -> Mistakes:
    for name in ("service", "resources") if on.form == "json" else ():
        text = on.text(name).rstrip()
        yield f"{name} with a word of Python", {name: f"{text[:-1]}, None{text[-1]}"}, ("",)
        yield f"{name} with single quotes", {name: text.replace('"', "'", 2)}, ("",)
        yield f"{name} without its end", {name: text[:-1]}, ("",)
        yield f"{name} with a comma too many", {name: f"{text[:-1].rstrip()},{text[-1]}"}, ("",)
        yield f"{name} without a colon", {name: '" '.join(text.rsplit('": ', 1))}, ("",)
        yield f"{name} with a comment", {name: f"// first\n{text}"}, ("",)


@operator("document")
def a_key_stands_twice(on: Clean) -> Mistakes:
    text = on.text("resources")
    seen = re.findall(
        r'(?:"(?:method|handle|event|name)": "[\w.]+"|\b(?:method|handle|event): [\w.]+$)', text, re.MULTILINE
    )
    for word in dict.fromkeys(seen[:: on.stride][:12]):
        column = text[text.rfind("\n", 0, text.index(word)) + 1 : text.index(word)]
        between = ", " if word.startswith('"') else "\n" + " " * len(column)
        yield word, {"resources": text.replace(word, f"{word}{between}{word}", 1)}, ("",)


@operator("document")
def a_yaml_text_is_broken(on: Clean) -> Mistakes:
    for name in ("service", "resources") if on.form == "yaml" else ():
        lines = on.text(name).splitlines()
        indented = next(at for at, line in enumerate(lines) if re.match(r"  \s*[a-z]+: \w", line))
        for what, line in {
            "a tab": "\t" + lines[indented].lstrip(),
            "an open quote": lines[indented].replace(": ", ': "', 1),
            "no colon": lines[indented].replace(":", "", 1),
            "an alias of nothing": lines[indented].partition(":")[0] + ": *nothing",
        }.items():
            text = "\n".join([*lines[:indented], line, *lines[indented + 1 :]])
            yield f"{name} with {what}", {name: text}, ("",)


@operator("document")
def a_document_is_there_twice(on: Clean) -> Mistakes:
    for name in ("service", "resources"):
        yield name, {f"{name}2.{on.form}": on.text(name)}, ("",)


@operator("document")
def a_part_is_of_another_kind(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        for key, wrong in {
            "path": 7,
            "queryParams": ["limit"],
            "headers": "none",
            "bodyTemplate": ["a"],
        }.items():
            if key in operation:
                kept = operation[key]
                operation[key] = wrong
                yield f"{key} of {address}: {wrong}", {"resources": copy.deepcopy(document)}, (address,)
                operation[key] = kept
    for document, template, address in on.templates():
        placeholder = template["placeholders"][0]
        for key, wrong in {"required": "yes", "options": "a,b", "name": 5, "type": ["String"]}.items():
            kept = placeholder.get(key)
            placeholder[key] = wrong
            yield f"{key} in {address}: {wrong}", {"resources": copy.deepcopy(document)}, (address,)
            placeholder[key] = kept
            if kept is None:
                del placeholder[key]
        template["placeholders"] = {placeholder["name"]: placeholder}
        yield f"placeholders of {address} by name", {"resources": document}, (address,)
    for document, resource in on.resources():
        handle = resource["handle"]
        for key in ("fields", "webhooks"):
            if resource.get(key):
                kept = resource[key]
                resource[key] = {str(number): item for number, item in enumerate(kept)}
                yield f"{key} of {handle} by number", {"resources": copy.deepcopy(document)}, (handle,)
                resource[key] = kept


@operator("document")
def a_name_is_none(on: Clean) -> Mistakes:
    for document, template, address in on.templates():
        placeholder = template["placeholders"][0]
        for name in (placeholder["name"].replace("_", "-") + "-x", f"2{placeholder['name']}", ""):
            changed = copy.deepcopy(document)
            for found in placeholders_in(changed):
                if found == placeholder:
                    found["name"] = name
            yield f"`{name}` in {address}", {"resources": changed}, (address,)


def placeholders_in(value: Any) -> Iterator[Any]:
    """Every declaration in a document, outer ones first."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "placeholders" and isinstance(inner, list):
                yield from inner
            yield from placeholders_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from placeholders_in(inner)


# --- service


@operator("service")
def the_service_is_changed(on: Clean) -> Mistakes:
    def changed(change: Callable[[Any], object]) -> dict[str, Any]:
        document = on.read("service")
        change(document["service"])
        return {"service": document}

    about = ("service",)
    base = on.read("service")["service"]["baseURL"]["value"]
    wrong = {
        "http": base.replace("https:", "http:"),
        "no scheme": base.removeprefix("https://"),
        "a query": f"{base}?x=1",
        "a fragment": f"{base}#x",
        "a slash at its end": f"{base}/",
        "a blank": f" {base}",
        "a half hole": base.replace("//", "//{{site}."),
    }
    if "contract" in on.has and "servers" in on.read("contract"):
        wrong["another version"] = f"{base[:-1]}9"
    for what, url in wrong.items():
        document = on.read("service")
        document["service"]["baseURL"]["value"] = url
        # a slash too many shows where the parts are joined
        yield what, {"service": document}, ("",) if what == "a slash at its end" else about
    yield "another protocol", changed(lambda s: s.update(protocol="http")), about
    yield "another content type", changed(lambda s: s.update(contentType="text/xml")), ("",)
    token = ("auth", "params", "apiToken")

    def at(service: Any) -> Any:
        for step in token:
            service = service[step]
        return service

    yield "no token", changed(lambda s: at(s).pop("token")), about
    yield "no header's name", changed(lambda s: at(s).pop("headerName")), about
    if on.name == "shop":
        # only its contract has a security scheme
        yield "another header", changed(lambda s: at(s)["headerName"].update(value="X-Key")), about
        yield "a bare credential", changed(lambda s: at(s)["token"].update(value="{{apiKey}}")), about
    yield "an undeclared credential", changed(lambda s: at(s)["token"].update(value="Bearer {{key}}")), about
    secret = "Bearer sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    yield "a literal credential", changed(lambda s: at(s).update(token={"value": secret})), about
    headers = {"Authorization": {"value": "Token abc"}}
    yield "the header set twice", changed(lambda s: s.update(headers=headers)), about
    yield "another method", changed(lambda s: s["auth"].update(method="api_tokens")), about
    yield "a header's hole", changed(lambda s: s.update(headers={"X-Shop": "{{shop}}"})), about
    yield "a half hole", changed(lambda s: s.update(headers={"X-Shop": "{{apiKey}"})), about
    twice = {"X-Shop": {"value": "a"}, "x-shop": {"value": "a"}}
    yield "a header in other capitals", changed(lambda s: s.update(headers=twice)), about
    key = "9f86d081884c7d659a2feaa0c55ad015" + "a3bf4f1b2b0b822cd15d6c15b0f00a08"
    yield (
        "a credential of no known shape",
        changed(lambda s: s.update(headers={"X-Api-Key": {"value": key}})),
        about,
    )


@operator("service")
def an_operation_says_another_content_type(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        template = operation.get("bodyTemplate")
        if template and template["value"].lstrip().startswith("{") and "headers" not in operation:
            operation["headers"] = {"Content-Type": {"value": "application/x-www-form-urlencoded"}}
            yield address, {"resources": document}, (address,)


@operator("service")
def a_credential_stands_in_an_operation(on: Clean) -> Mistakes:
    secret = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    for document, _, _, operation, address in on.operations():
        operation.setdefault("headers", {})["X-Shop-Key"] = {"value": secret}
        yield f"header of {address}", {"resources": copy.deepcopy(document)}, (address,)
        del operation["headers"]["X-Shop-Key"]
        operation.setdefault("queryParams", {})["key"] = {"value": secret}
        yield f"query of {address}", {"resources": document}, (address,)


# --- resource


@operator("resource")
def a_thing_is_there_twice(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        twin = {key: value for key, value in copy.deepcopy(resource).items() if key != "webhooks"}
        document.append(twin)
        yield f"the resource {resource['handle']}", {"resources": document}, (resource["handle"],)
    for where in ("fields", "payload"):
        for document, field, address in on.fields(where):
            for holder in lists_in(document):
                if any(item is field for item in holder):
                    holder.append(dict(field))
                    break
            yield f"the field {address}", {"resources": document}, (address.removesuffix("]"),)
    for document, owner, name, operation, address in on.operations():
        owner["operations"][f"{name}_again"] = copy.deepcopy(operation)
        yield f"the operation {address}", {"resources": document}, (address,)


@operator("resource")
def a_path_is_bent(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        path = operation.get("path", {}).get("value", "")
        for what, url in {
            "a query": f"{path}?all=1",
            "a fragment": f"{path}#top",
            "no slash": path.removeprefix("/"),
            "two slashes": f"/{path}",
        }.items():
            if url not in ("/", "", path):
                operation.setdefault("path", {})["value"] = url
                yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)


def lists_in(document: list[Any]) -> Iterator[list[Any]]:
    for resource in document:
        yield resource.get("fields", [])
        for webhook in resource.get("webhooks", []):
            yield webhook["payload"]


@operator("resource")
def a_url_is_bent(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        if "endpoint" not in resource:
            continue
        handle, right = resource["handle"], resource["endpoint"]["value"]
        for what, url in {
            "query": f"{right}?all=1",
            "fragment": f"{right}#all",
            "no slash": right.removeprefix("/"),
            "two slashes": f"/{right}",
            "trailing": f"{right}/",
            "a hole that nobody fills": f"{right}/{{{{region}}}}",
            "a blank": right.replace("/", "/ ", 1),
        }.items():
            changed = copy.deepcopy(document)
            next(item for item in changed if item["handle"] == handle)["endpoint"]["value"] = url
            paths = any(item.get("path", {}).get("value") for item in resource.get("operations", {}).values())
            if what != "trailing" or paths:
                yield f"{handle}: {what}", {"resources": changed}, (handle,)


@operator("resource")
def a_body_goes_with_a_get(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        if operation["method"] == "GET":
            operation["bodyTemplate"] = {"value": "{}"}
            yield address, {"resources": document}, (address,)


# --- placeholder


@operator("placeholder")
def a_declaration_is_changed(on: Clean) -> Mistakes:
    for document, template, address in on.templates():
        for index, placeholder in enumerate(template["placeholders"]):
            name = placeholder["name"]

            renamed = {**placeholder, "name": f"{name}_x"}
            changes = {"renamed": [renamed], "removed": [], "twice": [placeholder, dict(placeholder)]}
            if placeholder.get("required"):
                changes["optional"] = [{key: item for key, item in placeholder.items() if key != "required"}]
            before = template["placeholders"]
            for what, put in changes.items():
                template["placeholders"] = [*before[:index], *put, *before[index + 1 :]]
                yield f"{address} {name} {what}", {"resources": copy.deepcopy(document)}, (address,)
            template["placeholders"] = before
        template["placeholders"].append({"name": "more", "type": "String"})
        yield f"{address} one more", {"resources": document}, (address,)


@operator("placeholder")
def a_hole_is_changed(on: Clean) -> Mistakes:
    for document, template, address in on.templates():
        value = template["value"]
        name = template["placeholders"][0]["name"]
        for what, hole in {
            "misspelt": f"{{{{{misspelt(name)}}}}}",
            "half open": f"{{{name}}}}}",
            "half closed": f"{{{{{name}}}",
            "single": f"{{{name}}}",
            "empty": "{{}}",
        }.items():
            template["value"] = value.replace(f"{{{{{name}}}}}", hole)
            yield f"{address} {name} {what}", {"resources": copy.deepcopy(document)}, (address,)


@operator("placeholder")
def a_placeholder_is_of_another_type(on: Clean) -> Mistakes:
    # where a hole stands in a body decides which types fit: bare ones are JSON, quoted ones text
    for document, template, _, address in on.bodies():
        for placeholder in template.get("placeholders", []):
            hole = f"{{{{{placeholder['name']}}}}}"
            if template["value"].count(hole) != 1:
                continue
            kept = placeholder["type"]
            wrong = "Object" if f'"{hole}"' in template["value"] else "String"
            placeholder["type"] = wrong
            yield (
                f"{address} {placeholder['name']} {wrong}",
                {"resources": copy.deepcopy(document)},
                (address,),
            )
            placeholder["type"] = kept


@operator("placeholder")
def an_option_is_of_another_type(on: Clean) -> Mistakes:
    for document, template, address in on.templates():
        for placeholder in template["placeholders"]:
            option = {"Integer": "many", "Boolean": "perhaps", "Float": "much"}.get(placeholder["type"])
            if option:
                placeholder["options"] = [option]
                yield f"{address} {placeholder['name']} {option}", {"resources": document}, (address,)
                break


@operator("placeholder")
def an_endpoints_name_is_declared_again(on: Clean) -> Mistakes:
    for document, owner, _, operation, address in on.operations():
        if "{{" not in operation.get("path", {}).get("value", ""):
            continue
        name = re.findall(r"\{\{\s*(\w+)", operation["path"]["value"])[0]
        endpoint = owner["endpoint"]
        endpoint["value"] += f"/{{{{{name}}}}}"
        declared = {"name": name, "type": "Integer", "required": True, "description": "Which region."}
        endpoint.setdefault("placeholders", []).append(declared)
        yield f"{address} {name}", {"resources": document}, (owner["handle"],)


@operator("placeholder")
def an_option_is_there_twice(on: Clean) -> Mistakes:
    for document, template, address in on.templates():
        for placeholder in template["placeholders"]:
            if "options" in placeholder:
                placeholder["options"].append(placeholder["options"][0])
                yield f"{address} {placeholder['name']}", {"resources": document}, (address,)


# --- template


@operator("template")
def a_body_is_broken(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        template = operation.get("bodyTemplate")
        if template is None:
            continue
        value = template["value"]
        if not value.lstrip().startswith("{") or not holed(value):
            continue
        key = next(iter(holed(value)))
        for what, text in {
            "no end": value[:-1],
            "a tail": value + "}",
            "no colon": value.replace(": ", " ", 1),
            "no quote": value.replace('"', "", 1),
            "a comma": value.replace("{", "{,", 1),
            "one key twice": f'{{"{key}": 1, {value.lstrip()[1:]}',
            "single quotes": value.replace('"', "'", 2),
            "a comma at the end": f"{value.rstrip()[:-1]},}}",
            "a bare word": value.replace(": ", ": none, ", 1),
            "a comment": f"{value.rstrip()[:-1]} // all\n}}",
        }.items():
            template["value"] = text
            yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)


@operator("template")
def a_form_is_broken(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        template = operation.get("bodyTemplate")
        if template is None or template["value"].lstrip().startswith("{") or "=" not in template["value"]:
            continue
        value = template["value"]
        key = value.partition("=")[0].strip()
        for what, text in {
            "a blank": f"a {value}",
            "no sign": value.replace("=", "", 1),
            "one key twice": f"{key}=a&{value}",
        }.items():
            template["value"] = text
            yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)


# --- selector

OPEN = ("Object", "Any", "KV", "KVV", "Vars", "Meta")
"""Types of things whose keys no schema need name: what is looked for in one may be there."""


@operator("selector", needs=("fixtures",))
def a_segment_is_changed(on: Clean) -> Mistakes:
    for document, field, address in on.fields("fields"):
        selector = field["selector"]
        for index, segment in enumerate(selector):
            changed: dict[str, Any]
            if segment.isdigit():
                changed = {"no index": [*selector[:index], *selector[index + 1 :]], "a word": None}
                changed["a word"] = [*selector[:index], "first", *selector[index + 1 :]]
                if on.name == "shop" and address.startswith("reports"):
                    # only samples speak of reports, and their lists have one item
                    changed["the next item"] = [*selector[:index], "1", *selector[index + 1 :]]
            else:
                changed = {
                    "misspelt": [*selector[:index], misspelt(segment), *selector[index + 1 :]],
                    "in capitals": [*selector[:index], segment.upper(), *selector[index + 1 :]],
                    "an index before": [*selector[:index], "0", *selector[index:]],
                }
            for what, selected in changed.items():
                field["selector"] = selected
                yield f"{address} {segment}: {what}", {"resources": copy.deepcopy(document)}, (address,)
        others = {
            "the envelope's key": ["data", *selector],
            "dotted": [".".join(["$", *selector])],
            "a path": ["/".join(["", *selector])],
            "a star": [*selector[:-1], "*"],
        }
        if field["type"] not in OPEN:
            others["one key more"] = [*selector, "value"]
            others["an index more"] = [*selector, "00000000000000000001"]
        for what, selected in others.items():
            field["selector"] = selected
            yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)


@operator("selector", needs=("fixtures",))
def a_field_is_of_another_type(on: Clean) -> Mistakes:
    for document, field, address in on.fields("fields"):
        others = {
            "String": ("Integer", "Boolean", "Object"),
            "DateTime": ("Boolean", "Object"),
            "Boolean": ("Integer", "String"),
            "Object": ("String", "Boolean"),
        }
        for wrong in others.get(field["type"], ("String", "Object")):
            kept = field["type"]
            field["type"] = wrong
            yield f"{address} {wrong}", {"resources": copy.deepcopy(document)}, (address,)
            field["type"] = kept
        if field.pop("multivalue", False) is False:
            field["multivalue"] = True
        yield f"{address}: multivalue turned", {"resources": document}, (address,)


# --- webhook


@operator("webhook", needs=("events",))
def the_list_says_that_an_event_is_no_more(on: Clean) -> Mistakes:
    document = on.read("events")
    for _, holder, at, handle in on.webhooks():
        event = holder[at]["event"]
        changed = copy.deepcopy(document)
        changed["events"][event] = {**(changed["events"][event] or {}), "deprecated": True}
        yield event, {"events": changed}, (f"{handle}.webhooks",)


@operator("webhook", needs=("events",))
def an_event_is_renamed(on: Clean) -> Mistakes:
    for document, holder, at, handle in on.webhooks():
        event = holder[at]["event"]
        for name in (misspelt(event), event.replace(".", "_"), f"{event}.v2", event.upper(), "shop.exploded"):
            holder[at]["event"] = name
            yield f"{event}: {name}", {"resources": copy.deepcopy(document)}, (f"{handle}.webhooks",)


@operator("webhook", needs=("events",))
def a_webhook_is_lost_or_doubled(on: Clean) -> Mistakes:
    for document, holder, at, handle in on.webhooks():
        event = holder[at]["event"]
        twin = {**copy.deepcopy(holder[at]), "path": "/hooks/other"}
        holder.append(twin)
        yield f"{event} twice", {"resources": copy.deepcopy(document)}, (f"{handle}.webhooks",)
        holder.pop()
        holder.pop(at)
        yield f"{event} lost", {"resources": document}, (f"events[{event}]",)


@operator("webhook")
def a_webhooks_path_is_bent(on: Clean) -> Mistakes:
    for document, holder, at, handle in on.webhooks():
        path = holder[at]["path"]
        for wrong in (
            path[1:],
            f"{path}?x=1",
            f"{path} x",
            f"{path}/{{{{id}}}}",
            f"https://a.example{path}",
        ):
            holder[at]["path"] = wrong
            yield f"{path}: {wrong}", {"resources": copy.deepcopy(document)}, (f"{handle}.webhooks",)
    document = on.read("resources")
    handles = []
    for resource in document:
        for webhook in resource.get("webhooks", []):
            webhook["path"] = "/hooks/one"
            handles.append(f"{resource['handle']}.webhooks")
    yield "one path for all", {"resources": document}, tuple(handles)


@operator("webhook", needs=("events",))
def a_payload_field_is_changed(on: Clean) -> Mistakes:
    for document, field, address in on.fields("payload"):
        selector = field["selector"]
        changed = {"misspelt": [*selector[:-1], misspelt(selector[-1])], "an index": [*selector, "0"]}
        if field["type"] not in OPEN:
            changed["one key more"] = [*selector, "value"]
        if len(selector) > 1:
            changed["without the envelope"] = selector[1:]
        for what, selected in changed.items():
            field["selector"] = selected
            yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)
        field["selector"], kept = selector, field["type"]
        field["type"] = "Object" if kept in ("String", "DateTime") else "String"
        yield f"{address}: {field['type']}", {"resources": copy.deepcopy(document)}, (address,)
        field["type"], field["multivalue"] = kept, True
        yield f"{address}: multivalue", {"resources": document}, (address,)


# --- contract


@operator("contract", needs=("contract",))
def a_method_is_swapped(on: Clean) -> Mistakes:
    have = {
        (resource["handle"], operation.get("path", {}).get("value", ""), operation["method"])
        for resource in on.read("resources")
        for operation in resource.get("operations", {}).values()
    }
    for document, owner, _, operation, address in on.operations():
        before = operation["method"]
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            where = (owner["handle"], operation.get("path", {}).get("value", ""))
            if (*where, method) not in have:
                operation["method"] = method
                yield f"{address} {before}: {method}", {"resources": copy.deepcopy(document)}, (address,)


@operator("contract", needs=("contract",))
def a_url_is_another(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        handle = resource["handle"]
        right = resource["endpoint"]["value"].removeprefix("/")
        for url in (f"/{misspelt(right)}", f"/{right[:-1]}", f"/v1/{right}", "/things"):
            resource["endpoint"]["value"] = url
            yield f"{handle} at {url}", {"resources": copy.deepcopy(document)}, (handle,)
    for document, _, _, operation, address in on.operations():
        if operation.get("path", {}).get("value"):
            operation["path"]["value"] += "/details"
            yield f"{address} deeper", {"resources": document}, (address,)


@operator("contract", needs=("contract",))
def a_body_key_is_changed(on: Clean) -> Mistakes:
    for document, template, body, address in on.bodies():
        for holder, where in ((body, ""), *((line, "lines.") for line in body.get("lines", []))):
            for key in list(holder):
                kept = dict(holder)
                changes = {"misspelt": misspelt(key), "in capitals": key.upper(), "with a tail": f"{key}_id"}
                for what, name in changes.items():
                    holder[name] = holder.pop(key)
                    template["value"] = written(body)
                    yield (
                        f"{address} {where}{key}: {what}",
                        {"resources": copy.deepcopy(document)},
                        (address,),
                    )
                    restore(holder, kept)
                if address == "orders.create":
                    value = holder.pop(key)
                    template["value"] = written(body)
                    yield (
                        f"{address} {where}{key}: dropped",
                        {"resources": copy.deepcopy(document)},
                        (address,),
                    )
                    restore(holder, kept)
                    wrong: Any = ["a"] if not isinstance(value, list) else "a"
                    holder[key] = wrong
                    template["value"] = written(body)
                    yield (
                        f"{address} {where}{key}: {wrong}",
                        {"resources": copy.deepcopy(document)},
                        (address,),
                    )
                    restore(holder, kept)
            template["value"] = written(body)
        body["surprise"] = "yes"
        template["value"] = written(body)
        yield f"{address}: one more key", {"resources": document}, (address,)


def restore(holder: dict[str, Any], kept: dict[str, Any]) -> None:
    holder.clear()
    holder.update(kept)


@operator("contract", needs=("contract",))
def a_hole_loses_or_gains_its_quotes(on: Clean) -> Mistakes:
    for document, template, address in on.templates():
        value = template["value"]
        if not value.startswith('{"'):
            continue
        for placeholder in template["placeholders"]:
            hole = f"{{{{{placeholder['name']}}}}}"
            turned = hole if f'"{hole}"' in value else f'"{hole}"'
            template["value"] = value.replace(f'"{hole}"' if turned == hole else hole, turned)
            yield f"{address} {turned}", {"resources": copy.deepcopy(document)}, (address,)


@operator("contract", only=("shop",))
def a_form_is_changed(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        template = operation.get("bodyTemplate")
        if template is None or template["value"].startswith("{"):
            continue
        value = template["value"]
        for old, new in {
            "grant=": "grnat=",
            "scope[]=": "scopes[]=",
            "note=": "notice=",
            "grant=client&": "",
            "=client": "=cleint",
        }.items():
            template["value"] = value.replace(old, new)
            yield f"{address} {old} {new}", {"resources": copy.deepcopy(document)}, (address,)
        template["value"] = value
        for media in ("application/json", "multipart/form-data", "text/plain"):
            operation["headers"]["Content-Type"]["value"] = media
            yield f"{address} as {media}", {"resources": copy.deepcopy(document)}, (address,)


@operator("contract", needs=("contract",))
def a_value_or_option_is_changed(on: Clean) -> Mistakes:
    for document, template, address in on.templates():
        for placeholder in template["placeholders"]:
            for index, option in enumerate(placeholder.get("options", [])):
                for wrong in (misspelt(option), "other"):
                    placeholder["options"][index] = wrong
                    yield f"{address} {option}: {wrong}", {"resources": copy.deepcopy(document)}, (address,)
                placeholder["options"][index] = option
    for document, template, _, address in on.bodies():
        if '"api"' in template["value"]:
            template["value"] = template["value"].replace('"api"', '"web"')
            yield f"{address} api: web", {"resources": document}, (address,)


@operator("contract", needs=("contract",))
def a_query_is_changed(on: Clean) -> Mistakes:
    for document, _, _, operation, address in on.operations():
        query = operation.get("queryParams", {})
        for name in list(query):
            kept = dict(query)
            for wrong in (misspelt(name), f"{name}_by", name.upper()):
                query[wrong] = query.pop(name)
                yield f"{address} {name}: {wrong}", {"resources": copy.deepcopy(document)}, (address,)
                restore(query, kept)
        if "account" in query:
            del query["account"]
            yield f"{address} account dropped", {"resources": document}, (address,)


def spoken(on: Clean, owner: Any, operation: Any) -> tuple[Any, Any]:
    """The contract, and what it says of an operation."""
    document = on.read("contract")
    url = owner["endpoint"]["value"] + operation.get("path", {}).get("value", "")
    shape = re.sub(r"\{\{[^}]*\}\}", "{}", url)
    path = next(path for path in document["paths"] if re.sub(r"\{[^}]*\}", "{}", path) == shape)
    return document, document["paths"][path][operation["method"].lower()]


@operator("contract", needs=("contract",))
def the_contract_moves_on(on: Clean) -> Mistakes:
    for _, owner, _, operation, address in on.operations():
        contract, said = spoken(on, owner, operation)
        said["deprecated"] = True
        yield f"{address} deprecated", {"contract": contract}, (address,)
        contract, said = spoken(on, owner, operation)
        wanted = {"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}}
        said.setdefault("parameters", []).append(wanted)
        yield f"{address} with another query", {"contract": contract}, (address,)
        if "bodyTemplate" not in operation:
            continue
        contract, said = spoken(on, owner, operation)
        content = said["requestBody"]["content"]
        (media,) = content
        schema = content[media]["schema"]
        if "properties" in schema:
            schema["properties"]["tenant"] = {"type": "string"}
            schema["required"] = [*schema.get("required", []), "tenant"]
            said["requestBody"]["required"] = True
            yield f"{address} with another key", {"contract": contract}, (address,)
        content["multipart/form-data"] = content.pop(media)
        yield f"{address} as multipart", {"contract": contract}, (address,)


@operator("contract", only=("shop",))
def the_contract_wants_another_credential(on: Clean) -> Mistakes:
    for scheme in (
        {"type": "apiKey", "in": "header", "name": "X-Key"},
        {"type": "apiKey", "in": "query", "name": "key"},
        {"type": "http", "scheme": "basic"},
    ):
        contract = on.read("contract")
        contract["components"]["securitySchemes"]["bearer"] = scheme
        yield str(scheme), {"contract": contract}, ("service",)


@operator("contract", needs=("contract",))
def the_contract_is_none(on: Clean) -> Mistakes:
    changes: dict[str, dict[str, Any]] = {"Swagger": {"openapi": "2.0"}, "no paths": {"paths": []}}
    for what, change in changes.items():
        contract = {**on.read("contract"), **change}
        yield what, {"contract": contract}, ("",)
    yield "broken", {"contract": on.text("contract").rstrip()[:-1]}, ("",)


# --- fixture


@operator("fixture")
def a_fixture_is_bent(on: Clean) -> Mistakes:
    secret = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    for number, name in enumerate(on.fixtures):
        document = on.read(name)
        key = "operation" if "operation" in document else "event"
        if not on.chosen(number) or key not in document:
            continue
        target = document[key]
        document[key] = f"{target}s"
        yield f"{name}: {document[key]}", {name: document}, ("fixtures", "")
        document[key] = target
        document[misspelt(key)] = document.pop(key)
        yield f"{name}: no {key}", {name: document}, ("fixtures", "")
        document = on.read(name)
        for origin in ("recorded", "written", "drafted"):
            document.pop(origin, None)
        yield f"{name}: of no origin", {name: document}, ("fixtures", "")
        document = on.read(name)
        document["surprise"] = 1
        yield f"{name}: one more key", {name: document}, ("fixtures", "")
        if "response" in document:
            for key, wrong in {"status": 2000, "headers": "none", "json": None}.items():
                document = on.read(name)
                document["response"][key] = wrong
                if key == "json":
                    document["response"]["headers"] = {"X-Key": secret}
                yield f"{name}: {key}", {name: document}, ("fixtures", "")
        broken = re.sub(r'^([ "]*\w+"?):', r"\1", on.text(name), count=1, flags=re.MULTILINE)
        yield f"{name}: broken", {name: broken}, ("fixtures", "")


@operator("fixture", only=("shop",))
def a_record_is_bent(on: Clean) -> Mistakes:
    document = on.read("orders.read.json")
    record = document["response"]["json"]
    for key in list(record):
        kept = dict(record)
        record[misspelt(key)] = record.pop(key)
        yield f"{key} misspelt", {"orders.read.json": copy.deepcopy(document)}, ("fixtures", "")
        restore(record, kept)
        record[key] = {"a": 1} if not isinstance(record[key], dict) else 1
        yield f"{key}: another kind", {"orders.read.json": copy.deepcopy(document)}, ("fixtures", "")
        restore(record, kept)
    record["state"] = "lost"
    yield "a state that is none", {"orders.read.json": copy.deepcopy(document)}, ("fixtures", "")
    document = on.read("orders.read.json")
    document["request"] = {"headers": {"Authorization": "Bearer sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"}}
    yield "a credential", {"orders.read.json": document}, ("fixtures", "")
    document = on.read("order.placed.json")
    document["delivery"]["json"]["data"]["weight"] = "heavy"
    yield "a payload of another kind", {"order.placed.json": document}, ("fixtures", "")


# --- page and project


@operator("page")
def a_page_drifts(on: Clean) -> Mistakes:
    text = on.page()
    handles = [resource["handle"] for resource in on.read("resources")]
    for number, line in enumerate(line for line in text.splitlines() if line.startswith("Triggers on: ")):
        if not on.chosen(number):
            continue
        yield f"without {line}", {"page.md": text.replace(f"{line}\n", "", 1)}, ("",)
        yield f"{line}s", {"page.md": text.replace(f"{line}\n", f"{line}s\n", 1)}, ("page",)
        handle = line.removeprefix("Triggers on: ").partition("/")[0].replace("\\_", "_")
        other = next(name for name in reversed(handles) if name != handle).replace("_", "\\_")
        moved = f"Triggers on: {other}/{line.partition('/')[2]}"
        yield f"{line}: {moved}", {"page.md": text.replace(f"{line}\n", f"{moved}\n", 1)}, ("page",)
    for rest in ("TODO: say more", "Lorem ipsum dolor sit amet.", "See [Name]."):
        yield rest, {"page.md": text.replace("## Triggers", f"{rest}\n\n## Triggers", 1)}, ("page",)
    before, after = {
        "json": ('"protocol": "https",', '"protocol": "https"'),
        "yaml": ("protocol: https", 'protocol: "https'),
    }[on.form]
    yield "a broken fence", {"page.md": text.replace(before, after, 1)}, ("",)


@operator("page")
def text_is_left_over(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        meta = resource.setdefault("meta", {})
        for rest in ("TODO", "Lorem ipsum dolor sit amet.", "[Description]"):
            meta["description"] = rest
            yield (
                f"{resource['handle']}: {rest}",
                {"resources": copy.deepcopy(document)},
                (resource["handle"],),
            )


@operator("project")
def an_ignore_ignores_nothing(on: Clean) -> Mistakes:
    resource = next(item for item in on.read("resources") if item.get("webhooks"))
    address = f"{resource['handle']}.webhooks[{resource['webhooks'][0]['event']}]"
    for what, rule, where in (
        ("nothing to ignore", "unknown-event", address),
        ("no such address", "unknown-event", misspelt(address)),
        ("any address", "wrong-method", "*"),
    ):
        text = f'[[ignore]]\nconnector = "."\nrule = "{rule}"\naddress = "{where}"\nreason = "no longer so"\n'
        yield what, {"connlint.toml": text}, ("",)


@operator("project")
def a_baseline_holds_what_is_no_more(on: Clean) -> Mistakes:
    row = {"connector": ".", "rule": "unknown-event", "address": "a.webhooks[b]", "fingerprint": "0" * 32}
    kept = {"version": 1, "findings": [row]}
    yield (
        "one entry",
        {"connlint.toml": 'baseline = "baseline.json"\n', "baseline.json": json.dumps(kept)},
        ("",),
    )


@operator("project")
def a_comment_ignores_nothing(on: Clean) -> Mistakes:
    for name in ("service", "resources") if on.form == "yaml" else ():
        lines = on.text(name).splitlines()
        for what in ("ignore[unused-placeholder] no longer so", "ignore[unused-placeholder]"):
            text = "\n".join([f"{lines[0]} # connlint: {what}", *lines[1:]])
            yield f"{name}: {what}", {name: text}, ("",)


# --- mistakes that are right by every document: what connlint cannot find, and whether it does all the same


@operator("service", beyond="a vendor has regions and proxies: any host may be right")
def the_host_is_another(on: Clean) -> Mistakes:
    document = on.read("service")
    base = document["service"]["baseURL"]
    base["value"] = base["value"].replace("//api.", "//apis.")
    yield base["value"], {"service": document}, ("service",)


@operator("selector", needs=("fixtures",), beyond="both selectors lead to a value of the declared type")
def two_selectors_are_swapped(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        known: dict[str, Any] = {}
        for field in resource.get("fields", []):
            other = known.setdefault(f"{field['type']} {field.get('multivalue')}", field)
            if other is not field:
                other["selector"], field["selector"] = field["selector"], other["selector"]
                what = f"{resource['handle']}: {other['name']} and {field['name']}"
                yield what, {"resources": document}, (resource["handle"],)
                break


@operator("placeholder", beyond="both keys take a value of the declared type")
def two_holes_are_swapped(on: Clean) -> Mistakes:
    for document, template, _, address in on.bodies():
        known: dict[str, str] = {}
        for placeholder in template.get("placeholders", []):
            name = placeholder["name"]
            other = known.setdefault(f"{placeholder['type']} {placeholder.get('options')}", name)
            if other != name:
                value = (
                    template["value"]
                    .replace(f"{{{{{name}}}}}", "<>")
                    .replace(f"{{{{{other}}}}}", f"{{{{{name}}}}}")
                )
                template["value"] = value.replace("<>", f"{{{{{other}}}}}")
                yield f"{address}: {name} and {other}", {"resources": document}, (address,)
                break


@operator("resource", beyond="both requests are the vendor's: what an operation is called says little")
def two_operations_are_swapped(on: Clean) -> Mistakes:
    for document, resource in on.resources():
        operations = resource.get("operations", {})
        if {"create", "update"} <= operations.keys():
            operations["create"], operations["update"] = operations["update"], operations["create"]
            yield resource["handle"], {"resources": document}, (resource["handle"],)


@operator(
    "webhook", needs=("events",), beyond="both events are official, and their deliveries have the same fields"
)
def two_events_are_swapped(on: Clean) -> Mistakes:
    for document, holder, at, handle in on.webhooks():
        if at and holder[0]["event"] != holder[at]["event"]:
            holder[0]["event"], holder[at]["event"] = holder[at]["event"], holder[0]["event"]
            yield f"{holder[0]['event']} and {holder[at]['event']}", {"resources": document}, (handle,)


@operator("document", beyond="`Any` is right for every value, only of less use")
def a_type_says_nothing(on: Clean) -> Mistakes:
    for document, field, address in on.fields("fields"):
        field["type"] = "Any"
        yield address, {"resources": document}, (address,)
