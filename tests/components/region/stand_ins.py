"""What a region's parts need of their neighbours, with values known at preview."""

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.interfaces import DatabaseEndpoints, GlobalDatabase, OriginVerification, Tables
from components.region.artifact_store import Release
from tests.engine import known, names

DOMAIN = "shop.example.com"
ZONES = ["eu-west-2a", "eu-west-2b", "eu-west-2c"]


def subnets() -> Output[list[str]]:
    return Output.from_input([f"subnet-{zone[-1]}" for zone in ZONES]).apply(list)


def tables() -> Tables:
    own = names()
    return Tables(catalogue=own.of("catalogue"), carts=own.of("carts"), sessions=own.of("sessions"))


def verification() -> OriginVerification:
    current, previous = Output.secret("current"), Output.secret("previous")
    return OriginVerification(
        header="X-Origin-Verify", current=current, accepted=(current, previous), accepted_digests=Output.secret("a,b")
    )


def database() -> GlobalDatabase:
    own = names()
    return GlobalDatabase(
        id=known(own.of("database")),
        engine="aurora-postgresql",
        engine_version="16.8",
        database_name="shop",
        master_username="storefront_owner",
        master_password=Output.secret("never-shown"),
        master_secret_name=own.of("master"),
        master_secret_arn=known(own.inside("eu-west-1").arn("secretsmanager", f"secret:{own.of('master')}-AbCdEf")),
    )


def endpoints() -> DatabaseEndpoints:
    return DatabaseEndpoints(
        writer_host=known("writer.example"),
        forwarding_host=known("forwarding.example"),
        reader_host=known("reader.example"),
        proxy_resource_id=known("prx-1"),
        cluster_group_id=known("sg-cluster"),
        cluster_arn=known(names().arn("rds", "cluster:database")),
        cluster_identifier=names().of("database"),
    )


def release(service: str, place: ResourceOptions) -> Release:
    stored = aws.s3.BucketObjectv2(f"{service}-stored", bucket="artifacts", key="1.zip", content="", opts=place)
    return Release(service=service, uri=f"s3://artifacts/{service}/1.zip", sha256="0" * 64, stored=stored)
