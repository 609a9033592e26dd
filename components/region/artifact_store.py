"""What a region's servers run: each service as a versioned artifact, next to the servers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Output, Resource, ResourceOptions

from components.component import Component
from components.interfaces import Ground
from components.naming import Names
from components.region.canary import PREFIX as VISITS
from components.storage import LifecycleRule, PrivateBucket, PrivateBucketArgs

ROLE = "artifacts"
VISIT_DAYS = 30
"""How long screenshots and traces of the synthetic visitor are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceArtifact:
    """An artifact as it was built."""

    service: str
    version: str
    """Names the content: the same version is the same artifact."""

    sha256: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """An artifact where servers fetch it."""

    service: str
    uri: str
    sha256: str
    stored: Resource
    """What must exist before a server boots from it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArtifactStoreArgs:
    artifacts: Sequence[ServiceArtifact]
    ground: Ground


class ArtifactStore(Component):
    """Keeps every artifact that a server of the region may still boot from."""

    bucket_name: Output[str]
    releases: Mapping[str, Release]
    """The current release of each service, by the service's name."""

    def __init__(self, name: str, args: ArtifactStoreArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:ArtifactStore", name, args, opts)
        bucket = PrivateBucket(
            self.named("bucket"),
            PrivateBucketArgs(
                physical_name=args.ground.names.bucket(ROLE),
                key_arn=args.ground.data_key_arn,
                log_bucket=args.ground.log_bucket,
                lifecycle_rules=[_old_visits()],
                # Artifacts are rebuilt from the sources at any time; nothing in here is the only copy.
                force_destroy=True,
            ),
            opts=self.own(),
        )
        self.bucket_name = bucket.bucket_name
        self.releases = {
            item.service: self._release(bucket, args.ground.names.bucket(ROLE), item) for item in args.artifacts
        }
        self.publish()

    def _release(self, bucket: PrivateBucket, name: str, artifact: ServiceArtifact) -> Release:
        key = f"{artifact.service}/{artifact.version}.zip"
        stored = aws.s3.BucketObjectv2(
            self.named(artifact.service),
            bucket=bucket.bucket_name,
            key=key,
            source=pulumi.FileAsset(artifact.path),
            content_type="application/zip",
            # The release before stays in the bucket: a deployment that rolls back boots from it.
            opts=self.own(retain_on_delete=True),
        )
        return Release(service=artifact.service, uri=f"s3://{name}/{key}", sha256=artifact.sha256, stored=stored)


def readable_artifacts(names: Names, service: str) -> str:
    """The ARN pattern of a service's artifacts."""
    return f"{names.bucket_arn(ROLE)}/{service}/*"


def _old_visits() -> LifecycleRule:
    return {
        "id": "old-visits",
        "status": "Enabled",
        "filter": {"prefix": f"{VISITS}/results/"},
        "expiration": {"days": VISIT_DAYS},
    }
