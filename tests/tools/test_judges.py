"""No finding of an outside judge is left without an answer, and no line of the table without a finding."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from policy.pack import PACK_FOLDER, all_rules
from preview.graph import UNKNOWN, Graph, Node
from tools.judges import environments, hearing, iam
from tools.judges.comparison import Comparison, compare, idle
from tools.judges.documents import Document, documents
from tools.judges.findings import Finding
from tools.judges.plans import urns
from tools.judges.questions import ALSO_ASKED, same_question
from tools.judges.speed import Race
from tools.judges.table import Row, first, read

JUDGES = {"checkov", "cloudsplaining", "parliament"}
STACKS = {"", "staging", "prod"}
BUCKET, KEY, ROLE = "aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:iam/role:Role"
ROWS = read()
STATEMENT: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole"}


def urn(type_: str, name: str, above: str = "storefront:region:Region$") -> str:
    return f"urn:pulumi:prod::storefront::{above}{type_}::{name}"


LOGS = Finding("checkov", "CKV_AWS_18", urn(BUCKET, "london-logs"), "Ensure access is logged")
MODELS = Finding("checkov", "CKV_AWS_18", urn(BUCKET, "london-models"), "Ensure access is logged")


def row(**other: str) -> Row:
    fields = {
        "judge": "checkov",
        "check": "CKV_AWS_18",
        "stack": "",
        "type": "",
        "name": "*-logs",
        "says": "",
        "reason": "logging the log bucket would log each log",
        "rule": "s3-bucket-logged",
    }
    return Row(**{**fields, **other})


def compared(*findings: Finding, rows: list[Row] | None = None, **other: Any) -> Comparison:
    nothing: dict[str, Any] = {"complaints": {}, "same_question": {}, "decided": {"s3-bucket-logged": 1}}
    return compare("prod", findings, [row()] if rows is None else rows, **{**nothing, **other})


def test_a_finding_has_type_and_name_of_its_resource() -> None:
    assert (LOGS.type, LOGS.name) == (BUCKET, "london-logs")
    assert str(LOGS) == "checkov CKV_AWS_18 on aws:s3/bucket:Bucket london-logs: Ensure access is logged"


def test_what_no_row_speaks_of_is_left_open() -> None:
    made = compared(LOGS, MODELS)
    assert made.explained == [(LOGS, row())]
    assert made.unexplained == [MODELS]


def test_a_finding_said_twice_counts_once() -> None:
    assert len(compared(MODELS, MODELS).unexplained) == 1


def test_what_our_rule_complains_of_needs_no_row() -> None:
    made = compared(
        LOGS, MODELS,
        complaints={MODELS.urn: {"s3-bucket-logged"}},
        same_question={"CKV_AWS_18": {"s3-bucket-logged"}},
    )  # fmt: skip
    assert (made.caught, made.unexplained) == ([MODELS], [])


def test_a_complaint_of_something_else_does_not_count() -> None:
    made = compared(
        MODELS,
        complaints={MODELS.urn: {"s3-bucket-versioned"}, LOGS.urn: {"s3-bucket-logged"}},
        same_question={"CKV_AWS_18": {"s3-bucket-logged"}},
    )
    assert made.unexplained == [MODELS]


@pytest.mark.parametrize(
    "narrowed",
    [
        {"judge": "parliament"},
        {"check": "CKV_AWS_19"},
        {"stack": "staging"},
        {"type": KEY},
        {"name": "*-models"},
        {"name": "london-log"},
        {"says": "Ensure nothing*"},
    ],
    ids=str,
)
def test_a_row_explains_nothing_beyond_its_fields(narrowed: dict[str, str]) -> None:
    assert compared(LOGS, rows=[row(**narrowed)]).unexplained == [LOGS]


@pytest.mark.parametrize(
    "narrowed", [{"stack": "prod"}, {"type": BUCKET}, {"name": ""}, {"says": "* is logged"}], ids=str
)
def test_a_row_explains_what_all_its_fields_meet(narrowed: dict[str, str]) -> None:
    assert compared(LOGS, rows=[row(**narrowed)]).unexplained == []


def test_the_first_row_that_fits_is_the_explanation() -> None:
    narrow, wide = row(), row(name="", reason="another reason, for all other buckets of it")
    assert first([narrow, wide], LOGS, "prod") is narrow
    assert first([narrow, wide], MODELS, "prod") is wide


def test_a_row_that_leans_on_a_rule_which_decides_nothing_is_hollow() -> None:
    assert compared(LOGS).hollow == []
    assert compared(LOGS, decided={}).hollow == [row()]
    assert compared(LOGS, rows=[row(rule="")], decided={}).hollow == []


def test_a_row_that_explains_nothing_any_more_is_idle() -> None:
    stale = row(name="paris-logs")
    assert idle([row(), stale], [compared(LOGS)], JUDGES) == [stale]


def test_a_row_is_not_idle_for_a_judge_or_a_stack_that_was_not_heard() -> None:
    assert idle([row(name="paris-logs")], [compared(LOGS)], {"parliament"}) == []
    assert idle([row(stack="staging")], [compared(LOGS)], JUDGES) == []


def test_rules_ask_the_question_of_a_check_by_the_control_they_serve() -> None:
    controls = [
        {"control_id": "S3.9", "checkov_ids": "CKV_AWS_18;CKV2_AWS_99"},
        {"control_id": "S3.5", "checkov_ids": ""},
    ]
    asked = same_question(controls, {"s3-bucket-logged": ("S3.9",), "s3-tls": ("S3.5",)})
    assert asked["CKV_AWS_18"] == asked["CKV2_AWS_99"] == {"s3-bucket-logged"}
    assert asked["DataExfiltration"] == {"iam-resource-named"}


def test_the_committed_controls_connect_checks_and_rules() -> None:
    with (PACK_FOLDER / "controls.csv").open(encoding="utf-8", newline="") as file:
        asked = same_question(csv.DictReader(file), {rule.id: rule.controls for rule in all_rules()})
    assert "s3-bucket-logged" in asked["CKV_AWS_18"]


def node(type_: str, name: str, **inputs: Any) -> Node:
    return Node(urn=urn(type_, name), type=type_, name=name, parent=None, provider=None, region=None, inputs=inputs,
                dependencies=())  # fmt: skip


def found(*nodes: Node) -> list[Document]:
    return documents(Graph(project="storefront", stack="prod", nodes=nodes, outputs={}))


TEXT = json.dumps({"Statement": [STATEMENT]})


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (node(ROLE, "role", assumeRolePolicy=TEXT), "trust"),
        (node(ROLE, "role", inlinePolicies=[{"name": "own", "policy": TEXT}]), "identity"),
        (node("aws:iam/rolePolicy:RolePolicy", "rights", policy={"Statement": [STATEMENT]}), "identity"),
        (node(KEY, "key", policy=TEXT), "resource"),
        (node("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "dns", policyDocument=TEXT), "resource"),
    ],
)
def test_a_document_is_found_wherever_it_stands_and_is_read_as_what_it_is(resource: Node, kind: str) -> None:
    (one,) = found(resource)
    assert (one.urn, one.kind) == (resource.urn, kind)
    assert json.loads(str(one.text))["Statement"] == [STATEMENT]


def test_what_only_looks_like_a_document_is_none() -> None:
    assert found(node(KEY, "key", description='a "Statement" of ours', policy='{"Statement"')) == []


def test_a_document_that_the_preview_does_not_know_is_not_passed_over() -> None:
    assert found(node(KEY, "key", policy=UNKNOWN))[0].text is None
    assert found(node("aws:sqs/queue:Queue", "queue", url=UNKNOWN)) == []


def test_an_address_of_terraform_is_a_resource_of_the_graph() -> None:
    ours = node(BUCKET, "london-logs")
    theirs = [
        {"type": BUCKET, "name": "london-logs", "address": "aws_s3_bucket.london-logs", "urn": urn(BUCKET, "x", "")},
        {"type": "aws:ec2/route:Route", "name": "way", "address": "aws_route.way", "urn": "urn:theirs"},
        {"type": "storefront:region:Region", "name": "london", "urn": "urn:component"},
    ]
    graph = Graph(project="storefront", stack="prod", nodes=(ours,), outputs={})
    assert urns(theirs, graph) == {"aws_s3_bucket.london-logs": ours.urn, "aws_route.way": "urn:theirs"}


def test_each_failed_check_of_a_report_is_a_finding() -> None:
    failed = {
        "check_id": "CKV_AWS_18",
        "check_name": "Ensure access is logged",
        "resource_address": "aws_s3_bucket.london-logs",
    }
    report: dict[str, Any] = {"results": {"failed_checks": [failed], "passed_checks": [{}]}}
    assert hearing.findings_of_checkov(report, {"aws_s3_bucket.london-logs": LOGS.urn}) == [LOGS]


def test_a_trust_policy_is_given_the_resource_that_parliament_asks_for() -> None:
    for statements in (STATEMENT, [STATEMENT]):
        content = json.loads(iam.complete("trust", json.dumps({"Statement": statements})))
        assert content["Statement"] == [{**STATEMENT, "Resource": iam.ANY_ROLE}]
    assert iam.complete("identity", TEXT) == TEXT


def test_the_race_compares_with_the_median_run() -> None:
    race = Race(stack="prod", resources=2, rules=3, pack_seconds=(9.0, 2.0, 4.0), checkov_seconds=20.0,
                checkov_resources=1)  # fmt: skip
    assert race.ratio == pytest.approx(5)
    assert "4.00 s (median of 3, least 2.00 s)" in race.lines()[0]


@pytest.mark.parametrize("entry", ROWS, ids=str)
def test_each_row_of_the_table_is_whole(entry: Row) -> None:
    assert entry.judge in JUDGES
    assert entry.check.replace("_", "").isalnum()
    assert entry.stack in STACKS
    assert not entry.type or (entry.type.count(":") == 2 and "*" not in entry.type)
    assert set(entry.name) != {"*"}, "an empty name says the same"
    assert len(entry.reason) > 30
    assert entry.reason == entry.reason.strip()


def test_no_row_says_what_another_says() -> None:
    keys = [str(entry) for entry in ROWS]
    assert sorted(keys) == sorted(set(keys))
    assert [(entry.judge, entry.check) for entry in ROWS] == sorted((entry.judge, entry.check) for entry in ROWS)


def test_rules_that_are_named_exist() -> None:
    rules = {rule.id for rule in all_rules()}
    named = {entry.rule for entry in ROWS if entry.rule} | {rule for asked in ALSO_ASKED.values() for rule in asked}
    assert named <= rules


def test_a_table_of_another_form_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "judged.csv"
    table.write_text("judge,check\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected are judge,check,stack"):
        read(table)
    table.write_text("judge,check,stack,type,name,says,reason,rule\ncheckov,CKV_AWS_18\n", encoding="utf-8")
    with pytest.raises(ValueError, match="2 fields instead of 8"):
        read(table)


@pytest.mark.parametrize("name", ["checkov", "iam"])
def test_a_lock_file_pins_by_digest_and_names_no_index(name: str) -> None:
    text = (environments.LOCKS / f"{name}.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    blocks = text.replace("\\\n", "").splitlines()
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)
    wanted = (environments.LOCKS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    for line in wanted:
        requirement = line.partition("#")[0].strip()
        assert "<" in requirement or any(block.startswith(f"{requirement} ") for block in blocks)
