"""The way of a model to its viewer: setting the connection up, and fetching what the edge does not hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, cast

import numpy as np

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure
from preview.promises.users.cities import between_regions_ms, coordinates, distance_km, rtt_by_distance_ms
from preview.promises.users.edge_locations import EdgeLocation, nearest_location, regional_caches, version
from preview.promises.users.ways import Ways
from preview.promises.users.weighted import Floats

BUCKET = "aws:s3/bucket:Bucket"
Settings = Mapping[str, Any]
HTTP_VERSIONS = (1.1, 2.0, 3.0)
TLS_VERSIONS = (1.0, 1.1, 1.2, 1.3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a distribution fetches models."""

    bucket_region: str
    shield_region: str | None
    """Region of Origin Shield; None where it is off."""

    shield: Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """What a viewer waits for before the first byte."""

    rounds: Figure
    """Round trips between viewer and edge, the request among them."""

    fetch_s: Floats
    """Time that the edge takes to fetch the first byte of what it does not hold, for each city."""

    uses: Mapping[str, Quantity]
    """What the fetching rests on, by its name in formulas."""


def path(deployed: Deployed, found: Ways) -> Path:
    """The way of a model through the stack; straight from a bucket in the nearest region without a distribution."""
    first_byte = fact("s3.first_byte_high")
    if found.edge is None:
        fetch = np.full(len(found.users), first_byte.value / 1000)
        return Path(rounds=straight(), fetch_s=fetch, uses={"first_byte": first_byte})
    distribution, price_class = found.edge.distribution, found.edge.price_class
    source = _source(deployed, distribution)
    fetch_ms = [_fetch_ms(nearest_location(city, price_class), source) for city in found.users]
    return Path(
        rounds=_rounds(deployed, distribution),
        fetch_s=np.asarray(fetch_ms) / 1000,
        uses={"shield": source.shield, "first_byte": first_byte, "region_pairs": fact("latency.region_pairs")},
    )


def straight() -> Figure:
    """Round trips to a bucket in a region, without a distribution."""
    return figure(
        "round trips before the first byte",
        "round trips",
        Kind.BOUND,
        "dns + tcp + tls13 + request",
        dns=fact("net.dns_rounds"),
        tcp=fact("net.tcp_rounds"),
        tls13=fact("net.tls13_rounds"),
        request=fact("net.request_rounds"),
    )


def _rounds(deployed: Deployed, distribution: Node) -> Figure:
    """HTTP/3 from the first request on needs an HTTPS record that announces it; else browsers begin with TCP."""
    announcements = [
        node for node in deployed.of_type("aws:route53/record:Record") if node.inputs.get("type") == "HTTPS"
    ]
    return figure(
        "round trips before the first byte",
        "round trips",
        Kind.BOUND,
        "dns + (quic if http >= 3 and announced > 0 else tcp + (tls13 if tls >= 1.3 else tls12)) + request",
        dns=fact("net.dns_rounds"),
        quic=fact("net.quic_rounds"),
        tcp=fact("net.tcp_rounds"),
        tls12=fact("net.tls12_rounds"),
        tls13=fact("net.tls13_rounds"),
        request=fact("net.request_rounds"),
        http=_version(deployed, distribution, "httpVersion", "cf.http_default", HTTP_VERSIONS),
        tls=_version(
            deployed, distribution, "viewerCertificate.minimumProtocolVersion", "cf.tls_default", TLS_VERSIONS
        ),
        announced=deployed.count(announcements, "HTTPS records"),
    )


def _version(deployed: Deployed, distribution: Node, at: str, default: str, choices: tuple[float, ...]) -> Reading:
    declared = deployed.value(distribution, at)
    known = fact(default)
    value = known.value if declared is None else version(declared)
    return Reading(
        value=value,
        unit=known.unit,
        urn=distribution.urn,
        path=at,
        default=known if declared is None else None,
        choices=choices,
    )


def _source(deployed: Deployed, distribution: Node) -> Source:
    index, origin = _models_origin(distribution)
    at = f"origins.{index}.originShield"
    shield = deployed.number(distribution, f"{at}.enabled", "0 or 1", fact("cf.shield_default"))
    bucket = _bucket_region(deployed, distribution, str(origin["originId"]))
    declared = deployed.value(distribution, f"{at}.originShieldRegion")
    return Source(
        bucket_region=bucket,
        shield_region=str(declared or bucket) if shield.value else None,
        shield=shield,
    )


def _models_origin(distribution: Node) -> tuple[int, Settings]:
    """The bucket that is asked first by the first path pattern that leads to one, and its place among the origins."""
    origins = {str(origin["originId"]): at for at, origin in enumerate(_settings(distribution, "origins"))}
    first = {group["originId"]: group["members"][0]["originId"] for group in _settings(distribution, "originGroups")}
    behaviours = [*_settings(distribution, "orderedCacheBehaviors"), distribution.inputs.get("defaultCacheBehavior")]
    for behaviour in cast(list[Settings], behaviours):
        target = behaviour["targetOriginId"]
        index = origins[str(first.get(target, target))]
        origin = _settings(distribution, "origins")[index]
        if "customOriginConfig" not in origin:
            return index, origin
    raise UndeclaredError(f"no path of {distribution.name} leads to a bucket, so nothing says where models come from")


def _settings(node: Node, name: str) -> Sequence[Settings]:
    return cast(Sequence[Settings], node.inputs.get(name) or ())


def _bucket_region(deployed: Deployed, distribution: Node, origin: str) -> str:
    """Its domain is known only after up, so that the origin's id tells which of the distribution's buckets it is."""
    buckets = [node for node in deployed.references(distribution, "origins") if node.type == BUCKET]
    regions = sorted({node.region for node in buckets if node.region})
    named = [region for region in regions if region in origin]
    if not named and len(regions) != 1:
        raise UndeclaredError(f"the origin {origin} of {distribution.name} does not say which region its bucket is in")
    return (named or regions)[0]


@cache
def _fetch_ms(location: EdgeLocation, source: Source) -> float:
    """Edge location → regional cache → Origin Shield → bucket, over connections that are open already."""
    regional = min(regional_caches(), key=lambda region: _kilometres(location, region))
    stops = [regional, *([source.shield_region] if source.shield_region else []), source.bucket_region]
    between = sum(between_regions_ms(one, other) for one, other in pairwise(stops))
    return rtt_by_distance_ms(_kilometres(location, regional)) + between + fact("s3.first_byte_high").value


def _kilometres(location: EdgeLocation, region: str) -> float:
    return distance_km(location.latitude, location.longitude, *coordinates(region))
