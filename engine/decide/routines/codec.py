"""What a document may say, once: reading it, writing it and its JSON Schema are made of that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Protocol, cast, override

from ...core.house import HouseError
from ...core.snapshot import Json


class RoutineError(HouseError):
    """A routine cannot be used; the message names the place and what is allowed there."""


class Kind(Protocol):
    """What one value of a document may be."""

    def read(self, value: Json, place: str) -> object:
        """The value as the engine has it; raises RoutineError."""

    def write(self, value: object) -> Json:
        """The JSON of what `read` gave."""

    def schema(self) -> dict[str, Json]:
        """The JSON Schema (2020-12) of what `read` takes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an object. Absent and null are `default`, which a required one has not."""

    kind: Kind
    default: object = None
    required: bool = False

    def schema(self) -> dict[str, Json]:
        """The schema of its kind, with what counts where it is absent or null."""
        if self.required:
            return self.kind.schema()
        default = None if self.default is None else self.kind.write(self.default)
        return _or_null(self.kind.schema()) | {"default": default}


@dataclass(frozen=True, slots=True)
class Shape[T](Kind):
    """An object whose members make a dataclass: its attributes have the names of the fields.

    `check` says what is wrong with the whole, None for nothing.
    """

    make: Callable[..., T]
    fields: Mapping[str, Field]
    check: Callable[[T], str | None] = lambda _: None
    tag: tuple[str, str] | None = None

    @override
    def read(self, value: Json, place: str) -> T:
        body = _object(value, place)
        tag = () if self.tag is None else (self.tag[0],)
        unknown = sorted(body.keys() - self.fields.keys() - set(tag))
        if unknown:
            known = ", ".join([*tag, *self.fields])
            raise RoutineError(f"{place}: unknown key {unknown[0]!r}; known are {known}")
        read: dict[str, object] = {}
        for name, field in self.fields.items():
            member = body.get(name)
            if member is None and field.required:
                raise RoutineError(f"{place}: {name} is missing")
            of = f"{place}.{name}"
            read[name] = field.default if member is None else field.kind.read(member, of)
        made = self.make(**read)
        if (wrong := self.check(made)) is not None:
            raise RoutineError(f"{place}: {wrong}")
        return made

    @override
    def write(self, value: object) -> dict[str, Json]:
        written: dict[str, Json] = {} if self.tag is None else {self.tag[0]: self.tag[1]}
        for name, field in self.fields.items():
            member = getattr(value, name)
            if field.required or member != field.default:
                written[name] = None if member is None else field.kind.write(member)
        return written

    @override
    def schema(self) -> dict[str, Json]:
        members: dict[str, Json] = {} if self.tag is None else {self.tag[0]: {"const": self.tag[1]}}
        for name, field in self.fields.items():
            members[name] = field.schema()
        required: list[Json] = [] if self.tag is None else [self.tag[0]]
        required += [name for name, field in self.fields.items() if field.required]
        return {
            "type": "object",
            "description": cleandoc(self.make.__doc__ or ""),
            "properties": members,
            "required": required,
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class OneOf[T](Kind):
    """An object of one of several shapes, which says by the key `tag` which it is.

    In a schema it is referred to by its `name` among the definitions.
    """

    name: str
    tag: str
    shapes: Mapping[str, Shape[Any]]

    @override
    def read(self, value: Json, place: str) -> T:
        name = _object(value, place).get(self.tag)
        shape = self.shapes.get(name) if isinstance(name, str) else None
        if shape is None:
            raise RoutineError(f"{place}.{self.tag} must be one of {', '.join(self.shapes)}")
        return cast("T", shape.read(value, place))

    @override
    def write(self, value: object) -> dict[str, Json]:
        return self.shapes[cast("Tagged", value).kind].write(value)

    @override
    def schema(self) -> dict[str, Json]:
        return {"$ref": f"#/$defs/{self.name}"}

    def definition(self) -> dict[str, Json]:
        """What the name stands for."""
        return {"oneOf": [shape.schema() for shape in self.shapes.values()]}


class Tagged(Protocol):
    """What a value of OneOf has: which of the shapes it is."""

    @property
    def kind(self) -> str:
        """The value of the tag."""


def one_of[T](name: str, tag: str, shapes: Mapping[str, Shape[Any]]) -> OneOf[T]:
    """The shapes of a tag, each knowing its own value of it."""
    return OneOf(
        name,
        tag,
        {
            kind: Shape(shape.make, shape.fields, shape.check, (tag, kind))
            for kind, shape in shapes.items()
        },
    )


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    match schema:
        case {"type": str(name)}:
            return schema | {"type": [name, "null"]}
        case {"enum": list(options)}:
            return schema | {"enum": [*options, None]}
        case _:
            return {"oneOf": [schema, {"type": "null"}]}


def _object(value: Json, place: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise RoutineError(f"{place} must be an object")
    return value
