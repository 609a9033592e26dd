"""What a region keeps as files: models and their pictures, uploads on their way in, and the site."""

from dataclasses import dataclass

from pulumi import Output, ResourceOptions

from components.component import Component
from components.iam import Conditions, Statement, allow
from components.interfaces import BucketRef, Ground
from components.naming import Names
from components.storage import CorsRule, LifecycleRule, PrivateBucket, PrivateBucketArgs
from settings.data import AssetSettings

UPLOAD_DAYS = 14
"""How long an upload is kept after it arrived; by then it was accepted or rejected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetStoreArgs:
    settings: AssetSettings
    ground: Ground
    domain: str
    receives_uploads: bool = True
    """Whether EventBridge is told of uploads."""

    protect: bool
    """Whether Pulumi refuses to delete the models; without it the buckets are emptied when they are deleted."""


class AssetStore(Component):
    """Keeps a region's models and site private, versioned and encrypted, for CloudFront alone to read."""

    models: BucketRef
    site: BucketRef
    uploads_bucket: str
    bucket_names: list[Output[str]]

    def __init__(self, name: str, args: AssetStoreArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:AssetStore", name, args, opts)
        settings, names = args.settings, args.ground.names
        models = self._bucket(
            "models",
            args,
            rules=_models_lifecycle(settings),
            statements=_for_edge(names, "models"),
            cors=[_viewer(args)],
        )
        uploads = self._bucket(
            "uploads", args, rules=[_soon_gone()], events=args.receives_uploads, cors=[_uploader(args)]
        )
        site = self._bucket("site", args, statements=_for_edge(names, "site"))

        self.models = _reference(models)
        self.site = _reference(site)
        self.uploads_bucket = names.bucket("uploads")
        self.bucket_names = [models.bucket_name, uploads.bucket_name, site.bucket_name]
        self.publish()

    def _bucket(
        self,
        role: str,
        args: AssetStoreArgs,
        *,
        rules: list[LifecycleRule] | None = None,
        statements: list[Statement] | None = None,
        cors: list[CorsRule] | None = None,
        events: bool = False,
    ) -> PrivateBucket:
        return PrivateBucket(
            self.named(role),
            PrivateBucketArgs(
                physical_name=args.ground.names.bucket(role),
                key_arn=args.ground.data_key_arn,
                versioned=True,
                log_bucket=args.ground.log_bucket,
                lifecycle_rules=rules or [],
                old_versions_days=args.settings.old_versions_days,
                unfinished_uploads_days=args.settings.unfinished_uploads_days,
                event_bridge=events,
                statements=statements or [],
                cors=cors or [],
                force_destroy=not args.protect,
                protect=args.protect,
            ),
            opts=self.own(),
        )


def _reference(bucket: PrivateBucket) -> BucketRef:
    return BucketRef(name=bucket.bucket_name, arn=bucket.arn, domain=bucket.domain)


def _models_lifecycle(settings: AssetSettings) -> list[LifecycleRule]:
    """Intelligent-Tiering from the first day; what is discontinued goes to Glacier and, much later, for good.

    The tiers that Intelligent-Tiering may move to by itself answer at once. Its archive tiers do not: a model there
    would be an error until somebody restores it, and the copies that nobody reads while their region's neighbour
    serves would all be there when they are needed.
    """
    return [
        {
            "id": "intelligent-tiering",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "transitions": [{"days": 0, "storage_class": "INTELLIGENT_TIERING"}],
            "noncurrent_version_expiration": {"noncurrent_days": settings.old_versions_days},
        },
        {
            "id": "discontinued",
            "status": "Enabled",
            "filter": {"tag": {"key": "lifecycle", "value": "discontinued"}},
            "transitions": [{"days": settings.discontinued_to_glacier_days, "storage_class": "GLACIER"}],
            "expiration": {"days": settings.discontinued_expire_days},
        },
    ]


def _soon_gone() -> LifecycleRule:
    return {
        "id": "uploads",
        "status": "Enabled",
        "filter": {"prefix": "uploads/"},
        "expiration": {"days": UPLOAD_DAYS},
        "noncurrent_version_expiration": {"noncurrent_days": 1},
    }


def _viewer(args: AssetStoreArgs) -> CorsRule:
    """The 3D viewer fetches models by parts from the site's own pages."""
    return {
        "allowed_methods": ["GET", "HEAD"],
        "allowed_origins": [f"https://{args.domain}", f"https://www.{args.domain}"],
        "allowed_headers": ["Range"],
        "expose_headers": ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"],
        "max_age_seconds": 3600,
    }


def _uploader(args: AssetStoreArgs) -> CorsRule:
    """Browsers put models to presigned addresses."""
    return {
        "allowed_methods": ["PUT"],
        "allowed_origins": [f"https://{args.domain}", f"https://www.{args.domain}"],
        "allowed_headers": ["*"],
        "expose_headers": ["ETag"],
        "max_age_seconds": 3600,
    }


def _for_edge(names: Names, role: str) -> list[Statement]:
    """CloudFront may read. Which of the account's distributions is open: theirs comes after the buckets."""
    bucket = names.bucket_arn(role)
    edge = {"Service": "cloudfront.amazonaws.com"}
    ours: Conditions = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{names.account}:distribution/*"}}
    return [
        allow(["s3:GetObject"], [f"{bucket}/*"], principal=edge, when=ours, sid="ReadByDistributions"),
        # Without it S3 says 403 of what is not there, and the edge would show the wrong page.
        allow(["s3:ListBucket"], [bucket], principal=edge, when=ours, sid="MissingIsNotForbidden"),
    ]
