"""Frozen records without code generation.

`@record` gives a class what `@dataclass(frozen=True, slots=True)` gives it: an `__init__` over its annotated
names, slots, equality, hash and repr. The standard library writes and compiles source for each such class,
one to two milliseconds a class at every start of the program; here it is hundredths of one. In exchange an
instance costs some microseconds, so the hot classes of the model are plain classes with slots instead.

Not supported, since nothing here needs it: inheritance among records, `ClassVar`, `__post_init__`, order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast, dataclass_transform, overload

T = TypeVar("T")

if TYPE_CHECKING:
    import functools

    once = functools.cached_property
else:

    class once:  # noqa: N801 - it is used as `property` is
        """`functools.cached_property` without its lock (up to Python 3.11), which is most of its cost."""

        def __init__(self, make: Callable[[Any], Any]) -> None:
            self._make = make
            self._name = make.__name__
            self.__doc__ = make.__doc__

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = self._make(instance)
            setattr(instance, self._name, value)
            return value


class _Factory:
    """A default that is made anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], T]) -> T:
    """A name's default, made anew for each instance: `names: list[str] = field(default_factory=list)`."""
    return cast(T, _Factory(default_factory))


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, frozen: bool) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T] | None = None, /, *, frozen: bool = True) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class a record: `@record`, or `@record(frozen=False)` for one that counts something up."""
    return (lambda it: _build(it, frozen)) if cls is None else _build(cls, frozen)


def replace(instance: T, /, **changes: object) -> T:
    """The same record with some values changed. Raises TypeError for a name that it does not have."""
    names = cast(Any, type(instance)).__match_args__
    return type(instance)(**({name: getattr(instance, name) for name in names} | changes))


def _build(cls: type[T], frozen: bool) -> type[T]:
    """The class again, with slots and the methods of a record."""
    names = tuple(cls.__annotations__)
    defaults = {name: vars(cls)[name] for name in names if name in vars(cls)}
    body = {
        name: value
        for name, value in vars(cls).items()
        if name not in defaults and name not in ("__dict__", "__weakref__")
    }
    setters: list[Callable[[object, object], None]] = []

    def initialise(self: object, *values: object, **named: object) -> None:
        given = (
            values
            if len(values) == len(names) and not named
            else _arrange(cls, names, defaults, values, named)
        )
        for setter, value in zip(setters, given, strict=True):
            setter(self, value)

    def content(self: object) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in names])

    def equal(self: object, other: object) -> object:
        return content(self) == content(other) if type(other) is type(self) else NotImplemented

    def text(self: object) -> str:
        return f"{cls.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    methods: dict[str, Any] = {
        "__slots__": names,
        "__match_args__": names,
        "__init__": initialise,
        "__eq__": equal,
        "__hash__": (lambda self: hash(content(self))) if frozen else None,
        "__repr__": text,
        "__reduce__": lambda self: (type(self), content(self)),
    }
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    made: type[T] = type(cls).__call__(type(cls), cls.__name__, cls.__bases__, body | methods)
    setters.extend(getattr(made, name).__set__ for name in names)
    return made


def _arrange(
    cls: type,
    names: tuple[str, ...],
    defaults: dict[str, Any],
    values: tuple[object, ...],
    named: dict[str, object],
) -> list[object]:
    """Values in the order of the names. Raises TypeError as a call of a function would."""
    arranged = list(values)
    for name in names[len(values) :]:
        if name in named:
            arranged.append(named.pop(name))
        elif name not in defaults:
            raise TypeError(f"{cls.__qualname__}() lacks `{name}`")
        else:
            default = defaults[name]
            arranged.append(default.make() if isinstance(default, _Factory) else default)
    if named or len(arranged) > len(names):
        extra = ", ".join(named) or f"{len(arranged)} values"
        raise TypeError(f"{cls.__qualname__}() takes {', '.join(names)}; not {extra}")
    return arranged


def _refuse(self: object, name: str, *_value: object) -> None:
    raise AttributeError(f"{type(self).__qualname__} is frozen: `{name}` cannot be changed")
