"""One AWS provider per region: a place."""

from collections.abc import Iterator

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from settings import Settings


class Places:
    """The providers of a stack, one for each of its regions and one for the edge's.

    Credentials are ambient and never reach the state. Only the stack's account may be touched. Layers hand a place
    to what they create; leaves inherit it from their parent.
    """

    def __init__(self, chosen: Settings) -> None:
        self._account = chosen.account
        self._providers = {
            region: aws.Provider(
                region,
                region=region,
                allowed_account_ids=[chosen.account.id],
                s3_use_path_style=chosen.account.emulator or None,
                default_tags={"tags": self.tags(region)},
            )
            for region in chosen.region_names
        }

    def inside(self, region: str, parent: pulumi.Resource | None = None) -> ResourceOptions:
        """Options that put a component, and with it all its children, into a region."""
        return ResourceOptions(parent=parent, providers={"aws": self._providers[region]})

    def tags(self, region: str) -> dict[str, str]:
        """The tags that everything in a region carries; a fleet hands them on to its servers."""
        return {
            "project": pulumi.get_project(),
            "environment": pulumi.get_stack(),
            "owner": self._account.owner,
            "cost-centre": self._account.cost_centre,
            "data-classification": self._account.data_classification,
            "region": region,
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._providers)
