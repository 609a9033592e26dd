"""Stub neighbours for the account layer, and its graph."""

from typing import Any

from components.account.account import Account, AccountArgs
from components.interfaces import BucketRef, Origin, Tables
from components.places import Places
from preview.graph import Graph
from preview.recorder import Recorder, run
from settings import Settings
from tests.engine import ground, known, names
from tests.settings.samples import settings

TABLES = Tables(
    catalogue="storefront-test-catalogue", carts="storefront-test-carts", sessions="storefront-test-sessions"
)


def account_of(chosen: Settings, places: Places) -> Account:
    """The account layer of a stack over stub neighbours."""
    running = [region.name for region in chosen.running]
    return Account(
        "account",
        AccountArgs(
            security=chosen.security,
            operations=chosen.operations,
            home=chosen.home.name,
            ground={region: ground(region) for region in places},
            origins={region: _origin(region) for region in running},
            database_clusters={region: f"storefront-test-{region}" for region in running},
            health_checks={region: f"check-{region}" for region in running},
            tables=TABLES,
            distribution_id="E1EXAMPLE",
            protect=chosen.data.protect,
        ),
        places,
    )


def graph_of(**changed: Any) -> Graph:
    """The account layer's graph of the sample configuration after some of its sections were replaced."""
    chosen = settings(**changed)
    recorder = Recorder()
    exports = run(recorder, "storefront", "test", {}, lambda: account_of(chosen, Places(chosen)) and None)
    return recorder.graph("storefront", "test", exports)


def _origin(region: str) -> Origin:
    own = names(region)
    bucket = BucketRef(
        name=known(own.bucket("models")), arn=own.bucket_arn("models"), domain=known("models.example.com")
    )
    return Origin(
        region=region,
        serves=True,
        load_balancer_dns=known(f"{region}.example.com"),
        load_balancer_arn=known(own.arn("elasticloadbalancing", f"loadbalancer/app/{region}/0123456789abcdef")),
        api_endpoint_host=known(f"api-{region}.example.com"),
        api_domain_target=known(f"target-{region}.example.com"),
        models=bucket,
        site=bucket,
    )
