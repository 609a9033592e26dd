"""A global database as the rules accept it: two regions, a cluster of two instances in each."""

from policy.examples import Declared
from policy.views.clusters import CLUSTER, GLOBAL, INSTANCE

ENGINE = {"engine": "aurora-postgresql", "engineVersion": "16.8"}
DATABASE = Declared(type=GLOBAL, name="database", props=ENGINE)


def member(name: str, region: str, **more: object) -> Declared:
    """A cluster of the global database."""
    links = {"globalClusterIdentifier": ["database"]}
    return Declared(type=CLUSTER, name=name, region=region, props={**ENGINE, **more}, links=links)


def instance(name: str, cluster: str, zone: str, tier: int = 0) -> Declared:
    """An instance of a cluster."""
    props = {"availabilityZone": zone, "promotionTier": tier}
    return Declared(type=INSTANCE, name=name, props=props, links={"clusterIdentifier": [cluster]})
