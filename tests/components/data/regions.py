"""Regions with buckets, for components that span them."""

from collections.abc import Callable, Sequence
from typing import Any

from components.interfaces import BucketRef, Ground, Origin, Tables
from components.places import Places
from preview.graph import Graph
from preview.recorder import Recorder, run
from settings import Settings
from tests.engine import ACCOUNT, ground, known, names

TABLES = Tables(catalogue="store-catalogue", carts="store-carts", sessions="store-sessions")


def settings(regions: Sequence[str], **data: Any) -> Settings:
    """Settings of a stack with these regions; the first is home and primary."""
    entries = [
        {"name": region, "cidr": f"10.{number}.0.0/16", "primary": number == 0} for number, region in enumerate(regions)
    ]
    content = {"domain": "shop.example.com", "account": {"id": ACCOUNT}, "regions": entries, "data": data}
    return Settings.model_validate(content, strict=False)


def grounds(chosen: Settings) -> dict[str, Ground]:
    return {place: ground(place) for place in chosen.region_names}


def origin(region: str) -> Origin:
    def bucket(role: str) -> BucketRef:
        own = names(region)
        return BucketRef(name=known(own.bucket(role)), arn=own.bucket_arn(role), domain=known(f"{role}.example.com"))

    unused = known("unused.example.com")
    return Origin(
        region=region,
        serves=True,
        load_balancer_dns=unused,
        load_balancer_arn=unused,
        api_endpoint_host=unused,
        api_domain_target=unused,
        models=bucket("models"),
        site=bucket("site"),
    )


def build_across(chosen: Settings, program: Callable[[Places], Any]) -> Graph:
    """The graph of a program that gets every place of a stack."""
    recorder = Recorder()
    exports = run(recorder, "storefront", "test", {}, lambda: program(Places(chosen)))
    return recorder.graph("storefront", "test", exports)
