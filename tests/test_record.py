"""Records behave as frozen dataclasses with slots do."""

from __future__ import annotations

import pickle

import pytest

from connlint.record import field, record, replace


@record
class Point:
    """A place."""

    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)
    """What it is called."""

    @property
    def sum(self) -> int:
        return self.x + self.y


@record(frozen=False)
class Tally:
    seen: int = 0


def test_values_are_taken_by_position_by_name_and_by_default() -> None:
    point = Point(1, tags=["a"])
    assert (point.x, point.y, point.tags, point.sum) == (1, 0, ["a"], 1)
    assert Point(1, 2, []) == Point(y=2, x=1)


def test_a_default_made_by_a_factory_is_not_shared() -> None:
    assert Point(1).tags is not Point(1).tags


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, 2, [], 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1})]
)
def test_a_wrong_call_is_a_type_error_that_names_the_record(
    values: tuple[int, ...], named: dict[str, int]
) -> None:
    with pytest.raises(TypeError, match="Point"):
        Point(*values, **named)  # type: ignore[arg-type]  # wrong ones too


def test_a_record_is_frozen_unless_it_counts_something_up() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 2  # type: ignore[misc]  # frozen: that is the test
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    tally = Tally()
    tally.seen += 1
    assert tally == Tally(1)


def test_a_record_takes_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Tally().other = 1  # type: ignore[attr-defined]  # no such name: that is the test
    assert not hasattr(Point(1), "__dict__")


def test_equal_records_hash_alike_and_other_classes_are_not_equal() -> None:
    @record
    class Pair:
        x: int
        y: int

    assert hash(Pair(1, 2)) == hash(Pair(1, 2))
    other: object = Point(1, 2, [])
    assert Pair(1, 2) != other
    with pytest.raises(TypeError):
        hash(Tally())


def test_a_record_shows_itself_pickles_and_can_be_replaced() -> None:
    point = Point(1, 2, ["a"])
    assert repr(point) == "Point(x=1, y=2, tags=['a'])"
    assert pickle.loads(pickle.dumps(point)) == point
    assert replace(point, y=3) == Point(1, 3, ["a"])
    assert Point.__doc__ == "A place."


def test_a_record_matches_by_position() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
