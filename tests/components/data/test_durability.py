import json
from typing import Any

from components.data.durability import Durability, DurabilityArgs, PrivateNetwork
from components.data.exports import table_export
from components.places import Places
from preview.graph import Graph, Node
from tests.components.data.regions import TABLES, build_across, grounds, origin, settings
from tests.engine import known, names
from tests.limits import too_long

LONDON, OHIO, EDGE = "eu-west-2", "us-east-2", "us-east-1"
REGIONS = (LONDON, OHIO)


def durability(**data: Any) -> Graph:
    chosen = settings(REGIONS, **data)

    def program(places: Places) -> None:
        args = DurabilityArgs(
            settings=chosen.data,
            home=LONDON,
            regions=REGIONS,
            origins={region: origin(region) for region in REGIONS},
            clusters=dict.fromkeys(REGIONS, "store-database"),
            database_name="storefront",
            tables=TABLES,
            ground=grounds(chosen),
            home_network=PrivateNetwork(vpc_id=known("vpc-1"), subnet_ids=[known("subnet-1"), known("subnet-2")]),
            log_retention_days=30,
        )
        Durability("durability", args, places)

    return build_across(chosen, program)


def one(graph: Graph, token: str) -> Node:
    [node] = graph.of_type(token)
    return node


def statements(graph: Graph, name: str) -> list[dict[str, Any]]:
    return json.loads(graph.named(name)[0].inputs["policy"])["Statement"]


def test_the_warehouse_is_private_and_takes_tls_alone() -> None:
    workgroup = one(durability(), "aws:redshiftserverless/workgroup:Workgroup").inputs
    assert workgroup["publiclyAccessible"] is False
    assert workgroup["enhancedVpcRouting"] is True
    assert {"parameterKey": "require_ssl", "parameterValue": "true"} in workgroup["configParameters"]


def test_nothing_reaches_the_warehouse_from_the_network() -> None:
    group = one(durability(), "aws:ec2/securityGroup:SecurityGroup").inputs
    assert "ingress" not in group
    assert [rule["toPort"] for rule in group["egress"]] == [443]


def test_nobody_knows_the_administrators_password() -> None:
    namespace = one(durability(), "aws:redshiftserverless/namespace:Namespace").inputs
    assert namespace["manageAdminPassword"] is True
    assert "adminUserPassword" not in namespace
    assert namespace["kmsKeyId"] == namespace["adminPasswordSecretKmsKeyId"]


def test_the_bill_of_the_warehouse_is_bounded() -> None:
    graph = durability(analytics={"max_capacity_units": 16})
    assert one(graph, "aws:redshiftserverless/workgroup:Workgroup").inputs["maxCapacity"] == 16
    limit = one(graph, "aws:redshiftserverless/usageLimit:UsageLimit").inputs
    assert (limit["breachAction"], limit["period"]) == ("deactivate", "daily")


def test_the_logs_of_the_warehouse_are_kept_under_our_key() -> None:
    graph = durability()
    groups = {node.inputs["name"] for node in graph.of_type("aws:cloudwatch/logGroup:LogGroup")}
    namespace = one(graph, "aws:redshiftserverless/namespace:Namespace").inputs
    assert groups == {f"/aws/redshift/{namespace['namespaceName']}/{log}" for log in namespace["logExports"]}


def test_sessions_are_not_exported() -> None:
    allowed = [
        s["Resource"]
        for s in statements(durability(), "durability-exports-scheduler-policy")
        if s["Action"] == ["dynamodb:ExportTableToPointInTime"]
    ]
    own = names(LONDON)
    exported = [own.arn("dynamodb", f"table/{table}") for table in (TABLES.carts, TABLES.catalogue)]
    assert allowed == [exported], "a session's identifier is as good as a password"


def test_tables_are_exported_under_the_data_key() -> None:
    asked = table_export(names(LONDON), TABLES.carts, "exports", "arn:aws:kms:eu-west-2:1:key/1")
    assert (asked["S3SseAlgorithm"], asked["S3SseKmsKeyId"]) == ("KMS", "arn:aws:kms:eu-west-2:1:key/1")
    assert asked["TableArn"] == names(LONDON).arn("dynamodb", f"table/{TABLES.carts}")


def test_the_relational_database_is_exported_every_night_and_tried_again() -> None:
    schedule = durability().named("durability-exports-relational")[0].inputs["target"]
    assert schedule["arn"] == "arn:aws:scheduler:::aws-sdk:rds:startExportTask"
    assert schedule["retryPolicy"]["maximumRetryAttempts"] > 0


def test_the_role_of_the_schedule_passes_one_role_to_one_service() -> None:
    passing = [
        s for s in statements(durability(), "durability-exports-scheduler-policy") if "iam:PassRole" in s["Action"]
    ]
    [statement] = passing
    assert statement["Resource"] == [names(LONDON).role_arn("export-writer")]
    assert statement["Condition"]["StringEquals"]["iam:PassedToService"] == "export.rds.amazonaws.com"


def test_only_users_of_our_warehouse_read_by_its_role() -> None:
    role = durability().named("durability-warehouse-reader")[0]
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    ours = names(LONDON).arn("redshift", "dbuser:*/*")
    assert statement["Condition"] == {"StringLike": {"sts:ExternalId": ours}}, "Redshift names the user, not a source"


def test_queries_read_the_exports_and_nothing_else() -> None:
    buckets = {
        arn
        for statement in statements(durability(), "durability-warehouse-reader-policy")
        for arn in statement["Resource"]
        if arn.startswith("arn:aws:s3")
    }
    exports = names(LONDON).bucket_arn("exports")
    assert buckets == {exports, f"{exports}/*"}


def test_the_logs_of_the_edge_come_to_the_warehouse() -> None:
    [config] = durability().named("durability-edge-logs-access")
    [rule] = config.inputs["rules"]
    assert config.region == EDGE, "CloudFront's logs arise in us-east-1"
    assert rule["filter"] == {"prefix": f"AWSLogs/{names().account}/CloudFront/"}
    assert rule["id"] == LONDON


def test_logs_are_copied_without_a_promise_of_time() -> None:
    [config] = durability().named("durability-edge-logs-access")
    destination = config.inputs["rules"][0]["destination"]
    assert "replicationTime" not in destination
    assert destination["metrics"] == {"status": "Enabled"}, "S3 refuses a threshold where no time is promised"


def test_tables_are_written_with_all_the_rights_that_an_export_asks_for() -> None:
    files = f"{names(LONDON).bucket_arn('exports')}/tables/*"
    [writing] = [s for s in statements(durability(), "durability-exports-scheduler-policy") if s["Resource"] == [files]]
    assert set(writing["Action"]) == {"s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"}


def test_without_analytics_nothing_is_exported() -> None:
    graph = durability(analytics={"enabled": False})
    assert graph.of_type("aws:scheduler/schedule:Schedule") == []
    assert graph.of_type("aws:redshiftserverless/namespace:Namespace") == []
    assert graph.of_type("aws:glue/catalogDatabase:CatalogDatabase") == []
    assert graph.of_type("aws:backup/plan:Plan"), "backups do not depend on analytics"


def test_no_document_of_a_role_has_an_unknown_part() -> None:
    documents = [node.inputs["policy"] for node in durability().of_type("aws:iam/rolePolicy:RolePolicy")]
    assert documents
    assert all(json.loads(document)["Statement"] for document in documents), "an unknown part makes the whole unknown"


def test_names_fit() -> None:
    assert [problem for node in durability() for problem in too_long(node)] == []


def test_what_is_selected_stands_in_the_home_region() -> None:
    analytics = [
        n for n in durability() if n.custom and n.name.startswith(("durability-exports", "durability-warehouse"))
    ]
    assert analytics
    assert {n.region for n in analytics} == {LONDON}


def test_an_export_that_rds_gives_up_is_told() -> None:
    graph = durability()
    [rule] = graph.named("durability-exports-given-up")
    [target] = graph.named("durability-exports-given-up-alert")
    assert json.loads(rule.inputs["eventPattern"])["detail"] == {
        "SourceIdentifier": ["store-database"],
        "EventID": ["RDS-EVENT-0234", "RDS-EVENT-0235"],
    }
    assert ":sns:" in target.inputs["arn"], "the schedule only knows that the export began"
