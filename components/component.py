"""The base of every component: records plain inputs, publishes declared outputs."""

import re
from dataclasses import fields
from typing import Any, ClassVar, Protocol

import pulumi
from pulumi import Output, ResourceOptions


class Args(Protocol):
    """A frozen, keyword-only dataclass: what a component is wired from."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class Component(pulumi.ComponentResource):
    """A named part of the platform that owns the resources it creates.

    A subclass annotates its outputs on the class, sets each of them in its constructor and ends with `publish()`.
    Children take `self.own()` as their options, so that place and protection are inherited, never repeated.
    """

    def __init__(self, token: str, name: str, args: Args, opts: ResourceOptions | None) -> None:
        super().__init__(token, name, _plain_inputs(args), opts)
        self._name = name

    def named(self, role: str) -> str:
        """The logical name of a child: `<component>-<role>`."""
        return f"{self._name}-{role}"

    def own(self, **options: Any) -> ResourceOptions:
        """Options of a child: this component is its parent, `options` are the child's alone."""
        return ResourceOptions(parent=self, **options)

    def publish(self) -> None:
        """Register every annotated output; AttributeError names those that were left unset."""
        declared = [name for name in type(self).__annotations__ if not name.startswith("_")]
        missing = [name for name in declared if not hasattr(self, name)]
        if missing:
            raise AttributeError(f"{type(self).__name__} {self._name!r} leaves outputs unset: {', '.join(missing)}")
        self.register_outputs({_camel(name): value for name in declared if _is_output(value := getattr(self, name))})


def _plain_inputs(args: Args) -> dict[str, Any]:
    """Scalars and lists of text only: an Output here would hold back the component and all its children."""
    values = {field.name: getattr(args, field.name) for field in fields(args)}
    return {_camel(name): _listed(value) for name, value in values.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(item, str) for item in value)  # pyright: ignore[reportUnknownVariableType]
    return isinstance(value, str | int | float | bool)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _is_output(value: Any) -> bool:
    return isinstance(value, Output) or _is_plain(value)


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), name)
