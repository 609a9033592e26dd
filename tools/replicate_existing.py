"""`python -m tools.replicate_existing --stack prod --to ap-south-1`: objects that were there before a region came.

Replication rules see new objects only. For every other running region's models bucket this starts one S3 Batch
Replication job towards the new region's bucket. Needs AWS credentials; asks before it starts anything.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from typing import Any, cast

import boto3

from components.naming import Names
from preview.__main__ import PROJECT_DIRECTORY
from preview.recorder import stack_values
from settings import Settings
from settings.loading import load

PRIORITY = 10


def jobs(chosen: Settings, stack: str, target: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The source region and the parameters of `CreateJob` for every bucket that has something to copy."""
    account = chosen.account.id
    for region in chosen.running:
        if region.name == target:
            continue
        names = Names(project="storefront", stack=stack, account=account, region=region.name)
        destination = names.inside(target).bucket_arn("models")
        yield (
            region.name,
            {
                "AccountId": account,
                "ConfirmationRequired": True,
                "Operation": {"S3ReplicateObject": {}},
                "ManifestGenerator": {
                    "S3JobManifestGenerator": {
                        "SourceBucket": names.bucket_arn("models"),
                        "EnableManifestOutput": False,
                        "Filter": {
                            "EligibleForReplication": True,
                            "ObjectReplicationStatuses": ["NONE", "FAILED"],
                        },
                    }
                },
                "Report": {
                    "Enabled": True,
                    "Bucket": destination,
                    "Prefix": "batch-replication-reports",
                    "Format": "Report_CSV_20180820",
                    "ReportScope": "FailedTasksOnly",
                },
                "Priority": PRIORITY,
                "RoleArn": names.role_arn("replication"),
                "Description": f"objects older than {target}",
                "ClientRequestToken": hashlib.sha256(f"{region.name}>{target}".encode()).hexdigest(),
            },
        )


def main() -> int:
    """Start the jobs; each waits for a confirmation in S3's console, which shows how many objects it found."""
    parser = argparse.ArgumentParser(prog="replicate_existing", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stack", required=True)
    parser.add_argument("--to", required=True, metavar="REGION", help="the region that came last")
    wanted = parser.parse_args()
    chosen, problems = load(Settings, stack_values(PROJECT_DIRECTORY, wanted.stack))
    if chosen is None:
        print("\n".join(map(str, problems)), file=sys.stderr)
        return 1
    if wanted.to not in [region.name for region in chosen.running]:
        print(f"{wanted.to} is not a running region of {wanted.stack}", file=sys.stderr)
        return 1
    for region, parameters in jobs(chosen, wanted.stack, wanted.to):
        client = cast(Any, boto3).client("s3control", region_name=region)
        print(f"{region} → {wanted.to}: job {client.create_job(**parameters)['JobId']} awaits confirmation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
