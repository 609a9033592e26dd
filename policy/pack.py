"""Makes policies of rules: what the engine, or the offline preview, talks to."""

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

import policy.rules
from policy import exemptions, levels
from policy.exemptions import Exemptions
from policy.levels import Levels
from policy.rule import WHOLE_STACK, Complaint, NotApplicable, Rule, Scope, wrong
from policy.subject import Props, Stack, Subject, of_resource, of_stack
from policy.text import LeftAlone, Undecided, complaint_text, left_alone_text, undecided_text

NAME = "storefront"
PACK_FOLDER = Path(__file__).parent
FRAMEWORK = PolicyComplianceFramework(name="AWS Foundational Security Best Practices, CIS and NIST")
MANDATORY = EnforcementLevel.MANDATORY
REASON = "reason"
"""A key that every rule's configuration may have: why a stack sets it."""


def all_rules() -> list[Rule]:
    """Every rule under `policy/rules`, sorted by id; ValueError for two of one id."""
    modules = pkgutil.walk_packages(policy.rules.__path__, f"{policy.rules.__name__}.")
    names = [module.name for module in modules if not module.ispkg]
    loaded = [importlib.import_module(name) for name in names if not name.rpartition(".")[2].startswith("_")]
    rules: list[Rule] = sorted((module.RULE for module in loaded), key=lambda rule: rule.id)
    twice = {rule.id for rule in rules if [other.id for other in rules].count(rule.id) > 1}
    if twice:
        raise ValueError(f"two rules have one id: {', '.join(sorted(twice))}")
    return rules


@dataclass
class Pack:
    """The rules with what is declared for one stack."""

    rules: Sequence[Rule]
    exemptions: Exemptions
    levels: Levels
    faults: set[str] = field(default_factory=set[str])
    """What is wrong with the configuration that the engine gave."""

    told_otherwise: set[str] = field(default_factory=set[str])
    """Settings that the engine gave, and that are not the rule's own."""

    _last: tuple[Any, Stack] | None = None

    @classmethod
    def of_stack(cls, stack: str) -> "Pack":
        """The pack as the files beside it declare it, today."""
        rules = all_rules()
        ids = [rule.id for rule in rules]
        exempted, exemption_faults = exemptions.read(ids)
        lowered, level_faults = levels.read(ids)
        return cls(
            rules=rules,
            exemptions=Exemptions(exempted, stack, datetime.now(UTC).date(), exemption_faults),
            levels=Levels(lowered, ids, stack, level_faults),
        )

    def policies(self) -> list[Policy]:
        """One policy a rule, then those in which the pack speaks of itself."""
        made: list[Policy] = [self._policy(rule) for rule in self.rules]
        return [*made, *self._own_policies()]

    def _policy(self, rule: Rule) -> Policy:
        kind = ResourcePolicy if rule.scope is Scope.RESOURCE else StackPolicy
        return kind(rule, self)

    def settings(self, rule: Rule, config: Mapping[str, Any] | None) -> Props:
        """A rule's settings, defaults filled in; what is wrong with them is remembered and reported at the end."""
        given = {key: value for key, value in (config or {}).items() if key != REASON}
        for key in given.keys() - rule.settings.keys():
            self.faults.add(f"{rule.id}.{key}: there is no such setting; there are {_listed(rule.settings)}")
        chosen: dict[str, Any] = {}
        for key, setting in rule.settings.items():
            value: Any = given.get(key, setting.default)
            if value is None:
                self.faults.add(f"{rule.id}.{key}: is required")
            elif isinstance(value, bool) or not isinstance(value, int | float):
                self.faults.add(f"{rule.id}.{key}: is no number")
            elif not setting.minimum <= value <= setting.maximum:
                self.faults.add(
                    f"{rule.id}.{key}: is {value:g}; allowed are {setting.minimum:g} to {setting.maximum:g}"
                )
            else:
                chosen[key] = value
                if value != setting.default:
                    reason = (config or {}).get(REASON) or "no reason is given"
                    self.told_otherwise.add(f"{rule.id}.{key} is {value:g} in this stack: {reason}")
                continue
            chosen[key] = setting.minimum if setting.default is None else setting.default
        return chosen

    def stack(self, resources: list[PolicyResource]) -> Stack:
        """The view that all rules of one run share."""
        if self._last is None or self._last[0] is not resources:
            self._last = (resources, of_stack(resources))
        return self._last[1]

    def judge(self, rule: Rule, subject: Subject, report: ReportViolation) -> None:
        """Report what a rule says of a subject; UnknownValueError and NotApplicable come through."""
        for complaint in _complaints(rule, subject):
            about = subject
            if complaint.urn and subject.around:
                about = subject.around.subject(complaint.urn)
            if not self.exemptions.exempts(rule.id, about.urn):
                shown = None if rule.on == WHOLE_STACK and not complaint.urn else about
                report(complaint_text(rule, complaint, shown), about.urn if shown else None)

    def _own_policies(self) -> list[Policy]:
        """The trace of everything that makes the pack say less: none of it may pass in silence."""

        def integrity(_: StackValidationArgs, report: ReportViolation) -> None:
            for fault in [*self.exemptions.faults, *self.levels.faults, *sorted(self.faults)]:
                report(fault, None)
            for entry in self.exemptions.expired:
                report(f"the exemption from {entry.rule} ended on {entry.expires}: {entry.reason}", entry.urn)
            for rule, level in self.levels.lowered_from_outside():
                report(f"{rule} was set to {level.value} from outside; levels.yaml is the place, with a reason", None)

        def trace(_: StackValidationArgs, report: ReportViolation) -> None:
            for entry in self.exemptions.used:
                report(f"exempted from {entry.rule} until {entry.expires}, {entry.owner}: {entry.reason}", entry.urn)
            for entry in self.exemptions.unused:
                report(f"the exemption from {entry.rule} exempts nothing; take it away", entry.urn)
            for lowered in self.levels.lowered.values():
                report(f"{lowered.rule} is {lowered.level} in this stack: {lowered.reason}", None)
            for otherwise in sorted(self.told_otherwise):
                report(otherwise, None)

        return [
            StackValidationPolicy(
                "pack-integrity",
                "Exemptions, levels and settings of the pack are valid",
                integrity,
                EnforcementLevel.MANDATORY,
            ),
            StackValidationPolicy(
                "pack-trace", "What the pack was told to leave out", trace, EnforcementLevel.ADVISORY
            ),
        ]


class ResourcePolicy(ResourceValidationPolicy):
    """A rule of one resource, as the engine knows it."""

    def __init__(self, rule: Rule, pack: Pack) -> None:
        self.rule = rule

        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            if args.resource_type not in rule.types:
                return
            try:
                pack.judge(rule, of_resource(args, pack.settings(rule, args.get_config())), report)
            except NotApplicable as reason:
                args.not_applicable(str(reason))

        def remediate(args: ResourceValidationArgs) -> Any:
            if rule.remedy is None or args.resource_type not in rule.types:
                return None
            return rule.remedy(of_resource(args, {}))

        remedy = {"remediate": remediate} if rule.remedy else {}
        super().__init__(rule.id, rule.why, validate, **remedy, **_described(rule, pack))  # pyright: ignore[reportUnknownMemberType] - the SDK's own types are incomplete


class StackPolicy(StackValidationPolicy):
    """A rule about relations, as the engine knows it."""

    def __init__(self, rule: Rule, pack: Pack) -> None:
        self.rule = rule
        judged = self._judged_by(rule, pack)
        super().__init__(rule.id, rule.why, judged, **_described(rule, pack))  # pyright: ignore[reportUnknownMemberType] - as above

    @staticmethod
    def _judged_by(rule: Rule, pack: Pack) -> Callable[[StackValidationArgs, ReportViolation], None]:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            stack = pack.stack(args.resources)
            settings = pack.settings(rule, args.get_config())
            undecided: list[Undecided] = []
            left_alone: list[LeftAlone] = []
            first: UnknownValueError | None = None
            for subject in subjects(rule, stack):
                try:
                    pack.judge(rule, replace(subject, settings=settings), report)
                except UnknownValueError as unknown:  # the other subjects are judged nevertheless
                    first = first or unknown
                    undecided.append(Undecided(subject.urn, ".".join(unknown.props)))
                except NotApplicable as reason:
                    left_alone.append(LeftAlone(subject.urn, str(reason)))
            if first:
                first.message = undecided_text(undecided, left_alone)
                raise first
            if left_alone:
                args.not_applicable(left_alone_text(left_alone))

        return validate


def _complaints(rule: Rule, subject: Subject) -> Iterator[Complaint]:
    """A check that breaks is a complaint: an exception would end the whole preview, and silence would pass."""
    try:
        yield from rule.check(subject)
    except (UnknownValueError, NotApplicable):
        raise
    except Exception as error:
        yield wrong("", f"what the rule can read; it met a {type(error).__name__}")


def subjects(rule: Rule, stack: Stack) -> Iterable[Subject]:
    """What a rule about relations is checked on."""
    if rule.on == WHOLE_STACK:
        return [
            Subject(
                type=WHOLE_STACK,
                name="",
                urn=WHOLE_STACK.replace(" ", "-"),
                props={},
                protect=False,
                region=None,
                around=stack,
            )
        ]
    return stack.of_type(*rule.types)


def serve() -> None:
    """Answer the engine until it ends this process."""
    from policy import serving  # noqa: PLC0415 - replaces the SDK's server, which only the pack's own process wants

    pack = Pack.of_stack(os.environ.get("PULUMI_STACK", ""))
    serving.start(NAME, pack)


def _described(rule: Rule, pack: Pack) -> dict[str, Any]:
    schema: dict[str, dict[str, Any]] = {key: setting.schema() for key, setting in rule.settings.items()}
    required = [key for key, setting in rule.settings.items() if setting.default is None]
    level = pack.levels.of(rule.id)
    schema[REASON] = {"type": "string", "description": "Why this stack sets the rule otherwise"}
    return {
        "enforcement_level": EnforcementLevel.REMEDIATE if rule.remedy and level is MANDATORY else level,
        "config_schema": PolicyConfigSchema(schema, required),
        "severity": rule.severity,
        "framework": FRAMEWORK if rule.controls else None,
        "tags": list(rule.controls) or None,
        "remediation_steps": rule.mend,
    }


def _listed(settings: Mapping[str, Any]) -> str:
    return ", ".join(sorted([*settings, REASON]))
