from pulumi import ResourceOptions

from components.region.artifact_store import ArtifactStore, ArtifactStoreArgs, ServiceArtifact, readable_artifacts
from preview.graph import Graph
from tests.engine import build, ground, names

OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"


def store(version: str = "abc") -> Graph:
    def program(place: ResourceOptions) -> None:
        artifact = ServiceArtifact(service="storefront", version=version, sha256="0" * 64, path=__file__)
        ArtifactStore("eu-west-2-artifact-store", ArtifactStoreArgs(artifacts=[artifact], ground=ground()), place)

    return build(program)


def test_an_artifact_is_kept_by_service_and_version() -> None:
    (found,) = store().of_type(OBJECT)
    assert found.inputs["key"] == "storefront/abc.zip"


def test_a_new_version_is_the_same_resource() -> None:
    (before,), (after,) = store("abc").of_type(OBJECT), store("def").of_type(OBJECT)
    assert before.urn == after.urn, "a version in a name would delete and create"
    assert before.inputs["key"] != after.inputs["key"]


def test_servers_may_read_their_own_service_alone() -> None:
    assert readable_artifacts(names(), "storefront").endswith("-artifacts/storefront/*")
