"""A dead server is replaced within minutes."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Setting, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP, TARGETS, balancers, fleet, serves
from policy.rules.elb.detection import detection_seconds
from policy.subject import Subject
from policy.values import get
from policy.views.stated import stated

AWS_GRACE_SECONDS = 300


def check(subject: Subject) -> Iterator[Complaint]:
    if not serves(subject):
        raise NotApplicable("nobody waits for its servers: the alarm on its work does")
    longest = subject.settings["seconds"]
    stated_grace = stated(subject, "healthCheckGracePeriod")
    grace = float(AWS_GRACE_SECONDS if stated_grace is None else stated_grace)
    if grace > longest:
        yield wrong("healthCheckGracePeriod", f"at most {longest:g} seconds", found=grace)
    warm_up = float(stated(subject, "defaultInstanceWarmup") or 0)
    for targets in balancers(subject):
        checks = stated(targets, "healthCheck") if targets.type == TARGETS else None
        admitted = float(get(checks, "interval", 30)) * float(get(checks, "healthyThreshold", 3))
        found = detection_seconds(checks) + warm_up + admitted
        if found > longest:
            yield wrong(
                "healthCheck", f"detection, warm-up and admission within {longest:g} seconds", found=found, at=targets
            )


RULE = Rule(
    id="autoscaling-dead-server",
    on=GROUP,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("resilience:timeouts-beyond-objective",),
    why="Until another server takes its place, visitors share those that are left, and the next loss hits harder",
    mend="Shorten the health check, the group's warm-up or its grace period",
    check=check,
    settings={
        "seconds": Setting(says="Longest time to replace a server, in seconds", default=180, minimum=60, maximum=900)
    },
    examples=Examples(
        accepted=fleet(),
        refused=Change("healthCheckGracePeriod", 300, on="web"),
        also_refused=[Change("defaultInstanceWarmup", 300, on="web"), Change("healthCheck.interval", 60, on="targets")],
        unknown=Change("healthCheck.interval", None, on="targets"),
        absent=Absent(
            Remove("healthCheckGracePeriod", on="web"), Verdict.REFUSED, "the provider's default is 300 seconds"
        ),
        not_applicable=[one for one in fleet() if one.name == "workers"],
        stronger=[Change("healthCheckGracePeriod", seconds, on="web") for seconds in (60, 0)],
    ),
    breaks=[
        Break(on=GROUP, path=name, value=600, where=lambda group: "targetGroupArns" in group)
        for name in ("healthCheckGracePeriod", "defaultInstanceWarmup")
    ],
)
