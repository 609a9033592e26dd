"""Which ways to more rights a set of statements opens."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from policy.documents import Statement, matches
from policy.rules.iam._ways import PASSING, WAYS, Way
from policy.subject import Subject
from policy.views.actions import names_wildcard
from policy.views.roles import EQUALITY, Right

Held = tuple[Subject, Right]
STEPS = frozenset(action for way in WAYS for action in way.actions)


def open_ways(everything: Sequence[Held]) -> Iterator[tuple[Way, Held]]:
    """Every way of which all steps are allowed, and the statement that allows the last."""
    reached = {step for _, (_, statement) in everything if statement.allows for step in _steps(statement)}
    for way in WAYS:
        if reached.issuperset(way.actions):
            steps = [_opens(way, action, everything) for action in way.actions]
            if all(steps) and steps[-1]:
                yield way, steps[-1]


def _steps(statement: Statement) -> set[str]:
    """The steps of ways that a statement speaks of."""
    if statement.not_actions:
        return {step for step in STEPS if statement.covers(step)}
    return {step for action in statement.actions for step in _matched(action)}


@lru_cache(maxsize=4096)
def _matched(action: str) -> tuple[str, ...]:
    return tuple(step for step in STEPS if matches(action, step))


def _opens(way: Way, action: str, everything: Sequence[Held]) -> Held | None:
    """The first statement that allows a step of a way, where no statement denies it."""
    if any(_denies(one, action) for _, (_, one) in everything):
        return None
    for holder, (path, statement) in everything:
        if not (statement.allows and statement.covers(action)):
            continue
        receivers = statement.condition("iam:passedtoservice", *EQUALITY) if action == PASSING else ()
        if receivers and not any(names_wildcard(one) or one == way.passed_to for one in receivers):
            continue
        at_large = bool(statement.not_resources) or any(names_wildcard(one) for one in statement.resources)
        # A role that is named may be passed; what then runs under it need not exist yet, so that it has a wildcard.
        if way.anywhere or at_large or (way.passed_to and action != PASSING):
            return holder, (path, statement)
    return None


def _denies(statement: Statement, action: str) -> bool:
    return not statement.allows and not statement.conditions and "*" in statement.resources and statement.covers(action)
