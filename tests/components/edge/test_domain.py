"""The site's domain: zone, signatures, query log and certificates."""

import json

from settings.edge import DnsSettings
from tests.components.edge.parts import DOMAIN, RECORD, ZONE, domain, named

ADOPTED = DnsSettings(zone="adopt", zone_id=ZONE)
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"


def test_an_adopted_zone_is_used_and_not_created() -> None:
    graph = domain("eu-west-2", dns=ADOPTED)
    assert graph.of_type("aws:route53/zone:Zone") == [], "somebody else owns an adopted zone"
    zones = {record.inputs["zoneId"] for record in graph.of_type(RECORD)}
    assert zones == {ZONE}, "the records stand in the adopted zone"


def test_a_created_zone_is_protected_where_the_stack_wants_it() -> None:
    assert named(domain("eu-west-2", protect=True), "domain-names-zone").protect, "a new zone has other name servers"
    assert not named(domain("eu-west-2"), "domain-names-zone").protect


def test_only_the_named_authorities_may_certify() -> None:
    record = named(
        domain("eu-west-2", dns=DnsSettings(certificate_authorities=("amazon.com",))), "domain-names-authorities"
    )
    assert (record.inputs["name"], record.inputs["type"]) == (DOMAIN, "CAA")
    assert record.inputs["records"] == ['0 issue "amazon.com"']


def test_the_zone_is_signed_with_a_key_that_dnssec_takes() -> None:
    graph = domain("eu-west-2")
    key = named(graph, "domain-dnssec-key")
    assert key.region == "us-east-1", "Route 53 signs with keys of us-east-1 only"
    assert (key.inputs["customerMasterKeySpec"], key.inputs["keyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    signatures = named(graph, "domain-dnssec-signatures")
    assert named(graph, "domain-dnssec-signing-key").urn in signatures.dependencies, (
        "a zone is signed once it has a key"
    )


def test_the_signing_key_serves_route_53_for_this_account_only() -> None:
    statements = json.loads(named(domain("eu-west-2"), "domain-dnssec-key").inputs["policy"])["Statement"]
    owner, *signing = statements
    assert owner["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}, (
        "without the owner a key locks everybody out"
    )
    assert all(s["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"} for s in signing)


def test_trouble_with_signatures_is_told() -> None:
    alarms = {a.inputs["metricName"] for a in domain("eu-west-2").of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {"DNSSECInternalFailure", "DNSSECKeySigningKeysNeedingAction"} <= alarms


def test_an_unsigned_zone_has_no_key() -> None:
    graph = domain("eu-west-2", dns=DnsSettings(dnssec=False))
    assert graph.of_type("aws:route53/keySigningKey:KeySigningKey") == []
    assert graph.of_type("aws:kms/key:Key") == [], "a key without a use costs and confuses"


def test_queries_are_logged_encrypted_where_route_53_can_write() -> None:
    graph = domain("eu-west-2")
    group, query_log = named(graph, "domain-query-log-group"), named(graph, "domain-query-log-queries")
    assert (group.region, group.inputs["name"]) == ("us-east-1", f"/aws/route53/{DOMAIN}")
    assert group.inputs["kmsKeyId"], "queries tell who visits"
    assert named(graph, "domain-query-log-permission").urn in query_log.dependencies, "Route 53 tries to write at once"


def test_every_region_has_a_certificate_of_its_own() -> None:
    graph = domain("eu-west-2", "us-east-1")
    regional = [c for c in graph.of_type(CERTIFICATE) if c.inputs["domainName"] == f"origin.{DOMAIN}"]
    assert {c.region for c in regional} == {"eu-west-2", "us-east-1"}, (
        "a load balancer takes certificates of its region"
    )
    assert all(c.inputs["subjectAlternativeNames"] == [f"api.{DOMAIN}"] for c in regional)


def test_the_edge_has_its_certificate_beside_that_of_us_east_1() -> None:
    here = [c for c in domain("us-east-1").of_type(CERTIFICATE) if c.region == "us-east-1"]
    assert {c.inputs["domainName"] for c in here} == {DOMAIN, f"origin.{DOMAIN}"}
    visitors = next(c for c in here if c.inputs["domainName"] == DOMAIN)
    assert visitors.inputs["keyAlgorithm"] == "EC_prime256v1", "visitors shake hands faster with an elliptic curve"


def test_one_record_proves_a_name_in_all_regions() -> None:
    graph = domain("eu-west-2", "ap-northeast-1", "ap-southeast-2")
    proofs = [record for record in graph.of_type(RECORD) if record.name.endswith("-proof")]
    assert len(proofs) == 4, "apex, www, origin and api: ACM asks for the same record in every region"
    assert all(record.inputs["allowOverwrite"] for record in proofs), "an earlier certificate may have left it"


def test_a_certificate_is_handed_out_once_it_is_valid() -> None:
    graph = domain("eu-west-2")
    (validation,) = [v for v in graph.of_type(VALIDATION) if v.region == "eu-west-2"]
    proofs = {named(graph, "domain-edge-origin-proof").urn, named(graph, "domain-edge-api-proof").urn}
    assert proofs <= set(validation.dependencies), "it waits for the records that prove its names, and for no others"
    assert named(graph, "domain-edge-www-proof").urn not in validation.dependencies


def test_an_expiring_certificate_is_told_where_it_lives() -> None:
    graph = domain("eu-west-2")
    expiry = [
        a for a in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm") if a.inputs["metricName"] == "DaysToExpiry"
    ]
    assert {a.region for a in expiry} == {"us-east-1", "eu-west-2"}, "ACM publishes in the certificate's region"


def test_a_new_region_changes_no_name() -> None:
    before = {node.urn for node in domain("eu-west-2", "us-west-2")}
    after = {node.urn for node in domain("ap-northeast-1", "eu-west-2", "us-west-2")}
    assert before <= after, "a region more only adds"
