"""What other stacks may rely on: the platform's outputs, by name, with their meaning.

    platform = pulumi.StackReference("organisation/storefront/prod")
    platform.require_output("regions")["eu-west-2"]["vpc_id"]

A field is added freely; renaming or removing one breaks other stacks and goes through the changelog.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypedDict

import pulumi
from pulumi import Input, Output


class RegionOutputs(TypedDict):
    """One running region."""

    vpc_id: Input[str]
    private_subnet_ids: Input[Sequence[str]]
    load_balancer_host: Input[str]
    """Behind `origin.<domain>`; refuses whatever did not come through the edge."""

    api_host: Input[str]
    """The API's own endpoint, behind `api.<domain>`."""

    database_writer_host: Input[str]
    """Proxy endpoint: TLS and IAM authentication only."""

    database_reader_host: Input[str]
    event_bus: str
    """Name of the bus that carries the shop's events."""

    notifications_topic_arn: Input[str]
    """Topic that tells of finished and rejected models and of placed orders, for other stacks to subscribe to."""

    models_bucket: Input[str]
    uploads_bucket: str
    dashboard: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """Every output of the stack."""

    site_url: str
    """Where visitors go, e.g. `https://shop.example.com`; empty where there is no distribution."""

    name_servers: Output[Sequence[str]]
    """To enter where the parent domain is managed; empty where the zone was adopted."""

    ds_record: Output[str]
    """To enter there as well, so that DNSSEC's chain is whole; empty where the zone is not signed."""

    distribution_id: Output[str]
    """To invalidate what the edge keeps; empty where there is no distribution."""

    tables: Mapping[str, str]
    """Names of the global tables by their role, the same in every region."""

    regions: Mapping[str, RegionOutputs]
    """Every region that runs, by its name."""

    sign_in_issuer: Input[str]
    """Issuer of the stack's own accounts; empty where every region accepts another issuer's tokens."""

    schema_function: str
    """Function in the home region that brings the relational schema up to date."""

    function_deployments: Mapping[str, str]
    """By region, the CodeDeploy application that shifts traffic to new versions; empty where that happens at once."""

    newest_function_versions: Mapping[str, Output[dict[str, str]]]
    """By region, the version of each function that a deployment moves its alias to."""

    overview_dashboard: str

    service_levels: Mapping[str, Any]
    """What the owners were promised (`promises`) and at which load (`load`), with the configuration's keys."""

    def export(self) -> None:
        """Hand every field to the engine under its own name."""
        for field in fields(self):
            pulumi.export(field.name, getattr(self, field.name))
