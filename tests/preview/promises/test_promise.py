"""The verdicts, and what moves a promise."""

from collections.abc import Mapping

import pytest

from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, figure
from preview.promises.judging import judge
from preview.promises.promise import Better, Finding, Model, Promise, Verdict
from preview.promises.sensitivity import effects
from tests.preview.promises.small import graph, node

CHECK = node("aws:route53/healthCheck:HealthCheck", "check", requestInterval=10, failureThreshold=2, regions=3)
WAIT = Promise(id="wait", title="The wait", unit="s", better=Better.LOWER)
BEST = figure("best", "s", Kind.BOUND, "15")


def waiting(deployed: Deployed) -> Mapping[str, Figure]:
    check = deployed.only(CHECK.type)
    interval = deployed.number(check, "requestInterval", "s", choices=(10, 30))
    threshold = deployed.number(check, "failureThreshold", "checks")
    regions = deployed.number(check, "regions", "regions")
    wait = figure(
        "wait",
        "s",
        Kind.BOUND,
        "interval * threshold + regions / 10",
        interval=interval,
        threshold=threshold,
        regions=regions,
    )
    return {"wait": wait}


def found(deployed: Deployed) -> list[Finding]:
    return [Finding(promise=WAIT, reached=waiting(deployed)["wait"], achievable=BEST, why="because")]


MODEL = Model(promises=(WAIT,), reached=waiting, findings=found)


@pytest.mark.parametrize(
    ("pledge", "verdict"),
    [
        ({"promised": 20.3, "accepted": None}, Verdict.KEPT),
        ({"promised": 16, "accepted": 25}, Verdict.BROKEN),
        ({"promised": 12, "accepted": 25}, Verdict.NOT_ACHIEVABLE),
        ({"promised": 12, "accepted": 18}, Verdict.BROKEN),
        ({"promised": 12, "accepted": None}, Verdict.BROKEN),
        (None, Verdict.NOT_PROMISED),
    ],
    ids=[
        "met",
        "met by other settings",
        "met by none, accepted",
        "worse than accepted",
        "nothing accepted",
        "taken back",
    ],
)
def test_the_verdict(pledge: dict[str, float] | None, verdict: Verdict) -> None:
    stack = graph(CHECK, promises={"wait": pledge} if pledge else {})
    (judgement,) = judge(Deployed(stack), [MODEL])
    assert judgement.verdict is verdict
    assert judgement.failed == (verdict is Verdict.BROKEN)


def test_a_stack_that_declares_too_little_keeps_no_promise() -> None:
    (judgement,) = judge(Deployed(graph(promises={"wait": {"promised": 12}})), [MODEL])
    assert judgement.verdict is Verdict.BROKEN
    assert "declares no aws:route53/healthCheck:HealthCheck" in judgement.finding.why


def test_higher_can_be_better() -> None:
    share = Promise(id="share", title="", unit="%", better=Better.HIGHER)
    assert share.meets(99.99, 99.99)
    assert not share.meets(99.98, 99.99)


def test_sensitivity_ranks_the_settings_by_what_they_move() -> None:
    ranked = effects(Deployed(graph(CHECK)), MODEL)["wait"]
    assert [(effect.path, effect.becomes, round(effect.after, 1)) for effect in ranked] == [
        ("requestInterval", 30, 60.3),
        ("failureThreshold", 4, 40.3),
        ("regions", 6, 20.6),
    ]
    assert ranked[0].size == pytest.approx(40 / 20.3)


def test_sensitivity_takes_one_of_several_resources_away() -> None:
    servers = [node("aws:ec2/instance:Instance", name) for name in "abc"]

    def served(deployed: Deployed) -> Mapping[str, Figure]:
        standing = deployed.of_type("aws:ec2/instance:Instance")
        if len(standing) < 2:
            raise UndeclaredError("too few")
        return {"served": figure("served", "users", Kind.BOUND, "100 * n", n=deployed.count(standing, "servers"))}

    promise = Promise(id="served", title="", unit="users", better=Better.HIGHER)
    (effect,) = effects(Deployed(graph(*servers)), Model(promises=(promise,), reached=served, findings=lambda _: []))[
        "served"
    ]
    assert (effect.was, effect.becomes, effect.after) == (3, 2, 200)


def test_a_promise_with_room_to_spare_is_pushed_further() -> None:
    group = node("aws:autoscaling/group:Group", "web", maxSize=40)

    def shed(deployed: Deployed) -> Mapping[str, Figure]:
        largest = deployed.number(deployed.only(group.type), "maxSize", "servers")
        return {"shed": figure("shed", "%", Kind.BOUND, "max(0, 10 - largest)", largest=largest)}

    promise = Promise(id="shed", title="", unit="%", better=Better.LOWER)
    model = Model(promises=(promise,), reached=shed, findings=lambda _: [])
    (effect,) = effects(Deployed(graph(group)), model)["shed"]
    assert (effect.becomes, effect.after) == (5, 5), "half of it, 20, sheds nothing"


def test_what_moves_nothing_is_no_effect() -> None:
    unmoved = node("aws:autoscaling/group:Group", "web", maxSize=40)

    def nothing(deployed: Deployed) -> Mapping[str, Figure]:
        largest = deployed.number(deployed.only(unmoved.type), "maxSize", "servers")
        return {"nothing": figure("nothing", "%", Kind.BOUND, "0 * largest", largest=largest)}

    promise = Promise(id="nothing", title="", unit="%", better=Better.LOWER)
    model = Model(promises=(promise,), reached=nothing, findings=lambda _: [])
    assert effects(Deployed(graph(unmoved)), model) == {"nothing": []}


def test_each_resource_is_changed_in_proportion() -> None:
    small = node("aws:autoscaling/group:Group", "a", maxSize=4)
    large = node("aws:autoscaling/group:Group", "b", maxSize=10)

    def total(deployed: Deployed) -> Mapping[str, Figure]:
        sizes = [deployed.number(each, "maxSize", "servers") for each in deployed.of_type(small.type)]
        return {"total": figure("total", "servers", Kind.BOUND, "a + b", a=sizes[0], b=sizes[1])}

    promise = Promise(id="total", title="", unit="servers", better=Better.HIGHER)
    model = Model(promises=(promise,), reached=total, findings=lambda _: [])
    (effect,) = effects(Deployed(graph(small, large)), model)["total"]
    assert (effect.before, effect.after) == (14, 28)


def test_the_only_resource_of_a_kind_is_taken_away_too() -> None:
    proxy = node("aws:rds/proxy:Proxy", "proxy")

    def waited(deployed: Deployed) -> Mapping[str, Figure]:
        standing = deployed.count(deployed.of_type(proxy.type), "proxies")
        return {"waited": figure("waited", "s", Kind.BOUND, "65 - 5 * standing", standing=standing)}

    promise = Promise(id="waited", title="", unit="s", better=Better.LOWER)
    (effect,) = effects(Deployed(graph(proxy)), Model(promises=(promise,), reached=waited, findings=lambda _: []))[
        "waited"
    ]
    assert (effect.was, effect.becomes, effect.before, effect.after) == (1, 0, 60, 65)
