"""The files that users ask a distribution for, and how long and under how many keys its caches keep them.

How they are kept is read from the distribution's cache behaviours and cache policies, how often they are asked for from
the load that the stack expects. The site's own files come by the default behaviour; product images and models come by
the first other one that leads to a bucket, or by the default one too where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from preview.facts import fact
from preview.graph import Node
from preview.promises.caching.behaviours import Behaviour, bucket_behaviours
from preview.promises.caching.hierarchy import SHORTEST, Files, popularity
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Sort:
    """Files of one sort."""

    name: str
    number: Quantity
    requests: Figure
    """Of all users, per second."""

    size: Figure
    """Bytes of one."""

    lifetime: Figure
    """How long a copy of one is valid, in seconds."""

    behaviour: Behaviour

    @property
    def uses(self) -> dict[str, Quantity]:
        """What its traffic rests on, by names for a figure's `uses`."""
        own: dict[str, Quantity] = {
            "files": self.number,
            "requests": self.requests,
            "bytes": self.size,
            "lifetime": self.lifetime,
            "keys": self.behaviour.keys,
            "shield": self.behaviour.shield,
        }
        return {f"{self.name.replace(' ', '_')}_{key}": used for key, used in own.items()}


def sorts(deployed: Deployed, distribution: Node) -> tuple[Sort, ...]:
    """Every sort of file that a distribution's buckets hold; UndeclaredError where it leads to none."""
    site, products = bucket_behaviours(deployed, distribution)
    small = figure(
        "files that are no model",
        "requests/s",
        Kind.ESTIMATE,
        "users * each / 60",
        users=deployed.expected("load.users_at_once", "users"),
        each=deployed.expected("load.asset_requests_per_user_minute", "requests/min"),
    )
    images = figure(
        "product images",
        "requests/s",
        Kind.ESTIMATE,
        "small * images / files",
        small=small,
        images=fact("cache.page_images"),
        files=fact("cache.page_files"),
    )
    size = figure("a small file", "B", Kind.MEDIAN, "1000 * kB", kB=deployed.expected("load.asset_kilobytes", "kB"))
    own = Sort(
        name="site files",
        number=fact("cache.site_files"),
        requests=figure("site files", "requests/s", Kind.ESTIMATE, "small - images", small=small, images=images),
        size=size,
        lifetime=figure("lifetime of a copy", "s", Kind.BOUND, "ttl", ttl=site.ttl),
        behaviour=site,
    )
    return own, *_products(deployed, products, images, size)


def grouped(found: Sequence[Sort], exponent: Reading, *, exact: int = 32, per_decade: int = 8) -> Files:
    """The files in groups that are asked for alike; `exact` and `per_decade` as `popularity` takes them.

    The cache key makes several copies of a file, each asked for so much less.
    """
    shares = [
        popularity(round(sort.number.value), exponent.value, exact=exact, per_decade=per_decade) for sort in found
    ]
    lengths = [len(number) for number, _ in shares]
    keys = np.repeat([sort.behaviour.keys.value for sort in found], lengths)
    rates = [share * sort.requests.value for (_, share), sort in zip(shares, found, strict=True)]
    return Files(
        number=np.concatenate([number for number, _ in shares]) * keys,
        rate=np.concatenate(rates) / keys,
        size=np.repeat([sort.size.value for sort in found], lengths),
        lifetime=np.repeat([max(sort.lifetime.value, SHORTEST) for sort in found], lengths),
        sort=np.repeat(np.arange(len(found)), lengths),
    )


def _products(deployed: Deployed, behaviour: Behaviour, images: Figure, image_size: Figure) -> list[Sort]:
    models = deployed.expected("load.catalogue_models", "models")
    lifetime = _version_lifetime(deployed, behaviour, models)
    views = figure(
        "views of a model",
        "requests/s",
        Kind.ESTIMATE,
        "users * each / 3600",
        users=deployed.expected("load.users_at_once", "users"),
        each=deployed.expected("load.models_per_user_hour", "models/h"),
    )
    zoomed = figure(
        "highest levels",
        "requests/s",
        Kind.ESTIMATE,
        "views * share",
        views=views,
        share=fact("cache.high_detail_views"),
    )
    number = figure(
        "images", "files", Kind.ESTIMATE, "models * each", models=models, each=fact("cache.images_per_model")
    )
    preview = deployed.expected("load.preview_kilobytes", "kB")
    levels: list[tuple[str, Quantity, Figure, Figure]] = [
        ("product images", number, images, image_size),
        ("preview levels", models, views, figure("a preview level", "B", Kind.BOUND, "1000 * kB", kB=preview)),
        ("standard levels", models, views, _level(deployed, "standard", "gltf.meshopt_webp")),
        ("highest levels", models, zoomed, _level(deployed, "highest", "gltf.meshopt")),
    ]
    return [
        Sort(name=name, number=number, requests=requests, size=size, lifetime=lifetime, behaviour=behaviour)
        for name, number, requests, size in levels
    ]


def _version_lifetime(deployed: Deployed, behaviour: Behaviour, models: Reading) -> Figure:
    """A new version has a new name, so that a copy is of use until its model is replaced."""
    return figure(
        "lifetime of a copy",
        "s",
        Kind.ESTIMATE,
        "min(ttl, 86400 * models / uploads)",
        ttl=behaviour.ttl,
        models=models,
        uploads=deployed.expected("load.uploads_per_day", "models/day"),
    )


def _level(deployed: Deployed, name: str, saving: str) -> Figure:
    return figure(
        f"a {name} level",
        "B",
        Kind.MEDIAN,
        "1000000 * MB * (1 - saved)",
        MB=deployed.expected("load.model_megabytes", "MB"),
        saved=fact(saving),
    )
