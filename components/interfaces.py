"""What passes between the layers. A layer knows these shapes and no other layer."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Output

from components.naming import Names


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What a place offers to everything that stands in it."""

    names: Names
    """Physical names and ARNs of this stack in this region."""

    data_key_arn: Output[str]
    """Multi-region customer key of everything that holds data; its alias is `names.key_alias("data")`."""

    log_key_arn: Output[str]
    """Customer key of logs and notifications; its alias is `names.key_alias("logs")`."""

    log_bucket: Output[str]
    """Name of the locked bucket for access logs; the policy that lets services write to it is in place."""

    alert_topic_arn: Output[str]
    """Encrypted topic of alarms and findings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificates:
    """Validated certificates of one place."""

    arn: Output[str]
    """ARN of a certificate for `origin.<domain>` and `api.<domain>`, validated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """Names of the global tables, the same in every region; their ARNs follow from the region's `Names`."""

    catalogue: str
    carts: str
    sessions: str

    def by_role(self) -> dict[str, str]:
        """The names by what they hold."""
        return {"catalogue": self.catalogue, "carts": self.carts, "sessions": self.sessions}

    def arns(self, names: Names, *tables: str) -> list[str]:
        """ARNs in a region of the given tables and of their indexes."""
        chosen = tables or (self.catalogue, self.carts, self.sessions)
        return [
            arn
            for table in chosen
            for arn in (names.arn("dynamodb", f"table/{table}"), names.arn("dynamodb", f"table/{table}/index/*"))
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class GlobalDatabase:
    """The relational database that spans regions."""

    id: Output[str] | None
    """Of the global database; None where each region's cluster is a database of its own."""

    engine: str
    engine_version: str
    database_name: str
    master_username: str
    master_password: Output[str]
    """Secret; only the cluster that is created as the writer takes it."""

    master_secret_name: str
    """Name of the secret in the home region, replicated to every region; rotation changes it."""

    master_secret_arn: Output[str]
    """ARN of that secret in the home region; a replica's differs by its region alone."""

    def secret_arn_in(self, region: str) -> Output[str]:
        """ARN of the secret, or of its replica, in a region."""
        return self.master_secret_arn.apply(lambda arn: ":".join([*arn.split(":")[:3], region, *arn.split(":")[4:]]))


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseEndpoints:
    """How a region reaches the relational database."""

    writer_host: Output[str]
    """Proxy endpoint for writes: TLS and IAM authentication only. In a secondary region it refuses."""

    forwarding_host: Output[str]
    """Where a secondary region forwards writes from; by IAM too, and with the certificates of RDS."""

    reader_host: Output[str]
    """Proxy endpoint for reads."""

    proxy_resource_id: Output[str]
    """Identifier in `rds-db:connect` ARNs, `prx-…`."""

    cluster_group_id: Output[str]
    """Security group of the cluster, behind `forwarding_host`."""

    cluster_arn: Output[str]
    cluster_identifier: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketRef:
    """A bucket that another layer refers to."""

    name: Output[str]
    """Resolves to the bucket's name once the bucket exists with versioning and encryption."""

    arn: str
    domain: Output[str]
    """Regional domain name, as an origin needs it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """What a region offers to the edge."""

    region: str
    serves: bool
    """Whether DNS may answer with it: false while draining."""

    load_balancer_dns: Output[str]
    load_balancer_arn: Output[str]
    api_endpoint_host: Output[str]
    """Host of the API's own endpoint, for the health check."""

    api_domain_target: Output[str]
    """Regional target behind `api.<domain>`, for the latency record."""

    models: BucketRef
    site: BucketRef


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginVerification:
    """Proof that a request came through the edge: the accepted values of one header, all secret."""

    header: str
    current: Output[str]
    """The value that CloudFront sends."""

    accepted: tuple[Output[str], ...]
    """What origins accept: the current value and the one before it."""

    accepted_digests: Output[str]
    """SHA-256 of each accepted value in hex, comma separated: enough to check, useless to an attacker."""


Origins = Mapping[str, Origin]
