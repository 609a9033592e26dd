"""Reads a stack's configuration and reports every error of it at once.

Pydantic stops at the first layer of errors: a check over several fields runs only where each field is sound, so
`load` repairs what was found (in a copy that is thrown away) and validates again until nothing new appears.
"""

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network
from typing import Any, TypeVar, cast

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


NAMESPACE = "storefront"
MAX_PASSES = 8

Path = tuple[int | str, ...]
S = TypeVar("S", bound=BaseModel)

_STAND_INS: dict[str, Any] = {
    "domain": "shop.example.com",
    "account": {"id": "000000000000"},
    "id": "000000000000",
    "name": "us-east-1",
    "cidr": "10.0.0.0/16",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error of a configuration: where, what was found, what is allowed."""

    path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}; allowed: {self.allowed}"


def stack_values() -> dict[str, str]:
    """The stack's configuration as the engine gives it: full key → text."""
    if pulumi.get_project() != NAMESPACE:
        raise pulumi.RunError(f"the Pulumi project is called {pulumi.get_project()!r}; allowed: {NAMESPACE!r}")
    return {key: str(value) for key, value in {**get_config_env(), **CONFIG.get()}.items()}


def load(model: type[S], values: Mapping[str, str]) -> tuple[S | None, list[Problem]]:
    """The validated settings, or None and every problem in the order of their paths."""
    given = {
        key.partition(":")[2]: _parsed(key, text) for key, text in values.items() if key.startswith(f"{NAMESPACE}:")
    }
    problems = dict.fromkeys(_relations(given))
    tree = _with_defaults(given)
    settings: S | None = None
    for _ in range(MAX_PASSES):
        try:
            settings = model.model_validate_json(json.dumps(tree), strict=True)
            break
        except ValidationError as error:
            details = _causes(error.errors(include_url=False))
            new = dict.fromkeys(_problem(detail, given, model) for detail in details)
            if not _repair(tree, details) and new.keys() <= problems.keys():
                break
            problems |= new
    return (None if problems else settings), sorted(problems)


def _parsed(key: str, text: str) -> Any:
    if key == f"{NAMESPACE}:domain":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _with_defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """The tree with every region's entry laid over `region_defaults`."""
    tree = copy.deepcopy(dict(given))
    defaults, regions = tree.get("region_defaults"), tree.get("regions")
    if isinstance(defaults, dict) and isinstance(regions, list):
        entries = cast(list[Any], regions)
        tree["regions"] = [_laid_over(cast(dict[str, Any], defaults), entry) for entry in entries]
    return tree


def _laid_over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        under, over = cast(dict[str, Any], below), cast(dict[str, Any], above)
        keys = dict.fromkeys([*under, *over])
        return {k: _laid_over(under[k], over[k]) if k in under and k in over else over.get(k, under.get(k)) for k in keys}
    return above


# --- one error of pydantic's --------------------------------------------------------------------------------


def _causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the errors of a list or section that only repeat the ones inside it."""
    inner = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    return [detail for detail in details if detail["loc"] not in inner]


def _problem(detail: ErrorDetails, given: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    path = _source_of(detail["loc"], given)
    if detail["type"] == "missing":
        return Problem(_written(path), "nothing", "a value; it is required")
    if detail["type"] == "extra_forbidden":
        return Problem(_written(path), "an unknown key", _allowed_keys(detail["loc"], model))
    return Problem(_written(path), _shown(detail), _allowed(detail))


def _source_of(loc: Path, given: Mapping[str, Any]) -> Path:
    """Where the value was written: an inherited setting stands in `region_defaults`."""
    if len(loc) > 2 and loc[0] == "regions" and _at(given, loc) is None:
        inherited = ("region_defaults", *loc[2:])
        if _at(given, inherited) is not None:
            return inherited
    return loc


def _at(tree: Any, path: Iterable[int | str]) -> Any:
    for step in path:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _written(path: Iterable[int | str]) -> str:
    """`storefront:regions[1].cidr`."""
    first, *rest = path
    return f"{NAMESPACE}:{first}" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)


def _shown(detail: ErrorDetails) -> str:
    value: Any = detail["input"]
    if isinstance(value, dict | list) or isinstance(value, BaseModel):
        return "these settings" if isinstance(value, dict) else f"{len(cast(list[Any], value))} entries"
    return json.dumps(value, ensure_ascii=False, default=str)


def _allowed(detail: ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail.get("ctx", {}).get("error", detail["msg"]))
    message = detail["msg"]
    for prefix in ("Input should be ", "String should match ", "Tuple should have ", "Input is not "):
        if message.startswith(prefix):
            rest = message.removeprefix(prefix)
            return {"String": f"text matching {rest}", "Tuple": f"a list with {rest}"}.get(prefix.split()[0], rest)
    return message[:1].lower() + message[1:]


def _allowed_keys(loc: Path, model: type[BaseModel]) -> str:
    known = list(_model_at(loc[:-1], model).model_fields)
    near = get_close_matches(str(loc[-1]), known, n=1, cutoff=0.6)
    choice = ", ".join(known)
    return f"{near[0]!r} was probably meant; one of {choice}" if near else f"one of {choice}"


def _model_at(path: Path, model: type[BaseModel]) -> type[BaseModel]:
    for step in path:
        if isinstance(step, int):
            continue
        model = _models_in(model.model_fields[str(step)].annotation)[0]
    return model


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    arguments: tuple[Any, ...] = getattr(annotation, "__args__", ())
    return [found for argument in arguments for found in _models_in(argument)]


# --- repairs between two passes -----------------------------------------------------------------------------


def _repair(tree: dict[str, Any], details: Iterable[ErrorDetails]) -> bool:
    """Take every wrong value out of the tree, deepest and last first; whether anything was taken out."""
    changed = False
    for detail in sorted(details, key=lambda d: [str(step).zfill(6) for step in d["loc"]], reverse=True):
        *above, last = detail["loc"]
        parent = _at(tree, above)
        if detail["type"] == "missing" and isinstance(parent, dict) and last in _STAND_INS:
            parent[last] = copy.deepcopy(_STAND_INS[str(last)])
        elif detail["type"] == "value_error" and isinstance(_at(tree, detail["loc"]), dict):
            continue
        elif isinstance(parent, dict) and last in parent:
            if last in _STAND_INS and parent[last] != _STAND_INS[last]:
                parent[last] = copy.deepcopy(_STAND_INS[str(last)])
            else:
                del parent[last]
        else:
            continue
        changed = True
    return changed


# --- relations between settings -----------------------------------------------------------------------------


def _relations(given: Mapping[str, Any]) -> list[Problem]:
    """What no single section can see; works on whatever is readable, so that it adds to the other errors."""
    raw = given.get("regions")
    regions = [r for r in cast(list[Any], raw) if isinstance(r, dict)] if isinstance(raw, list) else []
    entries = cast(list[dict[str, Any]], regions)
    return [
        *_primaries(entries),
        *_duplicates(entries),
        *_overlaps(entries),
        *_home(given, entries),
        *_residency(given, entries),
        *_idle_connections(given, entries),
    ]


def _primaries(regions: list[dict[str, Any]]) -> list[Problem]:
    primaries = [i for i, region in enumerate(regions) if region.get("primary") is True]
    problems = [
        Problem(f"{NAMESPACE}:regions[{i}].state", '"retired" in the primary region', "active or draining; make another "
                "region primary first")
        for i in primaries
        if regions[i].get("state") == "retired"
    ]
    if not primaries:
        problems.append(Problem(f"{NAMESPACE}:regions", "no primary region", "exactly one region with primary: true"))
    problems += [
        Problem(f"{NAMESPACE}:regions[{i}].primary", f"a second primary region beside {_written(('regions', primaries[0]))}",
                "exactly one region with primary: true")
        for i in primaries[1:]
    ]
    if regions and not any(region.get("state", "active") == "active" for region in regions):
        problems.append(Problem(f"{NAMESPACE}:regions", "no active region", "at least one region with state: active"))
    return problems


def _duplicates(regions: list[dict[str, Any]]) -> Iterable[Problem]:
    first: dict[str, int] = {}
    for i, region in enumerate(regions):
        name = region.get("name")
        if not isinstance(name, str):
            continue
        if name in first:
            yield Problem(f"{NAMESPACE}:regions[{i}].name", f'"{name}", as in {NAMESPACE}:regions[{first[name]}]',
                          "every region once")
        first.setdefault(name, i)


def _overlaps(regions: list[dict[str, Any]]) -> Iterable[Problem]:
    blocks: list[tuple[int, IPv4Network]] = []
    for i, region in enumerate(regions):
        try:
            block = IPv4Network(str(region.get("cidr")))
        except ValueError:
            continue
        for j, other in blocks:
            if block.overlaps(other):
                yield Problem(f"{NAMESPACE}:regions[{i}].cidr", f'"{block}", which overlaps "{other}" of '
                              f"{NAMESPACE}:regions[{j}]", "blocks that do not overlap")
        blocks.append((i, block))


def _home(given: Mapping[str, Any], regions: list[dict[str, Any]]) -> Iterable[Problem]:
    home = _at(given, ("data", "home"))
    names = [region.get("name") for region in regions]
    if home is not None and home not in names:
        yield Problem(f"{NAMESPACE}:data.home", json.dumps(home), "one of the regions: " + ", ".join(map(str, names)))
        return
    index = names.index(home) if home is not None else 0
    if index < len(regions) and regions[index].get("state") == "retired":
        yield Problem(f"{NAMESPACE}:regions[{index}].state", '"retired" in the home region, which holds the definition '
                      "of tables and keys", "active or draining")


def _residency(given: Mapping[str, Any], regions: list[dict[str, Any]]) -> Iterable[Problem]:
    wanted = _at(given, ("edge", "dns", "residency"))
    serving = [str(r.get("name")) for r in regions if r.get("state", "active") == "active"]
    if isinstance(wanted, dict):
        for country, region in cast(dict[str, Any], wanted).items():
            if region not in serving:
                yield Problem(f"{NAMESPACE}:edge.dns.residency.{country}", json.dumps(region),
                              "an active region: " + ", ".join(serving))


def _idle_connections(given: Mapping[str, Any], regions: list[dict[str, Any]]) -> Iterable[Problem]:
    """CloudFront must let go of an idle connection first, or it writes into one that the load balancer closes."""
    kept = _at(given, ("edge", "distribution", "keep_alive_seconds"))
    kept = kept if isinstance(kept, int) else 25
    path = ("load_balancer", "idle_timeout_seconds")
    general = _at(given, ("region_defaults", *path))
    for place, idle in [
        (("region_defaults", *path), general),
        *((("regions", i, *path), _at(region, path)) for i, region in enumerate(regions)),
    ]:
        if isinstance(idle, int) and idle <= kept:
            yield Problem(_written(place), str(idle), f"more than edge.distribution.keep_alive_seconds ({kept})")


