"""What a region's servers run: each service as a versioned artifact, next to the servers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.component import Component
from components.interfaces import Ground
from components.naming import Names
from components.storage import PrivateBucket, PrivateBucketArgs

ROLE = "artifacts"


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
    uri: Output[str]
    """Resolves once the artifact is there."""

    sha256: str


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
                # Artifacts are rebuilt from the sources at any time; nothing in here is the only copy.
                force_destroy=True,
            ),
            opts=self.own(),
        )
        self.bucket_name = bucket.bucket_name
        self.releases = {artifact.service: self._release(bucket, artifact) for artifact in args.artifacts}
        self.publish()

    def _release(self, bucket: PrivateBucket, artifact: ServiceArtifact) -> Release:
        stored = aws.s3.BucketObjectv2(
            self.named(artifact.service),
            bucket=bucket.bucket_name,
            key=f"{artifact.service}/{artifact.version}.zip",
            source=pulumi.FileAsset(artifact.path),
            content_type="application/zip",
            # The release before stays in the bucket: a deployment that rolls back boots from it.
            opts=self.own(retain_on_delete=True),
        )
        uri = Output.concat("s3://", stored.bucket, "/", stored.key)
        return Release(service=artifact.service, uri=uri, sha256=artifact.sha256)


def readable_artifacts(names: Names, service: str) -> str:
    """The ARN pattern of a service's artifacts."""
    return f"{names.bucket_arn(ROLE)}/{service}/*"
