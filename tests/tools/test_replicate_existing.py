"""Objects older than a region are copied by jobs that name the right buckets and the right role."""

from preview.__main__ import PROJECT_DIRECTORY
from preview.graph import Graph
from preview.recorder import stack_values
from settings import Settings
from settings.loading import load
from tools.replicate_existing import jobs


def settings_of(stack: str) -> Settings:
    chosen, problems = load(Settings, stack_values(PROJECT_DIRECTORY, stack))
    assert chosen is not None, problems
    return chosen


def test_every_other_region_copies_to_the_new_one() -> None:
    started = dict(jobs(settings_of("prod"), "prod", "ap-south-1"))
    assert set(started) == {"eu-west-2", "us-east-1", "ap-northeast-1", "ap-southeast-2"}


def test_jobs_use_the_roles_and_buckets_that_the_program_declares(prod: Graph) -> None:
    roles = {f"arn:aws:iam::123456789012:role/{n.inputs['name']}" for n in prod.of_type("aws:iam/role:Role")}
    buckets = {f"arn:aws:s3:::{n.inputs['bucket']}" for n in prod.of_type("aws:s3/bucket:Bucket")}
    for _, job in jobs(settings_of("prod"), "prod", "ap-south-1"):
        generator = job["ManifestGenerator"]["S3JobManifestGenerator"]
        assert job["RoleArn"] in roles
        assert {generator["SourceBucket"], job["Report"]["Bucket"]} <= buckets
