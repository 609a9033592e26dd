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
        account = chosen.account
        self._providers = {
            region: aws.Provider(
                region,
                region=region,
                allowed_account_ids=[account.id],
                s3_use_path_style=account.emulator or None,
                default_tags={
                    "tags": {
                        "project": pulumi.get_project(),
                        "environment": pulumi.get_stack(),
                        "owner": account.owner,
                        "cost-centre": account.cost_centre,
                        "data-classification": account.data_classification,
                        "region": region,
                    }
                },
            )
            for region in chosen.region_names
        }

    def inside(self, region: str, parent: pulumi.Resource | None = None) -> ResourceOptions:
        """Options that put a component, and with it all its children, into a region."""
        return ResourceOptions(parent=parent, providers={"aws": self._providers[region]})

    def __iter__(self) -> Iterator[str]:
        return iter(self._providers)
