"""Groups name the version of their launch template by its number."""

from collections.abc import Iterator
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP, TEMPLATE, fleet
from policy.subject import Subject
from policy.values import each, get
from policy.views.stated import stated, states

POLICY = "mixedInstancesPolicy"


def check(subject: Subject) -> Iterator[Complaint]:
    single = stated(subject, "launchTemplate")
    if single is not None:
        yield from _named(subject, single, "launchTemplate")
    if stated(subject, POLICY) is None:
        return
    whole = f"{POLICY}.launchTemplate"
    yield from _named(
        subject, get(subject.props, f"{whole}.launchTemplateSpecification", {}), f"{whole}.launchTemplateSpecification"
    )
    for position, override in each(subject.props, f"{whole}.overrides"):
        if states(override, "launchTemplateSpecification"):
            path = f"{whole}.overrides[{position}].launchTemplateSpecification"
            yield from _named(subject, get(override, "launchTemplateSpecification"), path)


def _named(subject: Subject, specification: Any, path: str) -> Iterator[Complaint]:
    """A version that only AWS knows is right where it comes from a template: those of its outputs are numbers."""
    from_template = subject.links(path.partition(".")[0], TEMPLATE)
    if states(specification, "version") and from_template and _hidden(specification):
        return
    version = get(specification, "version", "$Default")
    if str(version).startswith("$"):
        yield wrong(f"{path}.version", "the number of a version, such as the template's latestVersion", found=version)


def _hidden(specification: Any) -> bool:
    try:
        get(specification, "version")
    except UnknownValueError:
        return True
    return False


RULE = Rule(
    id="autoscaling-template-number",
    on=GROUP,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A version that moves by itself can be neither reviewed nor rolled back, and servers of one group differ",
    mend="Name the version by the template's latestVersion, which is a number",
    check=check,
    examples=Examples(
        accepted=fleet(),
        refused=Change(f"{POLICY}.launchTemplate.launchTemplateSpecification.version", "$Latest", on="web"),
        also_refused=[Change(f"{POLICY}.launchTemplate.launchTemplateSpecification.version", "$Default", on="web")],
        unknown=Change(f"{POLICY}.launchTemplate.launchTemplateSpecification.version", None, on="workers"),
        absent=Absent(
            Remove(f"{POLICY}.launchTemplate.launchTemplateSpecification.version", on="web"),
            Verdict.REFUSED,
            "AWS's default is $Default, which anybody can move",
        ),
    ),
    breaks=[
        Break(on=GROUP, path=f"{POLICY}.launchTemplate.launchTemplateSpecification.version", value=version)
        for version in ("$Latest", "$Default")
    ],
)
