"""Physical names that the program chooses, and the ARNs that follow from them.

A name is chosen where an IAM document or another region refers to the resource: then the document is known at
preview and can be judged before anything exists. Everything else is named by Pulumi.
"""

from dataclasses import dataclass

BUCKET_NAME_LIMIT = 63
NAME_LIMIT = 64
"""The shortest limit of what is named here: IAM roles, functions and alarms' topics allow 64 characters and more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """The names of one stack in one region."""

    project: str
    stack: str
    account: str
    region: str

    def inside(self, region: str) -> "Names":
        """The names of the same stack in another region."""
        return Names(project=self.project, stack=self.stack, account=self.account, region=region)

    def of(self, role: str) -> str:
        """A name unique in the account and region, e.g. `storefront-prod-carts`; ValueError over 64 characters."""
        return _bounded(f"{self.project}-{self.stack}-{role}", NAME_LIMIT)

    def globally(self, role: str) -> str:
        """A name that is unique in the account over all regions, as IAM roles need: `storefront-prod-eu-west-2-web`."""
        return _bounded(f"{self.project}-{self.stack}-{self.region}-{role}", NAME_LIMIT)

    def bucket(self, role: str) -> str:
        """A name that is unique in the world, as buckets need; ValueError over 63 characters."""
        return _bounded(f"{self.project}-{self.stack}-{self.account}-{self.region}-{role}", BUCKET_NAME_LIMIT)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource: `arn:aws:sqs:eu-west-2:123456789012:storefront-prod-render`."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def role_arn(self, role: str) -> str:
        """The ARN of an IAM role named by `globally(role)`."""
        return f"arn:aws:iam::{self.account}:role/{self.globally(role)}"

    def bucket_arn(self, role: str) -> str:
        """The ARN of a bucket named by `bucket(role)`."""
        return f"arn:aws:s3:::{self.bucket(role)}"

    def log_group_arn(self, name: str) -> str:
        """The ARN pattern of a log group and its streams."""
        return self.arn("logs", f"log-group:{name}:*")

    def key_alias(self, purpose: str) -> str:
        """The alias of a customer key: `alias/storefront-prod-data`. IAM documents name keys by it."""
        return f"alias/{self.of(purpose)}"


def _bounded(name: str, limit: int) -> str:
    if len(name) > limit:
        raise ValueError(f"the name {name!r} has {len(name)} characters; AWS allows {limit}")
    return name
