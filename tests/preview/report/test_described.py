"""The description that machines read and the page is made of."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from preview.graph import SECRET, UNKNOWN, Graph
from preview.promises.promise import Verdict
from preview.report import described
from tests.preview.promises.small import graph, node
from tests.preview.report import sample

Report = dict[str, Any]


def judgement(report: Report, promise: str) -> Report:
    return next(one for one in report["judgements"] if one["id"] == promise)


def texts(value: Any) -> Iterator[str]:
    """Every text anywhere in a description."""
    if isinstance(value, dict):
        for key, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from (*texts(key), *texts(item))
    elif isinstance(value, list | tuple):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def test_it_survives_json(report: Report) -> None:
    assert json.loads(json.dumps(report, allow_nan=False)) == json.loads(json.dumps(report))


def test_the_same_stack_gives_the_same_text(prod: Graph) -> None:
    once, again = (json.dumps(described.described(*sample.judgements(prod))) for _ in range(2))
    assert once == again


def test_every_figure_can_be_followed_to_settings_and_facts(report: Report) -> None:
    waiting = [one["reached"] for one in report["judgements"] if one["reached"]]
    waiting += [figure for one in report["judgements"] for figure in one["also"]]
    seen: set[str] = set()
    while waiting:
        figure = report["figures"][waiting.pop()]
        for used in figure["uses"].values():
            ((kind, id_),) = used.items()
            assert id_ in report[f"{kind}s"]
            waiting.extend([id_] if kind == "figure" and id_ not in seen else [])
            seen.add(id_)
    assert {one["default"] for one in report["readings"].values()} - {None} <= set(report["facts"])


def test_a_shared_figure_stands_once(report: Report) -> None:
    assert [one["name"] for one in report["figures"].values()].count("detection") == 1


def test_a_setting_names_its_resource_and_its_property(report: Report) -> None:
    settings = {one["path"]: one for one in report["readings"].values()}
    interval = settings["requestInterval"]
    assert (interval["text"], interval["resource"]["type"]) == ("10\u00a0s", sample.HEALTH)
    assert interval["resource"]["urn"].endswith(f"::{interval['resource']['name']}")
    assert settings["failureThreshold"]["default"] == "r53.threshold_default"


def test_a_number_of_resources_names_them(report: Report) -> None:
    (counted,) = [one for one in report["readings"].values() if one["path"] == f"number of {sample.GROUP}"]
    assert counted["shown_path"] == "number of Auto Scaling groups"
    assert len(counted["members"]) == counted["value"] == 10


def test_a_figure_without_an_end_has_no_value(report: Report) -> None:
    (endless,) = [one for one in report["figures"].values() if one["name"] == "tables on demand"]
    assert (endless["value"], endless["text"]) == (None, "unlimited")


def test_a_formula_is_told_from_words(report: Report) -> None:
    arithmetic = {one["name"]: one["arithmetic"] for one in report["figures"].values()}
    assert arithmetic["detection"]
    assert not arithmetic["requests turned away"]


@pytest.mark.parametrize(
    ("promise", "verdict", "margin"),
    [
        ("region_failover_seconds", Verdict.BROKEN, "57.2\u00a0s over"),
        ("database_failover_seconds", Verdict.NOT_ACHIEVABLE, "5.55\u00a0s over"),
        ("database_loss_seconds", Verdict.NOT_PROMISED, None),
        ("instance_replacement_seconds", Verdict.KEPT, "30\u00a0s to spare"),
        ("availability_percent", Verdict.NOT_ACHIEVABLE, "0.04\u00a0points short"),
        ("model_visible_seconds", Verdict.BROKEN, None),
    ],
)
def test_each_promise_has_its_verdict_and_margin(
    report: Report, promise: str, verdict: Verdict, margin: str | None
) -> None:
    told = judgement(report, promise)
    assert (told["verdict"], told["margin"]) == (verdict, margin)
    assert report["failed"]


def test_the_three_settings_that_move_a_promise_most_are_named(report: Report) -> None:
    moved = judgement(report, "region_failover_seconds")["moved_by"]
    assert [(one["setting"], one["of"], one["after"]["text"], one["improves"]) for one in moved] == [
        ("ttl", "DNS records", "45.2\u00a0s", True),
        ("requestInterval", "health checks", "132\u00a0s", False),
        ("number of health checks", None, "95.5\u00a0s", False),
    ]


def test_every_exhibit_of_a_promise_is_there(report: Report) -> None:
    named = [id_ for one in report["judgements"] for id_ in one["exhibits"]]
    assert sorted(named) == sorted(report["exhibits"])
    assert {one["is"] for one in report["exhibits"].values()} == {"table", "chart", "map"}


def test_nothing_secret_and_nothing_unknown_is_told(report: Report) -> None:
    assert not [text for text in texts(report) if UNKNOWN in text or SECRET in text]


def test_settings_that_hold_secrets_are_left_out() -> None:
    bucket = node("aws:s3/bucket:Bucket", "one", acl="private", masterPassword="hunter2", apiToken="t", port=443)
    (told,) = described.described(graph(bucket), [], {})["resources"]
    assert told["settings"] == {"port": 443, "acl": "private"}


def test_the_policy_pack_is_summed_up(report: Report) -> None:
    counts = report["policies"]["counts"]
    assert (counts["rules"], counts["complaints"], counts["undecided"], counts["exemptions"]) == (3, 2, 1, 1)
    assert [one["severity"] for one in report["policies"]["complaints"]] == ["critical", "low"]
    assert sum(one["complaints"] for one in report["policies"]["severities"]) == 2


def test_without_the_pack_there_is_nothing_of_policies(prod: Graph) -> None:
    assert described.described(*sample.judgements(prod))["policies"] is None


def test_five_regions_are_described_in_half_a_second(prod: Graph) -> None:
    told = sample.judgements(prod)
    started = time.perf_counter()
    described.described(*told)
    assert time.perf_counter() - started < 0.5
