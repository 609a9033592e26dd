"""What holds data, by type, and how recovery points of it are named."""

from collections.abc import Iterator

from policy.documents import matches
from policy.subject import Subject
from policy.values import each, get
from policy.views.stated import stated

TABLE = "aws:dynamodb/table:Table"
TABLE_REPLICA = "aws:dynamodb/tableReplica:TableReplica"
CLUSTER = "aws:rds/cluster:Cluster"
GLOBAL_CLUSTER = "aws:rds/globalCluster:GlobalCluster"
NAMESPACE = "aws:redshiftserverless/namespace:Namespace"
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type
QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
BUS = "aws:cloudwatch/eventBus:EventBus"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
USER_POOL = "aws:cognito/userPool:UserPool"
ZONE = "aws:route53/zone:Zone"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
VAULT = "aws:backup/vault:Vault"
VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"


def replicas(table: Subject) -> Iterator[tuple[Subject, str, str | None]]:
    """A table's replicas, inline or as resources of their own: where it is declared, its path there, its region."""
    for position, _ in each(table.props, "replicas") if stated(table, "replicas") is not None else ():
        yield table, f"replicas[{position}].", get(table.props, f"replicas[{position}].regionName")
    for replica in table.users("globalTableArn", TABLE_REPLICA) if table.around else ():
        yield replica, "", replica.region


def regions(table: Subject) -> set[str]:
    """Every region that holds a table."""
    return {place for place in [table.region, *(region for _, _, region in replicas(table))] if place}


def selections(subject: Subject, service: str, region: str, resource: str) -> list[Subject]:
    """The backup selections of a region that name a resource: by its ARN, or by depending on it."""
    return [
        one
        for one in subject.stack.of_type(SELECTION)
        if one.region == region
        and not _takes_out(one)
        and (subject in one.links("resources") or any(_is(arn, service, region, resource) for arn in _named(one)))
    ]


def _takes_out(selection: Subject) -> bool:
    """Whether it leaves some of what it names out again: by tags, which anybody may change, or by another list."""
    narrowing = ("conditions", "notResources", "selectionTags")
    return any(any(True for _ in each({prop: stated(selection, prop)}, prop)) for prop in narrowing)


def _named(selection: Subject) -> list[str]:
    return [str(arn) for _, arn in each(selection.props, "resources")]


def _is(arn: str, service: str, region: str, resource: str) -> bool:
    """Whether an ARN, with IAM's wildcards, names a resource; buckets have no region in theirs."""
    if arn == "*":
        return True
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return False
    return matches(parts[2], service) and (not parts[3] or matches(parts[3], region)) and matches(parts[5], resource)
