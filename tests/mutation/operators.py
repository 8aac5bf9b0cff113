"""Mistakes in a connector: each operator makes one, at every place where the format lets it be made.

Written from docs/format.md: what a document must have, what a template, a selector, a webhook, a request is.
What the format allows (another order of keys, a description) is no mistake.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLEAN = Path(__file__).parent / "clean"
DOCUMENTS = {
    "service": "service.json",
    "resources": "resources.json",
    **{path.name: f"fixtures/{path.name}" for path in sorted((CLEAN / "fixtures").iterdir())},
}


@dataclass(frozen=True)
class Mutant:
    """A connector with one mistake: `files` are the texts that differ; one of `about` begins the address of
    some finding when the mistake is found where it is."""

    family: str
    operator: str
    what: str
    files: dict[str, str]
    about: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.family}/{self.operator}: {self.what}"


Mistakes = Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]
"""What was done, the documents that changed, and the beginnings of the addresses that it concerns."""

Operator = Callable[[], Iterator[Mutant]]
OPERATORS: list[Operator] = []


def operator(
    family: str,
) -> Callable[[Callable[[], Mistakes]], Operator]:
    """Name an operator by its function."""

    def wrap(make: Callable[[], Mistakes]) -> Operator:
        def mutants() -> Iterator[Mutant]:
            for what, changed, about in make():
                files = {
                    DOCUMENTS.get(name, name): value
                    if isinstance(value, str)
                    else json.dumps(value, indent=2)
                    for name, value in changed.items()
                }
                yield Mutant(family, make.__name__.replace("_", "-"), what, files, about)

        OPERATORS.append(mutants)
        return mutants

    return wrap


def all_mutants() -> list[Mutant]:
    return [mutant for make in OPERATORS for mutant in make()]


def read(name: str) -> Any:
    """A fresh copy of a clean document."""
    return json.loads((CLEAN / DOCUMENTS.get(name, name)).read_text(encoding="utf-8"))


def misspelt(word: str) -> str:
    """Two letters in the middle changed places; one more letter where that changes nothing."""
    for at in range(len(word) // 2, 0, -1):
        swapped = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at < len(word) else word
        if swapped != word:
            return swapped
    return word + "x"


# --- walking the clean documents: each place comes in a copy of its document, so that it may be changed


def resources() -> Iterator[tuple[list[Any], Any]]:
    for index in range(len(read("resources"))):
        document = read("resources")
        yield document, document[index]


def operations() -> Iterator[tuple[list[Any], Any, str, Any, str]]:
    for index, resource in enumerate(read("resources")):
        for name in resource["operations"]:
            document = read("resources")
            owner = document[index]
            yield document, owner, name, owner["operations"][name], f"{owner['handle']}.{name}"


def fields(where: str) -> Iterator[tuple[list[Any], Any, str]]:
    """The record fields (`where` is "fields") or the payload fields ("payload"), each with its address."""
    for index, resource in enumerate(read("resources")):
        if where == "fields":
            for at, item in enumerate(resource["fields"]):
                document = read("resources")
                yield document, document[index]["fields"][at], f"{resource['handle']}.fields[{item['name']}]"
        else:
            for hook, webhook in enumerate(resource.get("webhooks", [])):
                for at, item in enumerate(webhook["payload"]):
                    document = read("resources")
                    place = document[index]["webhooks"][hook]["payload"][at]
                    address = f"{resource['handle']}.webhooks[{webhook['event']}].{item['name']}"
                    yield document, place, address


def webhooks() -> Iterator[tuple[list[Any], list[Any], int, str]]:
    for index, resource in enumerate(read("resources")):
        for at in range(len(resource.get("webhooks", []))):
            document = read("resources")
            yield document, document[index]["webhooks"], at, resource["handle"]


def templates() -> Iterator[tuple[list[Any], Any, str]]:
    """Templates that declare placeholders, with the address of their operation."""
    for index, resource in enumerate(read("resources")):
        for name, operation in resource["operations"].items():
            for route in routes(operation):
                document = read("resources")
                found = document[index]["operations"][name]
                for step in route:
                    found = found[step]
                if found.get("placeholders"):
                    yield document, found, f"{resource['handle']}.{name}"


def routes(operation: Any) -> Iterator[tuple[str, ...]]:
    for key in ("path", "bodyTemplate"):
        if key in operation:
            yield (key,)
    for name in operation.get("queryParams", {}):
        yield ("queryParams", name)


def bodies() -> Iterator[tuple[list[Any], Any, Any, str]]:
    """JSON bodies: the document, the template, its value with holes as the text "«name»" or "‹name›" (bare),
    the operation's address."""
    for document, _, _, found, address in operations():
        template = found.get("bodyTemplate")
        if template and template["value"].startswith("{"):
            text = template["value"].replace(": {{", ': "‹').replace('}}, "', '›", "')
            text = text.replace("}}}]", '›"}]').replace("}}}", '›"}').replace("{{", "«").replace("}}", "»")
            yield document, template, json.loads(text), address


def written(body: Any) -> str:
    """A body as `bodies` gives it, back as a template."""
    text = json.dumps(body, ensure_ascii=False)
    return text.replace('"‹', "{{").replace('›"', "}}").replace("«", "{{").replace("»", "}}")


# --- document


@operator("document")
def a_required_key_is_dropped() -> Mistakes:
    for document, resource in resources():
        handle = resource.pop("handle")
        yield f"the handle of {handle}", {"resources": document}, ("",)
    for document, _, _, operation, address in operations():
        del operation["method"]
        yield f"the method of {address}", {"resources": document}, (address.partition(".")[0],)
    for where in ("fields", "payload"):
        for document, field, address in fields(where):
            del field["selector"]
            yield f"the selector of {address}", {"resources": document}, (address,)
    service = read("service")
    del service["service"]["baseURL"]
    yield "the base URL", {"service": service}, ("",)


@operator("document")
def a_key_is_misspelt() -> Mistakes:
    for document, resource in resources():
        handle = resource["handle"]
        resource["opertaions"] = resource.pop("operations")
        yield f"operations of {handle}", {"resources": document}, (handle,)
    for document, owner, _, operation, address in operations():
        operation["mehtod"] = operation.pop("method")
        yield f"method of {address}", {"resources": document}, (owner["handle"],)
    for document, field, address in fields("fields"):
        field["selctor"] = field.pop("selector")
        yield f"selector of {address}", {"resources": document}, (address,)
    for document, template, address in templates():
        template["placehodlers"] = template.pop("placeholders")
        yield f"placeholders in {address}", {"resources": document}, (address,)


@operator("document")
def a_value_is_of_another_kind() -> Mistakes:
    for document, resource in resources():
        handle = resource["handle"]
        resource["operations"] = list(resource["operations"].values())
        yield f"operations of {handle} as a list", {"resources": document}, (handle,)
    for document, field, address in fields("fields"):
        field["selector"] = ".".join(field["selector"])
        yield f"selector of {address} as text", {"resources": document}, (address,)
    for document, _, _, operation, address in operations():
        operation["method"] = 1
        yield f"method of {address} as a number", {"resources": document}, (address,)


@operator("document")
def a_type_is_misspelt() -> Mistakes:
    for where in ("fields", "payload"):
        for document, field, address in fields(where):
            field["type"] = misspelt(field["type"])
            yield f"{field['type']} of {address}", {"resources": document}, (address,)
    for document, template, address in templates():
        placeholder = template["placeholders"][0]
        placeholder["type"] = placeholder["type"].lower()
        yield f"{placeholder['type']} in {address}", {"resources": document}, (address,)


@operator("document")
def the_text_is_broken() -> Mistakes:
    for name in ("service", "resources"):
        text = (CLEAN / DOCUMENTS[name]).read_text(encoding="utf-8").rstrip()
        yield f"{name} without its end", {name: text[:-1]}, ("",)
        yield f"{name} with a comma too many", {name: f"{text[:-1].rstrip()},{text[-1]}"}, ("",)
        yield f"{name} without a colon", {name: '" '.join(text.rsplit('": ', 1))}, ("",)
        yield f"{name} with a comment", {name: f"// first\n{text}"}, ("",)


@operator("document")
def a_key_stands_twice() -> Mistakes:
    text = (CLEAN / "resources.json").read_text(encoding="utf-8")
    for word in ('"method": "GET"', '"handle": "orders"', '"event": "order.placed"', '"name": "sku"'):
        yield word, {"resources": text.replace(word, f"{word}, {word}", 1)}, ("",)


# --- service


@operator("service")
def the_service_is_changed() -> Mistakes:
    def changed(change: Callable[[Any], object]) -> dict[str, Any]:
        document = read("service")
        change(document["service"])
        return {"service": document}

    about = ("service",)
    for what, url in {
        "http": "http://api.shop.example/v1",
        "no scheme": "api.shop.example/v1",
        "a query": "https://api.shop.example/v1?x=1",
        "a fragment": "https://api.shop.example/v1#x",
        "another version": "https://api.shop.example/v9",
        "a half hole": "https://{{site}.shop.example/v1",
    }.items():
        document = read("service")
        document["service"]["baseURL"]["value"] = url
        yield what, {"service": document}, about
    yield "another protocol", changed(lambda s: s.update(protocol="http")), about
    yield "another content type", changed(lambda s: s.update(contentType="text/xml")), ("service", "orders")
    token = ("auth", "params", "apiToken")

    def at(service: Any) -> Any:
        for step in token:
            service = service[step]
        return service

    yield "no token", changed(lambda s: at(s).pop("token")), about
    yield "no header's name", changed(lambda s: at(s).pop("headerName")), about
    yield "another header", changed(lambda s: at(s)["headerName"].update(value="X-Key")), about
    yield "a bare credential", changed(lambda s: at(s)["token"].update(value="{{apiKey}}")), about
    yield "an undeclared credential", changed(lambda s: at(s)["token"].update(value="Bearer {{key}}")), about
    secret = "Bearer sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    yield "a literal credential", changed(lambda s: at(s).update(token={"value": secret})), about
    headers = {"Authorization": {"value": "Token abc"}}
    yield "the header set twice", changed(lambda s: s.update(headers=headers)), about
    yield "another method", changed(lambda s: s["auth"].update(method="api_tokens")), about
    yield "a header's hole", changed(lambda s: s.update(headers={"X-Shop": "{{shop}}"})), about


# --- resource


@operator("resource")
def a_thing_is_there_twice() -> Mistakes:
    for document, resource in resources():
        twin = {key: value for key, value in copy.deepcopy(resource).items() if key != "webhooks"}
        document.append(twin)
        yield f"the resource {resource['handle']}", {"resources": document}, (resource["handle"],)
    for where in ("fields", "payload"):
        for document, field, address in fields(where):
            for holder in lists_in(document):
                if any(item is field for item in holder):
                    holder.append(dict(field))
                    break
            yield f"the field {address}", {"resources": document}, (address.removesuffix("]"),)
    for document, owner, name, operation, address in operations():
        owner["operations"][f"{name}_again"] = copy.deepcopy(operation)
        yield f"the operation {address}", {"resources": document}, (address,)


def lists_in(document: list[Any]) -> Iterator[list[Any]]:
    for resource in document:
        yield resource["fields"]
        for webhook in resource.get("webhooks", []):
            yield webhook["payload"]


@operator("resource")
def a_url_is_bent() -> Mistakes:
    for document, resource in resources():
        handle = resource["handle"]
        for what, url in {
            "query": f"/{handle}?all=1",
            "no slash": handle,
            "two slashes": f"//{handle}",
            "trailing": f"/{handle}/",
        }.items():
            changed = copy.deepcopy(document)
            next(item for item in changed if item["handle"] == handle)["endpoint"]["value"] = url
            paths = any("path" in item for item in resource["operations"].values())
            if what != "trailing" or paths:
                yield f"{handle}: {what}", {"resources": changed}, (handle,)


@operator("resource")
def a_body_goes_with_a_get() -> Mistakes:
    for document, _, _, operation, address in operations():
        if operation["method"] == "GET":
            operation["bodyTemplate"] = {"value": "{}"}
            yield address, {"resources": document}, (address,)


# --- placeholder


@operator("placeholder")
def a_declaration_is_changed() -> Mistakes:
    for document, template, address in templates():
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
def a_hole_is_changed() -> Mistakes:
    for document, template, address in templates():
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
def a_placeholder_is_of_another_type() -> Mistakes:
    # where a hole stands in a body decides which types fit: bare ones are JSON, quoted ones text
    others = {"String": "Object", "Integer": "String", "Float": "String", "Object": "String"}
    for document, template, address in templates():
        if not template["value"].startswith('{"'):
            continue
        for placeholder in template["placeholders"]:
            kept = placeholder["type"]
            placeholder["type"] = others[kept]
            files = {"resources": copy.deepcopy(document)}
            placeholder["type"] = kept
            yield f"{address} {placeholder['name']} {others[kept]}", files, (address,)


@operator("placeholder")
def an_option_is_there_twice() -> Mistakes:
    for document, template, address in templates():
        for placeholder in template["placeholders"]:
            if "options" in placeholder:
                placeholder["options"].append(placeholder["options"][0])
                yield f"{address} {placeholder['name']}", {"resources": document}, (address,)


# --- template


@operator("template")
def a_body_is_broken() -> Mistakes:
    for document, _, _, operation, address in operations():
        template = operation.get("bodyTemplate")
        if template is None:
            continue
        value = template["value"]
        bent = (
            {"no end": value[:-1], "a tail": value + "}"}
            if value.startswith("{")
            else {"a space": f"a {value}"}
        )
        if value.startswith("{"):
            bent |= {"no colon": value.replace(": ", " ", 1), "no quote": value.replace('"', "", 1)}
            bent |= {"a comma": value.replace("{", "{,", 1), "one key twice": '{"customer": 1, ' + value[1:]}
        else:
            bent |= {"no sign": value.replace("=", "", 1), "one key twice": f"grant=a&{value}"}
        for what, text in bent.items():
            template["value"] = text
            yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)


# --- selector


@operator("selector")
def a_segment_is_changed() -> Mistakes:
    for document, field, address in fields("fields"):
        selector = field["selector"]
        for index, segment in enumerate(selector):
            if segment.isdigit():
                changed = {"no index": [*selector[:index], *selector[index + 1 :]], "a word": None}
                changed["a word"] = [*selector[:index], "first", *selector[index + 1 :]]
                if address.startswith("reports"):
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
        for what, selected in {
            "one key more": [*selector, "value"],
            "the envelope's key": ["data", *selector],
            "dotted": [".".join(["$", *selector])],
            "a path": ["/".join(["", *selector])],
        }.items():
            field["selector"] = selected
            yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)


@operator("selector")
def a_field_is_of_another_type() -> Mistakes:
    for document, field, address in fields("fields"):
        for wrong in {
            "String": ("Integer", "Boolean", "Object"),
            "Integer": ("String", "Boolean", "Array"),
        }.get(field["type"], ("String", "Object")):
            kept = field["type"]
            field["type"] = wrong
            yield f"{address} {wrong}", {"resources": copy.deepcopy(document)}, (address,)
            field["type"] = kept
        if field.pop("multivalue", False) is False:
            field["multivalue"] = True
        yield f"{address}: multivalue turned", {"resources": document}, (address,)


# --- webhook


@operator("webhook")
def an_event_is_renamed() -> Mistakes:
    for document, holder, at, handle in webhooks():
        event = holder[at]["event"]
        for name in (misspelt(event), event.replace(".", "_"), f"{event}.v2", event.upper(), "shop.exploded"):
            holder[at]["event"] = name
            yield f"{event}: {name}", {"resources": copy.deepcopy(document)}, (f"{handle}.webhooks",)


@operator("webhook")
def a_webhook_is_lost_or_doubled() -> Mistakes:
    for document, holder, at, handle in webhooks():
        event = holder[at]["event"]
        twin = {**copy.deepcopy(holder[at]), "path": "/hooks/other"}
        holder.append(twin)
        yield f"{event} twice", {"resources": copy.deepcopy(document)}, (f"{handle}.webhooks",)
        holder.pop()
        holder.pop(at)
        yield f"{event} lost", {"resources": document}, (f"events[{event}]",)


@operator("webhook")
def a_path_is_bent() -> Mistakes:
    for document, holder, at, handle in webhooks():
        path = holder[at]["path"]
        for wrong in (
            path[1:],
            f"{path}?x=1",
            path.replace("-", " "),
            f"{path}/{{{{id}}}}",
            f"https://a.example{path}",
        ):
            holder[at]["path"] = wrong
            yield f"{path}: {wrong}", {"resources": copy.deepcopy(document)}, (f"{handle}.webhooks",)
    document = read("resources")
    document[0]["webhooks"][1]["path"] = document[0]["webhooks"][0]["path"]
    yield "one path for two", {"resources": document}, ("orders.webhooks",)


@operator("webhook")
def a_payload_field_is_changed() -> Mistakes:
    for document, field, address in fields("payload"):
        selector = field["selector"]
        changed = {
            "misspelt": [*selector[:-1], misspelt(selector[-1])],
            "one key more": [*selector, "value"],
            "an index": [*selector, "0"],
        }
        if len(selector) > 1:
            changed["without the envelope"] = selector[1:]
        for what, selected in changed.items():
            field["selector"] = selected
            yield f"{address}: {what}", {"resources": copy.deepcopy(document)}, (address,)
        field["selector"], kept = selector, field["type"]
        field["type"] = "Object" if kept == "String" else "String"
        yield f"{address}: {field['type']}", {"resources": copy.deepcopy(document)}, (address,)
        field["type"], field["multivalue"] = kept, True
        yield f"{address}: multivalue", {"resources": document}, (address,)


# --- contract


@operator("contract")
def a_method_is_swapped() -> Mistakes:
    have = {
        (resource["handle"], operation.get("path", {}).get("value", ""), operation["method"])
        for resource in read("resources")
        for operation in resource["operations"].values()
    }
    for document, owner, _, operation, address in operations():
        before = operation["method"]
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            where = (owner["handle"], operation.get("path", {}).get("value", ""))
            if (*where, method) not in have:
                operation["method"] = method
                yield f"{address} {before}: {method}", {"resources": copy.deepcopy(document)}, (address,)


@operator("contract")
def a_url_is_another() -> Mistakes:
    for document, resource in resources():
        handle = resource["handle"]
        for url in (f"/{misspelt(handle)}", f"/{handle[:-1]}", f"/v1/{handle}", "/things"):
            resource["endpoint"]["value"] = url
            yield f"{handle} at {url}", {"resources": copy.deepcopy(document)}, (handle,)
    for document, _, _, operation, address in operations():
        if "path" in operation:
            operation["path"]["value"] += "/details"
            yield f"{address} deeper", {"resources": document}, (address,)


@operator("contract")
def a_body_key_is_changed() -> Mistakes:
    for document, template, body, address in bodies():
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


@operator("contract")
def a_hole_loses_or_gains_its_quotes() -> Mistakes:
    for document, template, address in templates():
        value = template["value"]
        if not value.startswith('{"'):
            continue
        for placeholder in template["placeholders"]:
            hole = f"{{{{{placeholder['name']}}}}}"
            turned = hole if f'"{hole}"' in value else f'"{hole}"'
            template["value"] = value.replace(f'"{hole}"' if turned == hole else hole, turned)
            yield f"{address} {turned}", {"resources": copy.deepcopy(document)}, (address,)


@operator("contract")
def a_form_is_changed() -> Mistakes:
    for document, _, _, operation, address in operations():
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


@operator("contract")
def a_value_or_option_is_changed() -> Mistakes:
    for document, template, address in templates():
        for placeholder in template["placeholders"]:
            for index, option in enumerate(placeholder.get("options", [])):
                for wrong in (misspelt(option), "other"):
                    placeholder["options"][index] = wrong
                    yield f"{address} {option}: {wrong}", {"resources": copy.deepcopy(document)}, (address,)
                placeholder["options"][index] = option
    document = read("resources")
    template = document[0]["operations"]["create"]["bodyTemplate"]
    template["value"] = template["value"].replace('"api"', '"web"')
    yield "orders.create api: web", {"resources": document}, ("orders.create",)


@operator("contract")
def a_query_is_changed() -> Mistakes:
    for document, _, _, operation, address in operations():
        query = operation.get("queryParams", {})
        for name in list(query):
            kept = dict(query)
            for wrong in (misspelt(name), f"{name}_by", name.upper()):
                query[wrong] = query.pop(name)
                yield f"{address} {name}: {wrong}", {"resources": copy.deepcopy(document)}, (address,)
                restore(query, kept)
        if query:
            del query["account"]
            yield f"{address} account dropped", {"resources": document}, (address,)


# --- fixture


@operator("fixture")
def a_fixture_is_bent() -> Mistakes:
    for name in DOCUMENTS:
        if name in ("service", "resources"):
            continue
        document = read(name)
        key = "operation" if "operation" in document else "event"
        target = document[key]
        document[key] = f"{target}s"
        yield f"{name}: {document[key]}", {name: document}, ("fixtures", "")
        document[key] = target
        document[misspelt(key)] = document.pop(key)
        yield f"{name}: no {key}", {name: document}, ("fixtures", "")
    document = read("orders.read.json")
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
    document = read("orders.read.json")
    document["request"] = {"headers": {"Authorization": "Bearer sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"}}
    yield "a credential", {"orders.read.json": document}, ("fixtures", "")
    document = read("order.placed.json")
    document["delivery"]["json"]["data"]["weight"] = "heavy"
    yield "a payload of another kind", {"order.placed.json": document}, ("fixtures", "")


# --- page and project


def page_text() -> str:
    """The clean connector as a page."""
    lines = ["# Shop", "", "## Triggers", ""]
    for resource in read("resources"):
        for webhook in resource.get("webhooks", []):
            lines += [f"Triggers on: {resource['handle']}/{webhook['event']}".replace("_", "\\_"), ""]
    for name in ("service", "resources"):
        lines += ["```json", (CLEAN / DOCUMENTS[name]).read_text(encoding="utf-8").rstrip(), "```", ""]
    return "\n".join(lines)


@operator("page")
def a_page_drifts() -> Mistakes:
    text = page_text()
    for line in [line for line in text.splitlines() if line.startswith("Triggers on: ")]:
        yield f"without {line}", {"page.md": text.replace(f"{line}\n", "", 1)}, ("",)
        yield f"{line}s", {"page.md": text.replace(line, f"{line}s", 1)}, ("page",)
        moved = line.replace(": orders", ": reports").replace(": tokens", ": reports")
        yield moved, {"page.md": text.replace(line, moved, 1)}, ("page",)
    for rest in ("TODO: say more", "Lorem ipsum dolor sit amet.", "See [Name]."):
        yield rest, {"page.md": text.replace("## Triggers", f"{rest}\n\n## Triggers", 1)}, ("page",)
    yield "a broken fence", {"page.md": text.replace('"protocol": "https",', '"protocol": "https"', 1)}, ("",)


@operator("project")
def an_ignore_ignores_nothing() -> Mistakes:
    for what, rule, address in (
        ("nothing to ignore", "unknown-event", "orders.webhooks[order.placed]"),
        ("no such address", "unknown-event", "orders.webhooks[order.palced]"),
        ("any address", "wrong-method", "*"),
    ):
        text = (
            f'[[ignore]]\nconnector = "."\nrule = "{rule}"\naddress = "{address}"\nreason = "no longer so"\n'
        )
        yield what, {"connlint.toml": text}, ("",)
