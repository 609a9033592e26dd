"""The whole configuration of a stack."""

from typing import Any, Self

import pulumi
from pydantic import Field

from settings.account import AccountSettings, OperationsSettings, SecuritySettings
from settings.data import DataSettings
from settings.edge import EdgeSettings
from settings.loading import load, stack_values
from settings.promises import Load, Promises
from settings.region import RegionDefaults, RegionSettings
from settings.section import DomainName, Section

EDGE_REGION = "us-east-1"
"""Where CloudFront's certificates, web ACLs and DNS's alarms must live."""


class Settings(Section):
    """Everything that a stack can say about itself, under the namespace `storefront:`."""

    domain: DomainName = Field(max_length=57)
    """The site's domain, e.g. shop.example.com; `origin.` before it must fit the 64 characters of a certificate."""

    account: AccountSettings
    """The AWS account, and the tags that every resource carries."""

    regions: tuple[RegionSettings, ...] = Field(min_length=1)
    """The regions, each with at least a name and an address block; exactly one is primary."""

    region_defaults: RegionDefaults = RegionDefaults()
    """What every region starts from; an entry of `regions` overrides single keys."""

    data: DataSettings = DataSettings()
    """What holds state."""

    edge: EdgeSettings = EdgeSettings()
    """What stitches the regions together."""

    security: SecuritySettings = SecuritySettings()
    """What exists once in the account: create it, adopt what is there, or leave it off."""

    operations: OperationsSettings = OperationsSettings()
    """Alarms, canaries, logs and money."""

    promises: Promises = Promises()
    """What the shop's owners were promised; `make preview` fails where the declared resources do not keep it."""

    load: Load = Load()
    """What the shop expects of its users; the promises are judged at it."""

    @classmethod
    def from_stack(cls) -> Self:
        """The settings of the current stack; pulumi.RunError lists every error, before anything is registered."""
        values = stack_values()
        settings, problems = load(cls, values)
        if settings is None:
            lines = "\n".join(f"  {problem}" for problem in problems)
            count = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
            raise pulumi.RunError(f"the configuration of stack {pulumi.get_stack()!r} has {count}:\n{lines}")
        return settings

    @property
    def primary(self) -> RegionSettings:
        """The region of the relational writer."""
        return next(region for region in self.regions if region.primary)

    @property
    def home(self) -> RegionSettings:
        """The region that holds the definition of what spans regions; it never moves."""
        name = self.data.home or self.regions[0].name
        return next(region for region in self.regions if region.name == name)

    @property
    def running(self) -> list[RegionSettings]:
        """The regions that have servers and replicas: all but the retired ones."""
        return [region for region in self.regions if region.runs]

    @property
    def primary_first(self) -> list[RegionSettings]:
        """Every region, the primary before the others, whose databases are copies of its own."""
        return sorted(self.regions, key=lambda region: not region.primary)

    @property
    def serving(self) -> list[RegionSettings]:
        """The regions that DNS answers with."""
        return [region for region in self.regions if region.serves]

    @property
    def service_levels(self) -> dict[str, Any]:
        """The promises and the load they hold at, as plain values."""
        return {"promises": self.promises.model_dump(), "load": self.load.model_dump()}

    @property
    def foreign_issuers(self) -> tuple[str, ...]:
        """Issuers, other than the stack's own, whose tokens some region accepts."""
        return tuple(dict.fromkeys(region.api.jwt_issuer for region in self.running if region.api.jwt_issuer))

    @property
    def signs_in(self) -> bool:
        """Whether the stack needs accounts of its own: some region names no other issuer."""
        return any(region.api.jwt_issuer is None for region in self.running)

    @property
    def region_names(self) -> list[str]:
        """Every region of the stack and the edge's, without repetition, in the order of the configuration."""
        return list(dict.fromkeys([*(region.name for region in self.regions), EDGE_REGION]))
