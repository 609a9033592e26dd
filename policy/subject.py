"""What a check is given: one resource, and for rules about relations the stack around it.

Both are thin views of what the policy SDK hands out: properties stay behind its proxies, which raise
`UnknownValueError` on a value that only AWS knows, so that no rule can take an unknown for an answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs

Props = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """One resource of a stack, seen by a rule."""

    type: str
    name: str
    urn: str
    props: Props
    protect: bool
    region: str | None
    """Region of its provider; None for components."""

    provider: Props = field(default_factory=dict[str, Any])
    """Inputs of its provider, e.g. `defaultTags`; empty for components."""

    settings: Props = field(default_factory=dict[str, Any])
    """The settings of the rule that checks it, defaults filled in."""

    resource: PolicyResource | None = None
    around: "Stack | None" = None

    @property
    def stack(self) -> "Stack":
        """The stack around it; ValueError in a rule of one resource, which has none."""
        if self.around is None:
            raise ValueError("a rule of one resource does not see the stack")
        return self.around

    @property
    def parent(self) -> "Subject | None":
        """The component above it."""
        above = self.resource.parent if self.resource else None
        return self.stack.subject(above.urn) if above else None

    def ancestors(self) -> Iterator["Subject"]:
        """The components above it, nearest first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def links(self, prop: str, *types: str) -> "list[Subject]":
        """The resources that one of its properties depends on, of some types or of any."""
        found = self.resource.property_dependencies.get(prop, []) if self.resource else []
        linked = [self.stack.subject(one.urn) for one in found]
        return [one for one in linked if not types or one.type in types]

    def all_links(self, *types: str) -> "list[Subject]":
        """The resources that it depends on by any property or by its options."""
        found = {one.urn for one in self.resource.dependencies} if self.resource else set[str]()
        for linked in self.resource.property_dependencies.values() if self.resource else ():
            found.update(one.urn for one in linked)
        subjects = [self.stack.subject(urn) for urn in sorted(found)]
        return [one for one in subjects if not types or one.type in types]

    def users(self, prop: str, *types: str) -> "list[Subject]":
        """The resources whose property `prop` depends on this one, of some types or of any."""
        return [one for one in self.stack.using(self.urn, prop) if not types or one.type in types]


@dataclass(eq=False)
class Stack:
    """All resources of a stack, indexed by what relates them."""

    subjects: Sequence[Subject]
    _by_urn: dict[str, Subject] = field(init=False, repr=False)
    _by_type: dict[str, list[Subject]] = field(init=False, repr=False)
    _users: dict[tuple[str, str], list[Subject]] = field(init=False, repr=False)
    memory: dict[Any, Any] = field(default_factory=dict[Any, Any], repr=False)
    """What views of the stack (buckets, roles …) have worked out once; keyed by the view."""

    def __post_init__(self) -> None:
        # By URN: the engine hands resources out in no promised order, and a verdict must not depend on it.
        self.subjects = sorted(self.subjects, key=lambda one: one.urn)
        self._by_urn = {one.urn: one for one in self.subjects}
        self._by_type = {}
        self._users = {}
        for one in self.subjects:
            self._by_type.setdefault(one.type, []).append(one)
            for prop, linked in one.resource.property_dependencies.items() if one.resource else ():
                for other in linked:
                    self._users.setdefault((other.urn, prop), []).append(one)

    def __iter__(self) -> Iterator[Subject]:
        return iter(self.subjects)

    def subject(self, urn: str) -> Subject:
        """The resource with a URN; KeyError if the stack has none."""
        return self._by_urn[urn]

    def of_type(self, *types: str) -> list[Subject]:
        """The resources of some types."""
        return [one for token in types for one in self._by_type.get(token, ())]

    def using(self, urn: str, prop: str) -> list[Subject]:
        """The resources whose property `prop` depends on the one with this URN."""
        return self._users.get((urn, prop), [])

    def regions(self) -> list[str]:
        """The regions of all providers that have a region's component under them, sorted."""
        return sorted({one.region for one in self.subjects if one.region})


def of_resource(args: ResourceValidationArgs, settings: Props) -> Subject:
    """The subject of a rule of one resource."""
    provider = args.provider
    return Subject(
        type=args.resource_type,
        name=args.name,
        urn=args.urn,
        props=args.props,
        protect=bool(args.opts.protect),
        region=_region(provider.props) if provider else None,
        provider=provider.props if provider else {},
        settings=settings,
    )


def of_stack(resources: Sequence[PolicyResource]) -> Stack:
    """The stack that rules about relations share."""
    stack = Stack([])
    subjects = [
        Subject(
            type=one.resource_type,
            name=one.name,
            urn=one.urn,
            props=one.props,
            protect=bool(one.opts.protect),
            region=_region(one.provider.props) if one.provider else None,
            provider=one.provider.props if one.provider else {},
            resource=one,
            around=stack,
        )
        for one in resources
    ]
    stack.subjects = subjects
    stack.__post_init__()
    return stack


def _region(props: Props) -> str | None:
    return str(props["region"]) if "region" in props else None
