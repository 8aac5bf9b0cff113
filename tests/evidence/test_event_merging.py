"""Importing again: the vendor's facts follow the source, the author's hand stays, twice changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.evidence.event_import import ImportFailedError
from connlint.evidence.event_import.assemble import same_shape
from connlint.evidence.event_import.merging import fresh, merge
from connlint.evidence.events import Events
from connlint.reading import read

STRING = {"type": "string"}
ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "type", "data"],
    "properties": {"id": STRING, "type": STRING, "data": {"type": "object"}},
}


def thing(**properties: object) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def document(events: dict[str, object], *, version: str = "1", **more: object) -> dict[str, Any]:
    return {
        "source": {
            "from": f"acme {version}",
            "version": version,
            "retrieved": f"2026-11-0{version}",
            "stale-after": "180d",
        },
        "event-name": {"json": "type"},
        "envelope": ENVELOPE,
        **more,
        "events": events,
    }


def value_of(text: str) -> Any:
    found = read("events.yaml", text.encode(), named=True).documents[0]
    assert found.faults == (), text
    return found.value


FIRST = document({"job.done": {"data": thing(id=STRING)}, "job.gone": {"data": thing(id=STRING)}})
AUTHORED = """\
# Ours. Ask the integrations team.
source:
  from: acme 1
  version: "1"          # what we run against
  retrieved: 2026-11-01
  stale-after: 26w
  url: https://acme.test/events

event-name: {json: type}
signing: {scheme: standard-webhooks}   # checked with a real delivery

envelope:
  type: object
  required: [id, type, data]
  properties: {id: {type: string}, type: {type: string}, data: {type: object}}

events:
  # the one that customers ask for
  job.done:
    resource: jobs    # not `runs`
    note: comes twice when the job was retried
    description: Our words.
    data:
      type: object
      required: [id]
      properties:
        id:
          type: string
          description: The job, as jobs.read takes it.   # checked
        # a comment of the properties

  # nobody uses this
  job.gone:
    resource: jobs
    data: {type: object, required: [id], properties: {id: {type: string}}}
"""


def test_a_new_document_reads_back_as_what_was_imported() -> None:
    assert value_of(fresh(FIRST)) == FIRST


def test_importing_the_same_again_changes_nothing() -> None:
    assert merge(fresh(FIRST), FIRST).text == fresh(FIRST)
    merged = merge(AUTHORED, FIRST)
    assert merged.text == AUTHORED
    assert (merged.added, merged.removed, merged.changed) == ((), (), ())


def test_a_newer_source_moves_the_facts_and_keeps_the_authors_hand() -> None:
    new = document(
        {
            "job.done": {
                "description": "The vendor's words.",
                "data": thing(id=STRING, state={"enum": ["ok", "bad"]}),
            },
            "job.first": {"data": thing(id=STRING)},
            "job.gone": {"deprecated": True, "replaced-by": "job.first", "data": thing(id=STRING)},
        },
        version="2",
    )
    merged = merge(AUTHORED, new)
    assert (merged.added, merged.removed, merged.changed) == (("job.first",), (), ("job.done", "job.gone"))
    expected = (
        AUTHORED.replace("from: acme 1", "from: acme 2")
        .replace('version: "1"  ', 'version: "2"  ')
        .replace("2026-11-01", "2026-11-02")
        .replace("required: [id]\n", "required: [id, state]\n")
        .replace(
            "          description: The job, as jobs.read takes it.   # checked\n"
            "        # a comment of the properties\n",
            "          description: The job, as jobs.read takes it.   # checked\n"
            "        state: {enum: [ok, bad]}\n"
            "        # a comment of the properties\n",
        )
        .replace(
            "  # nobody uses this\n",
            "  job.first:\n"
            "    data: {type: object, required: [id], properties: {id: {type: string}}}\n\n"
            "  # nobody uses this\n",
        )
    ) + "    deprecated: true\n    replaced-by: job.first\n"
    assert merged.text == expected
    assert merge(merged.text, new).text == merged.text


def test_the_vendors_words_replace_ours_only_when_asked() -> None:
    new = document({"job.done": {"description": "New.", "data": thing(id={**STRING, "description": "It."})},
                    "job.gone": {"data": thing(id=STRING)}})  # fmt: skip  # rows hold what belongs together
    assert value_of(merge(AUTHORED, new).text)["events"]["job.done"]["description"] == "Our words."
    replaced = merge(AUTHORED, new, replace_descriptions=True)
    done = value_of(replaced.text)["events"]["job.done"]
    assert done["description"] == "New."
    assert done["data"]["properties"]["id"]["description"] == "It."
    assert done["note"].startswith("comes twice")
    assert "# not `runs`" in replaced.text
    assert merge(replaced.text, new, replace_descriptions=True).text == replaced.text


def test_a_removed_event_is_reported_with_what_was_written_to_it() -> None:
    merged = merge(AUTHORED, document({"job.gone": {"data": thing(id=STRING)}}))
    assert [(gone.name, gone.resource, gone.note) for gone in merged.removed] == [
        ("job.done", "jobs", "comes twice when the job was retried")
    ]
    assert "job.done" not in merged.text
    assert "# nobody uses this\n  job.gone:" in merged.text
    assert "the one that customers ask for" not in merged.text


def test_an_author_may_say_the_same_in_another_way() -> None:
    """Without envelope, each delivery in full: equal to what is imported, so nothing is rewritten."""
    whole: dict[str, object] = {
        name: {"shape": Events(FIRST)[name].shape, "resource": "jobs"} for name in Events(FIRST).names
    }
    text = fresh({key: value for key, value in document(whole).items() if key != "envelope"})
    assert merge(text, FIRST).text == text
    new = document({**FIRST["events"], "job.new": {"data": thing(id=STRING, n={"type": "integer"})}})
    merged = merge(text, new)
    assert "envelope:" not in merged.text
    assert same_shape(Events(value_of(merged.text))["job.new"].shape, Events(new)["job.new"].shape)


def test_names_alone_get_their_shapes() -> None:
    text = "source: {from: a page}\nevents:\n  job.done:   # seen\n  job.gone:\n"
    merged = merge(text, FIRST)
    assert same_shape(Events(value_of(merged.text))["job.done"].shape, Events(FIRST)["job.done"].shape)
    assert "# seen" in merged.text
    assert merge(merged.text, FIRST).text == merged.text


def test_a_shape_that_the_source_does_not_have_is_the_authors() -> None:
    merged = merge(AUTHORED, document({"job.done": {}, "job.gone": {}}))
    assert merged.text == AUTHORED


def test_inferred_shapes_give_way_to_official_ones() -> None:
    inferred = {
        "$comment": "inferred from 1 example",
        "type": "object",
        "additionalProperties": True,
        "properties": {"a": STRING},
    }
    official = {"type": "object", "properties": {"a": STRING, "b": STRING}}
    plain = {"event-name": {"header": "X"}}
    old = {"source": {"from": "x"}, **plain, "events": {"e": {"shape": inferred}}}
    new = {"source": {"from": "x"}, **plain, "events": {"e": {"shape": official}}}
    assert value_of(merge(fresh(old), new).text)["events"]["e"] == {"shape": official}


def test_json_keeps_its_indentation_and_order() -> None:
    value = value_of(AUTHORED)
    for indent in (2, 4, "\t", None):
        text = json.dumps(value, indent=indent) + "\n"
        assert merge(text, FIRST, name="events.json").text == text
        new = document({**FIRST["events"], "job.first": {"data": thing(id=STRING)}}, version="2")
        merged = merge(text, new, name="events.json")
        assert list(json.loads(merged.text)["events"]) == ["job.done", "job.first", "job.gone"]
        assert json.dumps(json.loads(merged.text), indent=indent) + "\n" == merged.text
        assert merge(merged.text, new, name="events.json").text == merged.text


def test_line_ends_stay() -> None:
    text = AUTHORED.replace("\n", "\r\n")
    new = document({**FIRST["events"], "job.first": {"data": thing(id=STRING)}}, version="2")
    merged = merge(text, new).text
    assert merged.count("\n") == merged.count("\r\n")
    assert merged.replace("\r\n", "\n") == merge(AUTHORED, new).text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "is no events document"),
        ("events: {a: {}}", "is no events document"),
        ("a: [", "not YAML"),
        ("source: {from: x}\nevents: {a: }\n---\nb: 1\n", "2 documents"),
    ],
)
def test_what_is_no_events_document_is_not_touched(text: str, message: str) -> None:
    with pytest.raises(ImportFailedError) as caught:
        merge(text, FIRST)
    assert message in caught.value.message


def test_text_that_cannot_be_changed_in_place_is_refused_not_mangled() -> None:
    head = "source: {from: x}\nevent-name: {json: type}\n"
    text = f"{head}events:\n  job.done: &it\n    resource: jobs\n  job.gone: *it\n"
    changed = document({"job.done": {"deprecated": True}, "job.gone": {}})
    with pytest.raises(ImportFailedError) as caught:
        merge(text, changed)
    assert "anchors" in caught.value.message
    assert "-o" in caught.value.help


# --- properties

leaves = st.sampled_from(
    [STRING, {"type": "integer"}, {"enum": ["a", None]}, {**STRING, "description": "Words."}]
)
shapes = st.recursive(
    leaves,
    lambda inner: st.dictionaries(st.sampled_from(["id", "by", "items", "note"]), inner, max_size=3).map(
        lambda properties: thing(**properties)
    ),
    max_leaves=5,
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "resource": st.sampled_from(["jobs", "runs"]),
        "description": st.sampled_from(["One.", "Two: more.", "long " * 30 + "end."]),
        "deprecated": st.just(True),
        "note": st.just("ours"),
        "data": shapes,
    },
)
documents = st.dictionaries(
    st.sampled_from(["a.x", "a.y", "b", "c.d.e", "z"]), entries, min_size=1, max_size=5
).map(lambda events: document(dict(sorted(events.items()))))


@given(documents, documents)
def test_after_an_import_the_document_says_what_the_source_says_and_a_second_one_changes_nothing(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    for entry in new["events"].values():
        entry.pop("note", None)
        entry.pop("resource", None)
    text = "".join(
        line + ("   # by hand\n" if line.rstrip().endswith(("string}", "jobs", "true")) else "\n")
        for line in fresh(old).splitlines()
    )
    merged = merge(text, new)
    assert merge(merged.text, new).text == merged.text
    before, after, source = Events(old), Events(value_of(merged.text)), Events(new)
    assert set(after.names) == set(source.names)
    for event in source:
        if event.has_own_shape:
            assert same_shape(after[event.name].shape, event.shape)
        if event.name in before:
            assert after[event.name].resource == before[event.name].resource
            assert after[event.name].note == before[event.name].note
            assert after[event.name].description == (before[event.name].description or event.description)


@given(documents, st.booleans())
def test_importing_twice_changes_nothing(imported: dict[str, Any], replace: bool) -> None:
    text = fresh(imported)
    assert merge(text, imported, replace_descriptions=replace).text == text
