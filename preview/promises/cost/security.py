"""Web ACLs, keys and secrets, the audit trail, threat detection, findings, configuration history, and scanning."""

from collections.abc import Iterator
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.capacity.instances import processors
from preview.promises.cost.compute import GROUP, fleets
from preview.promises.cost.databases import CLUSTER, SERVERLESS, instances, units
from preview.promises.cost.demand import Demand, once
from preview.promises.cost.edge import all_requests, origin_fetches
from preview.promises.cost.functions import FUNCTION, calls
from preview.promises.cost.line import EDGE, Line, line
from preview.promises.cost.observability import flow_gigabytes
from preview.promises.cost.storage import ENCRYPTION, role, trail_events
from preview.promises.figure import Figure, Kind, Quantity, figure

ACL = "aws:wafv2/webAcl:WebAcl"
KEY = "aws:kms/key:Key"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a resource type
TRAIL = "aws:cloudtrail/trail:Trail"
DETECTOR = "aws:guardduty/detector:Detector"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
STANDARD = "aws:securityhub/standardsSubscription:StandardsSubscription"
RECORDER = "aws:cfg/recorder:Recorder"
RULE = "aws:cfg/rule:Rule"
SCANNER = "aws:inspector2/enabler:Enabler"


def lines(demand: Demand) -> Iterator[Line]:
    """What security costs."""
    yield from _firewalls(demand)
    yield from _keys(demand)
    yield from _secrets(demand)
    yield from _trail(demand)
    for detector in demand.deployed.of_type(DETECTOR):
        yield from _detection(demand, detector)
    yield from _configuration(demand)
    yield from _scanning(demand)


# --- web ACLs ---------------------------------------------------------------------------------------------------------


def _firewalls(demand: Demand) -> Iterator[Line]:
    for acl in demand.deployed.of_type(ACL):
        worldwide = acl.inputs.get("scope") == "CLOUDFRONT"
        region = EDGE if worldwide else str(acl.region)
        count = demand.deployed.count([acl], "web ACLs")
        yield line("WAF", region, "web ACLs", ACL, quantity=count, priced=("WAF", "web ACL"), at="global")
        rules = len(cast(list[Any], acl.inputs.get("rules") or []))
        held = figure("rules", "rules", Kind.BOUND, f"acls * {rules}", acls=count)
        priced = ("WAF", "rule or managed rule group")
        yield line("WAF", region, "rules", ACL, quantity=held, priced=priced, at="global")
        asked = all_requests(demand) if worldwide else demand.here(demand.web_requests, region)
        inspected = figure("inspected", "requests", Kind.ESTIMATE, "requests * acls", requests=asked, acls=count)
        yield line("WAF", region, "requests", ACL, quantity=inspected, priced=("WAF", "requests"), at="global")


# --- keys, secrets ----------------------------------------------------------------------------------------------------


def _keys(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    for token in (KEY, REPLICA_KEY):
        for region in sorted({str(each.region) for each in deployed.of_type(token)}):
            count = deployed.count(deployed.of_type(token, region=region), "keys")
            item = "keys" if token == KEY else "replicas of keys"
            yield line("KMS", region, item, token, quantity=count, priced=("KMS", "customer key"))
    for region in demand.regions:
        if deployed.of_type(KEY, region=region) or deployed.of_type(REPLICA_KEY, region=region):
            used = figure(
                "uses of keys",
                "requests",
                Kind.ESTIMATE,
                "fetches * share / 100 * reaching / 100",
                fetches=origin_fetches(demand),
                share=demand.share(region),
                reaching=_reaching_keys(demand, region),
            )
            yield line("KMS", region, "uses", KEY, ENCRYPTION, quantity=used, priced=("KMS", "symmetric requests"))


def _reaching_keys(demand: Demand, region: str) -> Figure:
    """Share of the requests to the models' bucket that reach KMS: all of them without a key of the bucket's own."""
    deployed = demand.deployed
    for encryption in deployed.of_type(ENCRYPTION, region=region):
        buckets = deployed.references(encryption, "bucket")
        path = "rules.0.bucketKeyEnabled"
        if any(role(bucket) == "models" for bucket in buckets) and deployed.value(encryption, path) is not None:
            return figure(
                "requests that reach KMS",
                "%",
                Kind.ESTIMATE,
                "percent if bucket_key else 100",
                percent=fact("bill.kms_percent"),
                bucket_key=deployed.number(encryption, path, "0 or 1"),
            )
    return figure("requests that reach KMS", "%", Kind.ESTIMATE, "percent", percent=fact("bill.kms_percent"))


def _secrets(demand: Demand) -> Iterator[Line]:
    for secret in demand.deployed.of_type(SECRET):
        copies = 1 + len(cast(list[Any], secret.inputs.get("replicas") or []))
        count = demand.deployed.count([secret], "secrets")
        held = figure("secrets and replicas", "secrets", Kind.BOUND, f"secrets * {copies}", secrets=count)
        region = str(secret.region)
        yield line("Secrets Manager", region, "secrets", SECRET, quantity=held, priced=("Secrets Manager", "secret"))


# --- audit, detection -------------------------------------------------------------------------------------------------


def _trail(demand: Demand) -> Iterator[Line]:
    for trail in demand.deployed.of_type(TRAIL):
        region = str(trail.region)
        whole = trail_events(demand)
        management = _management(demand)
        data = figure("data events", "events", Kind.ESTIMATE, "all - management", all=whole, management=management)
        yield line("CloudTrail", region, "data events", TRAIL, quantity=data, priced=("CloudTrail", "data events"))
        insights = len(cast(list[Any], trail.inputs.get("insightSelectors") or []))
        if insights:
            analysed = figure(
                "analysed events", "events", Kind.ESTIMATE, f"management * {insights}", management=management
            )
            priced = ("CloudTrail", "insight events")
            yield line("CloudTrail", region, "insights", TRAIL, quantity=analysed, priced=priced)


@once
def _management(demand: Demand) -> Figure:
    standing = demand.deployed.of_type("aws:lb/loadBalancer:LoadBalancer")
    return figure(
        "management events", "events", Kind.ESTIMATE, "regions * each",
        regions=demand.deployed.count(standing, "regions"), each=fact("bill.management_events"),
    )  # fmt: skip


def _detection(demand: Demand, detector: Node) -> Iterator[Line]:
    region = str(detector.region)
    on = demand.deployed.count([detector], "detectors")
    logs = figure(
        "flow and DNS logs", "GB", Kind.ESTIMATE, "detectors * (flows + names)", detectors=on,
        flows=flow_gigabytes(demand, region), names=fact("bill.dns_gigabytes"),
    )  # fmt: skip
    events = figure(
        "management events", "events", Kind.ESTIMATE, "detectors * each", detectors=on,
        each=fact("bill.management_events"),
    )  # fmt: skip
    foundation = {
        "events": (events, "CloudTrail management events"),
        "network": (logs, "VPC flow/DNS log first 500 GB"),
    }
    for item, (quantity, name) in foundation.items():
        yield line("GuardDuty", region, item, DETECTOR, quantity=quantity, priced=("GuardDuty", name))
    features = {
        str(each.inputs.get("name")): each
        for each in demand.deployed.of_type(FEATURE, region=region)
        if each.inputs.get("status") == "ENABLED"
    }
    for name, (quantity, item) in _protected(demand, region).items():
        if name in features:
            switched = figure(
                item, quantity.unit, Kind.ESTIMATE, "features * quantity",
                features=demand.deployed.count([features[name]], "features"), quantity=quantity,
            )  # fmt: skip
            yield line("GuardDuty", region, item, FEATURE, quantity=switched, priced=("GuardDuty", item))


def _protected(demand: Demand, region: str) -> dict[str, tuple[Figure, str]]:
    """By optional feature of threat detection, what it is billed for; a malware scan starts at a finding alone."""
    found = {
        "S3_DATA_EVENTS": (_file_events(demand, region), "S3 data events first 500M"),
        "LAMBDA_NETWORK_LOGS": (_function_logs(demand, region), "Lambda network logs first 500 GB"),
        "RUNTIME_MONITORING": (_fleet_processors(demand, region), "EC2 runtime monitoring first 500"),
    }
    database = _database_processors(demand, region)
    if database is not None:
        found["RDS_LOGIN_EVENTS"] = database
    return found


def _file_events(demand: Demand, region: str) -> Figure:
    return figure(
        "file events", "events", Kind.ESTIMATE, "fetches * share / 100 + uploads * files",
        fetches=origin_fetches(demand), share=demand.share(region), uploads=demand.uploads,
        files=fact("bill.files_per_model"),
    )  # fmt: skip


def _function_logs(demand: Demand, region: str) -> Figure:
    return figure(
        "network logs of functions", "GB", Kind.ESTIMATE, "calls * bytes / 1e9", calls=calls(demand, region),
        bytes=fact("bill.flow_line"),
    )  # fmt: skip


def _fleet_processors(demand: Demand, region: str) -> Figure:
    uses: dict[str, Quantity] = {}
    terms: list[str] = []
    for number, fleet in enumerate(each for each in fleets(demand) if each.region == region):
        uses |= {f"servers_{number}": fleet.servers, f"processors_{number}": processors(fleet.instance_type)}
        terms.append(f"servers_{number} * processors_{number}")
    return figure("processors of servers", "vCPU-month", Kind.ESTIMATE, " + ".join(terms) or "0", **uses)


def _database_processors(demand: Demand, region: str) -> tuple[Figure, str] | None:
    for cluster in demand.deployed.of_type(CLUSTER, region=region):
        members = instances(demand, cluster)
        if not members:
            continue
        name = str(members[0].inputs.get("instanceClass"))
        serverless = name == SERVERLESS
        each: Quantity = units(demand, cluster) if serverless else processors(name.removeprefix("db."))
        held = figure(
            "processors of databases", "vCPU-month", Kind.ESTIMATE, "instances * each",
            instances=demand.deployed.count(members, "instances"), each=each,
        )  # fmt: skip
        return held, "RDS protection, serverless" if serverless else "RDS protection"
    return None


# --- posture ----------------------------------------------------------------------------------------------------------


def _configuration(demand: Demand) -> Iterator[Line]:
    each_of = (
        (STANDARD, "Security Hub", "checks", "bill.security_checks", ("Security Hub", "CSPM check first 100k")),
        (RECORDER, "Config", "items", "bill.configuration_items", ("Config", "configuration item")),
        (RULE, "Config", "evaluations", "bill.rule_evaluations", ("Config", "rule evaluation first 100k")),
    )
    deployed = demand.deployed
    for token, service, item, each, priced in each_of:
        for region in sorted({str(node.region) for node in deployed.of_type(token)}):
            done = figure(
                item, item, Kind.ESTIMATE, "count * each",
                count=deployed.count(deployed.of_type(token, region=region), item), each=fact(each),
            )  # fmt: skip
            yield line(service, region, item, token, quantity=done, priced=priced)


def _scanning(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    for scanner in deployed.of_type(SCANNER):
        region, kinds = str(scanner.region), set(cast(list[str], scanner.inputs.get("resourceTypes") or []))
        on = deployed.count([scanner], "scanners")
        if "EC2" in kinds:
            servers = [fleet.servers for fleet in fleets(demand) if fleet.region == region]
            uses: dict[str, Quantity] = {f"servers_{number}": each for number, each in enumerate(servers)}
            hours = figure(
                "scanned servers", "h", Kind.ESTIMATE, f"on * hours * ({' + '.join(uses) or '0'})", on=on,
                hours=demand.hours, **uses,
            )  # fmt: skip
            yield line(
                "Inspector", region, "servers", SCANNER, GROUP, quantity=hours, priced=("Inspector", "EC2 scanning")
            )
        functions = deployed.count(deployed.of_type(FUNCTION, region=region), "functions")
        scanned = figure(
            "scanned functions", "h", Kind.BOUND, "on * functions * hours", on=on, functions=functions,
            hours=demand.hours,
        )  # fmt: skip
        for kind, item in (("LAMBDA", "Lambda standard scanning"), ("LAMBDA_CODE", "Lambda code scanning")):
            if kind in kinds:
                yield line("Inspector", region, item, SCANNER, quantity=scanned, priced=("Inspector", item))
