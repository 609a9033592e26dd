"""Which events a trail records, by either form of selectors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policy.subject import Props
from policy.values import each, get, truth

READ, WRITE = "reads", "writes"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Events of one kind that are recorded."""

    kind: str
    """`Management`, or the type of a resource: `AWS::S3::Object`."""

    how: frozenset[str]
    """Reads, writes or both; none where a selector takes only some of them."""


def recorded(props: Props) -> Iterator[Recorded]:
    """What a trail records; without selectors it is management events."""
    if get(props, "eventSelectors") is None and get(props, "advancedEventSelectors") is None:
        yield Recorded("Management", frozenset((READ, WRITE)))
    for _, selector in each(props, "eventSelectors"):
        how = _by_word(str(get(selector, "readWriteType", "All")))
        if truth(get(selector, "includeManagementEvents", default=True)):
            yield Recorded("Management", how)
        for _, data in each(selector, "dataResources"):
            every = any(_every(str(value)) for _, value in each(data, "values"))
            yield Recorded(str(data["type"]), how if every else frozenset())
    for _, selector in each(props, "advancedEventSelectors"):
        yield _advanced({str(one["field"]): one for _, one in each(selector, "fieldSelectors")})


def _advanced(fields: Mapping[str, Any]) -> Recorded:
    category = get(fields["eventCategory"], "equals[0]") if "eventCategory" in fields else ""
    kind = get(fields["resources.type"], "equals[0]", "") if "resources.type" in fields else category
    if fields.keys() - {"eventCategory", "resources.type", "resources.ARN", "readOnly"}:
        return Recorded(str(kind), frozenset())
    if "resources.ARN" in fields and _some(fields["resources.ARN"]):
        return Recorded(str(kind), frozenset())
    only = str(get(fields["readOnly"], "equals[0]")).lower() if "readOnly" in fields else None
    return Recorded(str(kind), frozenset({"true": (READ,), "false": (WRITE,)}.get(only or "", (READ, WRITE))))


def _every(arn: str) -> bool:
    """Whether a classic selector's ARN is a service and no resource of it: `arn:aws:s3` or `arn:aws:s3:::`."""
    return arn.startswith("arn:aws") and not "".join(arn.split(":")[3:])


def _some(field: Any) -> bool:
    """Whether ARNs are taken one by one, rather than by how a family's names begin or by which are left out."""
    named = any(True for operator in ("equals", "endsWiths") for _ in each(field, operator))
    return named or not all(str(start).endswith(("-", ":")) for _, start in each(field, "startsWiths"))


def _by_word(word: str) -> frozenset[str]:
    return frozenset({"ReadOnly": (READ,), "WriteOnly": (WRITE,)}.get(word, (READ, WRITE)))
