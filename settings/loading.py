"""Reads a stack's configuration and reports every error of it at once.

Pydantic judges a section as a whole only where each of its values is sound. So `load` mends what was found, in a
copy that is thrown away, and validates again until nothing new appears. What is found later about a mended value
is not the reader's error and is left out.
"""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, cast, get_args

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from settings.problem import MISSING, NAMESPACE, Path, Problem, problem, value_at
from settings.relations import related_problems
from settings.section import Conflict, UnfitError

MAX_PASSES = 16
STACK_NAME = re.compile(r"(?=.{1,14}$)[a-z0-9]+(-[a-z0-9]+)*")
"""What every physical name can hold: the longest bucket's has 14 characters left of S3's 63."""

S = TypeVar("S", bound=BaseModel)
Tree = dict[str, Any]

_STAND_INS: Tree = {
    "domain": "shop.example.com",
    "account": {"id": "000000000000"},
    "id": "000000000000",
    "regions": [{"name": "us-east-1", "cidr": "10.0.0.0/16"}],
    "name": "us-east-1",
    "cidr": "10.0.0.0/16",
}
"""Sound values of the required keys."""


def stack_values() -> dict[str, str]:
    """The stack's configuration as the engine gives it: full key → text."""
    if pulumi.get_project() != NAMESPACE:
        raise pulumi.RunError(f"the Pulumi project is called {pulumi.get_project()!r}; allowed: {NAMESPACE!r}")
    if not STACK_NAME.fullmatch(stack := pulumi.get_stack()):
        shape = "at most 14 lower-case letters and digits, with single hyphens between them"
        raise pulumi.RunError(f"the Pulumi stack is called {stack!r}; allowed: {shape}")
    return {key: str(value) for key, value in {**get_config_env(), **CONFIG.get()}.items()}


def load(model: type[S], values: Mapping[str, str]) -> tuple[S | None, list[Problem]]:
    """The validated settings, or None and every problem in the order of their paths."""
    given = {
        key.partition(":")[2]: _parsed(key, text) for key, text in values.items() if key.startswith(f"{NAMESPACE}:")
    }
    problems = set(related_problems(given))
    tree, mended = _with_defaults(given), set[Path]()
    for _ in range(MAX_PASSES):
        try:
            settings = model.model_validate_json(_text(tree), strict=True)
        except ValidationError as error:
            details = _causes(error.errors(include_url=False))
            problems.update(found for detail in details for found in _problems(detail, given, mended, model))
            if not _mend(tree, details, mended):
                break
        else:
            return (None if problems else settings), sorted(problems)
    return None, sorted(problems)


def _parsed(key: str, text: str) -> Any:
    if key == f"{NAMESPACE}:domain":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(tree: Tree) -> bytes:
    """JSON; half of a surrogate pair, which only an escape can bring in, becomes a question mark."""
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace")


def _with_defaults(given: Mapping[str, Any]) -> Tree:
    """The tree with every region's entry laid over `region_defaults`."""
    tree = copy.deepcopy(dict(given))
    defaults, regions = tree.get("region_defaults"), tree.get("regions")
    if isinstance(defaults, dict) and isinstance(regions, list):
        entries = cast(list[Any], regions)
        tree["regions"] = [_laid_over(cast(Tree, defaults), entry) for entry in entries]
    return tree


def _laid_over(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return copy.deepcopy(above)
    under, over = cast(Tree, below), cast(Tree, above)
    joined = {key: _laid_over(under[key], value) if key in under else value for key, value in over.items()}
    return copy.deepcopy(under) | joined


def _causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the errors of a list or section that only repeat the ones inside it."""
    inner = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    return [detail for detail in details if detail["loc"] not in inner]


# --- what an error of pydantic's means to the reader ----------------------------------------------------------


def _problems(
    detail: ErrorDetails, given: Mapping[str, Any], mended: set[Path], model: type[BaseModel]
) -> Iterator[Problem]:
    loc = _without_marks(detail["loc"])
    for conflict in _conflicts(detail):
        paths = [(*loc, *key.split(".")) for key in conflict.keys]
        if not any(_covers(mended, path) for path in paths):
            yield problem(_cause_of(paths, given), conflict.found, conflict.allowed)
    if _conflicts(detail) or _covers(mended, loc):
        return
    path = _source_of(loc, given)
    if detail["type"] == "missing":
        yield problem(path, "nothing", "a value; it is required")
    elif detail["type"] == "extra_forbidden":
        yield problem(path, "an unknown key", _allowed_keys(path, model))
    else:
        yield problem(path, _shown(detail["input"]), _allowed(detail))


def _without_marks(loc: Path) -> Path:
    """Pydantic marks an error about a key itself by one more step."""
    return tuple(step for step in loc if step != "[key]")


def _conflicts(detail: ErrorDetails) -> tuple[Conflict, ...]:
    error: Any = detail.get("ctx", {}).get("error")
    return error.conflicts if isinstance(error, UnfitError) else ()


def _covers(mended: set[Path], path: Path) -> bool:
    return any(path[:length] in mended for length in range(1, len(path) + 1))


def _cause_of(paths: list[Path], given: Mapping[str, Any]) -> Path:
    """Of several keys in conflict, the first that is written: in the region itself, else in the defaults."""
    for place in (paths, [_source_of(path, given) for path in paths]):
        for path in place:
            if value_at(given, path) is not MISSING:
                return path
    return paths[0]


def _source_of(loc: Path, given: Mapping[str, Any]) -> Path:
    """Where the value was written: an inherited setting stands in `region_defaults`."""
    inherited = ("region_defaults", *loc[2:])
    if loc[:1] == ("regions",) and len(inherited) > 1 and value_at(given, loc) is MISSING:
        return loc if value_at(given, inherited) is MISSING else inherited
    return loc


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return f"a list of {len(cast(list[Any], value))}"
    return json.dumps(value, ensure_ascii=False, default=str)


def _allowed(detail: ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail.get("ctx", {}).get("error", detail["msg"]))
    if detail["type"] in {"model_type", "dict_type"}:
        return "a group of keys"
    message = detail["msg"].partition(" after validation")[0]
    for prefix, instead in {
        "Input should be a valid array": "a list",
        "Input should be ": "",
        "Input is not ": "",
        "String should match ": "text that matches ",
        "String should have ": "text of ",
        "Tuple should have ": "a list of ",
    }.items():
        if message.startswith(prefix):
            return instead + message.removeprefix(prefix)
    return message[:1].lower() + message[1:]


def _allowed_keys(path: Path, model: type[BaseModel]) -> str:
    known = list(_model_at(path[:-1], model).model_fields)
    near = get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
    choice = ", ".join(known)
    return f"{near[0]!r} was probably meant; one of {choice}" if near else f"one of {choice}"


def _model_at(path: Path, model: type[BaseModel]) -> type[BaseModel]:
    for step in path:
        if isinstance(step, str):
            model = next(_models_in(model.model_fields[step].annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


# --- mending between two passes -------------------------------------------------------------------------------


def _mend(tree: Tree, details: Iterable[ErrorDetails], mended: set[Path]) -> bool:
    """Put what is required in place of every wrong value, or take it out; whether anything changed."""
    before = json.dumps(tree)
    for detail in details:
        loc = _without_marks(detail["loc"])
        conflicting = [(*loc, *key.split(".")) for conflict in _conflicts(detail) for key in conflict.keys]
        for path in conflicting or [_mendable(loc)]:
            _mend_value(tree, path, required=detail["type"] == "missing")
            mended.add(path)
    return json.dumps(tree) != before


def _mendable(loc: Path) -> Path:
    """A wrong item spoils its list, except in the list of regions."""
    while isinstance(loc[-1], int) and loc[:-1] != ("regions",):
        loc = loc[:-1]
    return loc


def _mend_value(tree: Tree, path: Path, *, required: bool) -> None:
    *above, last = path
    holder = value_at(tree, above)
    if isinstance(holder, dict):
        section = cast(Tree, holder)
        present = section.pop(str(last), MISSING) is not MISSING
        if str(last) in _STAND_INS and (present or required):
            section[str(last)] = copy.deepcopy(_STAND_INS[str(last)])
    elif isinstance(holder, list) and isinstance(last, int):
        cast(list[Any], holder)[last] = copy.deepcopy(_STAND_INS["regions"][0])
