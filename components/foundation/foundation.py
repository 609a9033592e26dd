"""The ground of every place: keys, log bucket, alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Output

from components.component import Component
from components.foundation.footing import Footing, FootingArgs
from components.interfaces import Ground
from components.naming import Names
from components.places import Places
from settings.account import OperationsSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundationArgs:
    names: Names
    """Of any region of the stack; each place takes its own from it."""

    home: str
    """Region of the original data key; the others hold replicas of it."""

    regions: Sequence[str]
    """Regions that hold data. A place that is none of them (the edge's) has no data key of its own."""

    operations: OperationsSettings
    replicated: bool = True
    """Whether the regions' data keys are replicas of one."""

    protect: bool


class Foundation(Component):
    """Prepares every place for what will stand in it."""

    at: Mapping[str, Ground]
    """The ground of each place, by region."""

    def __init__(self, name: str, args: FoundationArgs, places: Places) -> None:
        super().__init__("storefront:foundation:Foundation", name, args, places.inside(args.home))
        home = self._footing(args.home, args, places, original=None)
        others = [region for region in places if region != args.home]
        original = home.original_key_arn if args.replicated else None
        footings = {args.home: home} | {
            region: self._footing(region, args, places, original=original) for region in others
        }
        self.at = {region: footing.ground for region, footing in footings.items()}
        self.publish()

    def _footing(self, region: str, args: FoundationArgs, places: Places, *, original: Output[str] | None) -> Footing:
        return Footing(
            self.named(region),
            FootingArgs(
                names=args.names.inside(region),
                operations=args.operations,
                holds_data=region in args.regions,
                original_key_arn=original,
                replicated=args.replicated,
                protect=args.protect,
            ),
            places.inside(region, parent=self),
        )
