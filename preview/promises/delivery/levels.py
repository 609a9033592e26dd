"""The levels of detail of a model, and how long each takes to its viewers."""

from collections.abc import Mapping
from dataclasses import dataclass

from preview.facts import fact
from preview.promises.delivery.path import Path, path
from preview.promises.delivery.transfer import transfer_s
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, figure
from preview.promises.users import access
from preview.promises.users.access import Connections, connections
from preview.promises.users.ways import Ways, ways
from preview.promises.users.weighted import Floats

PREVIEW, STANDARD, ORIGINAL = "preview", "standard", "original"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Models on their way to all users."""

    found: Ways
    way: Path
    lines: Connections
    levels: Mapping[str, Figure]
    """Bytes of each level of detail."""

    @property
    def edges(self) -> tuple[bool, ...]:
        """Whether the edge is warm or cold, and holds the model or must fetch it; always cold where there is none."""
        return (True,) if self.found.edge is None else (False, True)

    def source(self, *, cold: bool) -> str:
        """Where the model comes from, in words."""
        if self.found.edge is None:
            return "its bucket"
        return "a cold edge" if cold else "a warm edge"

    def seconds(self, level: str, *, cold: bool) -> Floats:
        """Time from the request to the last byte, for each slice of the users."""
        lines = self.lines
        fetch = self.way.fetch_s[lines.place] if cold else 0.0
        size = self.levels[level].value
        waiting = self.way.rounds.value * lines.round_trip_s + fetch
        return waiting + transfer_s(size, lines.round_trip_s, lines.bytes_per_s)

    def uses(self, level: str, *, cold: bool) -> dict[str, Quantity]:
        """What that time rests on, by its name in formulas."""
        uses: dict[str, Quantity] = {
            "bytes": self.levels[level],
            "rounds": self.way.rounds,
            "initial_window": fact("net.initial_window"),
            **self.found.end.uses,
            **access.facts(),
            **access.spread(),
        }
        return {**uses, **self.way.uses} if cold else uses


def delivery(deployed: Deployed) -> Delivery:
    """The stack's delivery of models; UndeclaredError where nothing delivers them."""
    found = ways(deployed)
    return Delivery(
        found=found,
        way=path(deployed, found),
        lines=connections(found.users, found.end.ms, found.end.spread),
        levels=levels(deployed),
    )


def levels(deployed: Deployed) -> dict[str, Figure]:
    """Bytes of each level of detail, as the stack's load says and as compressors were measured to save."""
    megabytes = deployed.expected("load.model_megabytes", "MB")
    kilobytes = deployed.expected("load.preview_kilobytes", "kB")
    saved = fact("gltf.meshopt_webp")
    return {
        PREVIEW: figure("bytes of the preview", "bytes", Kind.BOUND, "kilobytes * 1000", kilobytes=kilobytes),
        STANDARD: figure(
            "bytes of the standard level",
            "bytes",
            Kind.MEDIAN,
            "megabytes * 1000000 * (1 - saved)",
            megabytes=megabytes,
            saved=saved,
        ),
        ORIGINAL: figure("bytes of the original", "bytes", Kind.BOUND, "megabytes * 1000000", megabytes=megabytes),
    }
