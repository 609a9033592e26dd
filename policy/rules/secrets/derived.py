"""Nothing that is shown in clear is made of a secret of this stack."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from policy.examples import Absent, Change, Declared, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.secrets._clear import CIPHERTEXT, CLEAR, DIGESTS, DRAWN, FUNCTION, HOLDERS, VERSION
from policy.subject import Stack, Subject
from policy.values import first_unknown, get
from policy.views.payloads import layers, lines

SHORTEST = 8
"""Characters of a value that is looked for; a shorter one occurs by chance."""


def check(subject: Subject) -> Iterator[Complaint]:
    held, hidden = _values(subject.stack), None
    for prop in CLEAR[subject.type]:
        if (subject.type, prop) not in DIGESTS and subject.links(prop, *DRAWN):
            yield wrong(prop, "the ARN or the name of the secret, not what is made of its value")
        if subject.links(prop, VERSION):  # of a version the ARN may show, and the value may not
            hidden = hidden or first_unknown(get(subject.props, prop))
        if not held:
            continue
        with suppress(UnknownValueError):  # what it depends on is judged; its text is, once it is known
            texts = [text for line in lines(get(subject.props, prop)) for text in layers(line)]
            if any(value in text for value in held for text in texts):
                yield wrong(prop, "no secret; a secret of this stack shows there")
    if hidden:
        raise hidden


def _values(stack: Stack) -> frozenset[str]:
    """The secrets of a stack that are known: the values themselves, and the fields of those that are JSON."""
    if "secrets" not in stack.memory:
        found = {
            value
            for holder in stack.of_type(*HOLDERS)
            for prop in HOLDERS[holder.type]
            for value in _parts(holder, prop)
        }
        stack.memory["secrets"] = frozenset(value for value in found if len(value) >= SHORTEST)
    return stack.memory["secrets"]


def _parts(holder: Subject, prop: str) -> Iterator[str]:
    with suppress(UnknownValueError, ValueError):
        value = str(get(holder.props, prop) or "")
        yield value
        fields: Any = json.loads(value) if value[:1] == "{" else {}
        yield from (str(one) for key, one in fields.items() if "pass" in key.lower() or "secret" in key.lower())


SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type
VALUE = "Vq7-violet-anchor-91"
ENVIRONMENT = "environment.variables.SECRET_ARN"

RULE = Rule(
    id="secrets-derived",
    on=tuple(CLEAR),
    scope=Scope.STACK,
    severity=Severity.CRITICAL,
    why="A secret that is copied to where everybody can read is none, and is not rotated there either",
    mend="Hand over the secret's ARN and let the workload fetch the value by its role",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CIPHERTEXT, name="drawn"),
            Declared(type=SECRET, name="master"),
            Declared(type=VERSION, name="value", props={"secretString": VALUE}, links={"secretId": ["master"]}),
            Declared(
                type=FUNCTION,
                name="schema",
                links={"environment": ["master", "value"]},
                props={"environment": {"variables": {"SECRET_ARN": "arn:aws:secretsmanager:eu-west-2:1:secret:a"}}},
            ),
        ],
        refused=Link("environment", ["master", "drawn"], on="schema"),
        unknown=Change(ENVIRONMENT, None, on="schema"),
        absent=Absent(
            Unlink("environment", on="schema"), Verdict.ACCEPTED, "a text that is made of nothing holds no secret"
        ),
        also_refused=[Change(ENVIRONMENT, f"master:{VALUE}", on="schema")],
    ),
    # The names of tables, which environments show, begin so.
    breaks=[Break(on=VERSION, path="secretString", value="storefront")],
)
