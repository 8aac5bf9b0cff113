"""What `events diff` finds between two lists."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connlint.evidence.event_diff import Change, Renamed, diff, shape_changes
from connlint.evidence.events import Events


def thing(*required: str, **properties: object) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


STRING = {"type": "string"}
INTEGER = {"type": "integer"}


def events(entries: dict[str, object], **more: object) -> Events:
    envelope = thing("id", "type", id=STRING, type=STRING, data={"type": "object"})
    return Events({"event-name": {"json": "type"}, "envelope": envelope, **more, "events": entries})


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [str(change) for change in shape_changes(before, after)]


def test_nothing_differs() -> None:
    one = events({"a": {"data": thing(id=STRING)}, "b": None})
    assert not diff(one, one)


def test_the_same_delivery_said_in_another_way_is_no_change() -> None:
    one = events({"a": {"data": thing(id=STRING)}, "b": {"data": thing()}})
    whole = {name: {"shape": one[name].shape} for name in one.names}
    assert not diff(one, Events({"event-name": {"json": "type"}, "events": whole}))


def test_added_and_removed() -> None:
    found = diff(events({"a": None, "gone": None}), events({"a": None, "completely.new": None}))
    assert (found.added, found.removed, found.renamed) == (("completely.new",), ("gone",), ())


def test_a_near_name_with_the_same_shape_is_likely_renamed() -> None:
    data = {"data": thing(id=STRING)}
    found = diff(events({"run.cancelled": data}), events({"run.canceled": data}))
    assert found.renamed == (Renamed("run.cancelled", "run.canceled", "the same shape, a near name"),)
    assert (found.added, found.removed) == ((), ())


def test_another_spelling_of_the_same_words_is_a_near_name() -> None:
    found = diff(events({"run_step-done": None}), events({"run.step.done": None}))
    assert [(one.before, one.after) for one in found.renamed] == [("run_step-done", "run.step.done")]


def test_a_near_name_with_another_shape_is_not_renamed() -> None:
    old = events({"run.cancelled": {"data": thing(id=STRING)}})
    found = diff(old, events({"run.canceled": {"data": thing(key=INTEGER)}}))
    assert (found.added, found.removed, found.renamed) == (("run.canceled",), ("run.cancelled",), ())


def test_two_near_names_are_no_rename() -> None:
    found = diff(events({"job.ended": None}), events({"job.ender": None, "job.ende": None}))
    assert found.renamed == ()


def test_what_changed_in_a_shape() -> None:
    before = thing("id", id=STRING, n=INTEGER, kind={"enum": ["a", "b"]}, old=thing(x=STRING, y=STRING))
    after = thing("id", "n", id=INTEGER, n=INTEGER, kind={"enum": ["a", "c"]}, new=thing(z=STRING))
    assert changes(before, after) == [
        "`id` is integer (was string)",
        '`kind` is "a" or "c" (was "a" or "b")',
        "`n` is always there now",
        "`new` is new: object",
        "`old` is gone (was object)",
    ]


def test_changes_deep_in_lists_and_definitions() -> None:
    definitions = {"$defs": {"user": thing("name", name=STRING)}}
    before = {**thing(users={"type": "array", "items": {"$ref": "#/$defs/user"}}), **definitions}
    after = thing(users={"type": "array", "items": thing(name={"type": ["string", "null"]})})
    assert changes(before, after) == [
        "`users[].name` is string or null (was string)",
        "`users[].name` may be absent now",
    ]


def test_the_way_in_which_a_union_is_written_is_no_change() -> None:
    assert changes({"type": ["string", "null"]}, {"anyOf": [STRING, {"type": "null"}]}) == []
    assert changes({"const": "a"}, {"enum": ["a"]}) == []
    assert changes({"enum": ["a", "b"]}, {"oneOf": [{"const": "b"}, {"const": "a"}]}) == []


def test_a_recursive_shape_is_compared_once() -> None:
    tree: dict[str, Any] = {"$ref": "#/$defs/tree", "$defs": {"tree": thing(left={"$ref": "#/$defs/tree"})}}
    assert changes(tree, tree) == []
    assert changes(tree, {**tree, "$defs": {"tree": thing(left={"$ref": "#/$defs/tree"}, n=INTEGER)}}) == [
        "`n` is new: integer"
    ]


def test_a_shape_that_unfolds_without_end_takes_bounded_work() -> None:
    doubling: dict[str, Any] = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    bomb = {"$ref": "#/$defs/d0", "$defs": {**doubling, "d40": thing(x=STRING)}}
    assert [change.kind for change in shape_changes(bomb, STRING)][:1] == ["retyped"]


def test_an_event_of_which_one_list_knows_no_shape_is_not_reshaped() -> None:
    one, other = Events({"events": {"a": {"shape": thing(id=STRING)}}}), Events({"events": {"a": None}})
    assert not diff(one, other)


def test_deprecated_now() -> None:
    found = diff(
        events({"a": None, "b": None}), events({"a": {"deprecated": True, "replaced-by": "b"}, "b": None})
    )
    assert [(one.name, one.replaced_by) for one in found.deprecated] == [("a", "b")]


def test_naming_and_signing() -> None:
    old = events({"a": None}, signing={"scheme": "none"})
    new = events(
        {"a": None}, signing={"scheme": "hmac", "header": "X-S"}, **{"event-name": {"header": "X-E"}}
    )
    assert diff(old, new).settings == (
        "a delivery names its event by header X-E (was body key type)",
        "deliveries are signed by hmac sha256 of {body} in X-S: {signature} (was none)",
    )


shapes = st.recursive(
    st.sampled_from([STRING, INTEGER, {"const": "a"}, {"enum": [1, None]}, {}]),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3).flatmap(
            lambda properties: st.sets(st.sampled_from(sorted(properties) or ["a"])).map(
                lambda required: thing(*sorted(required), **properties)
            )
        ),
        inner.map(lambda items: {"type": "array", "items": items}),
        st.lists(inner, min_size=1, max_size=2).map(lambda branches: {"anyOf": branches}),
    ),
    max_leaves=8,
)


@given(shapes, shapes)
def test_a_diff_back_is_the_diff_there_turned_around(one: dict[str, Any], other: dict[str, Any]) -> None:
    turned = {"added": "removed", "removed": "added", "required": "optional", "optional": "required"}
    there = {(c.path, c.kind) for c in shape_changes(one, other)}
    back = {(c.path, turned.get(c.kind, c.kind)) for c in shape_changes(other, one)}
    assert there == back
    assert list(shape_changes(one, one)) == []


def test_a_change_reads_as_a_sentence() -> None:
    assert str(Change("", "retyped", "object", "string")) == "the delivery is string (was object)"
