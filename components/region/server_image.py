"""The image that a region's web servers boot from: Amazon Linux with everything that is slow to get."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import CustomTimeouts, Output, ResourceOptions
from pulumi_aws.imagebuilder.outputs import ImageOutputResource

from components.component import Component
from components.iam import Statement, allow, service_role, trust, trust_without_source
from components.interfaces import Ground
from components.naming import Names
from components.region.instances import AMAZON_LINUX, PREPARATION, ROOT_DEVICE, SESSION_MANAGER, amazon_linux
from components.region.network import image_builder_objects
from settings.region import WebFleetSettings

SERVICE = "storefront"
ACCOUNT = "storefront"
"""Linux account of the service, as its boot script and its unit name it."""

STEPS = "to_serve certificates to_log check"
VERSION = "1.0.0"
"""Of component and recipe. A changed one gets a name of its own, so the version never has to move."""

LONGEST_BUILD = "60m"
"""A build takes 15 to 45 minutes (aws-samples/amazon-ec2-image-builder-samples); `up` waits for it."""

KEPT_IMAGES = 3
"""The one in use and two to go back to."""

MADE_BY_BUILDER = {"StringEquals": {"aws:ResourceTag/CreatedBy": "EC2 Image Builder"}}
LOG_PREFIX = "image-builder"


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerImageArgs:
    settings: WebFleetSettings
    ground: Ground
    vpc_id: Output[str]
    private_subnet_ids: Output[list[str]]
    log_retention_days: int
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags of what Image Builder creates: the building server, its disk and the image."""


class ServerImage(Component):
    """Bakes what servers need beyond Amazon Linux, so that a dead one is replaced within minutes.

    Built anew when Amazon publishes a Linux or `services/image.sh` changes, never for a release of the service. A build
    that fails stops `up` before any server is replaced, which is why no alarm watches it.
    """

    image_id: Output[str]

    def __init__(self, name: str, args: ServerImageArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:ServerImage", name, args, opts)
        self._args = args
        self._names: Names = args.ground.names
        log = self._log()
        image = self._image(self._recipe(self._software()), self._builder(), self._distribution(), log)
        self._clean_up()
        self.image_id = image.output_resources.apply(_image_id)
        self.publish()

    def _kept(self, **options: object) -> ResourceOptions:
        """Options of what outlives its place in the program.

        Image Builder deletes an image's AMI only while it knows the image, and nothing that an image was made of while
        the image is there. So both stay, and the lifecycle policy clears away what costs: AMIs and snapshots.
        """
        return self.own(retain_on_delete=True, **options)

    def _log(self) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            self.named("log"),
            name=_log_group_name(self._names),
            kms_key_id=self._args.ground.log_key_arn,
            retention_in_days=self._args.log_retention_days,
            opts=self.own(),
        )

    def _software(self) -> aws.imagebuilder.Component:
        return aws.imagebuilder.Component(
            self.named("software"),
            description="Packages, log agent, certificates and account of the web servers",
            platform="Linux",
            version=VERSION,
            data=_document(PREPARATION.read_text(encoding="utf-8"), self._names.region),
            opts=self._kept(),
        )

    def _recipe(self, software: aws.imagebuilder.Component) -> aws.imagebuilder.ImageRecipe:
        args = self._args
        return aws.imagebuilder.ImageRecipe(
            self.named("recipe"),
            description="Amazon Linux 2023 with the software of the web servers",
            version=VERSION,
            parent_image=f"ssm:{AMAZON_LINUX}",
            components=[{"component_arn": software.arn}],
            block_device_mappings=[
                {
                    "device_name": ROOT_DEVICE,
                    "ebs": {
                        "volume_type": "gp3",
                        "volume_size": args.settings.root_volume_gib,
                        "encrypted": "true",
                        "kms_key_id": args.ground.data_key_arn,
                        "delete_on_termination": "true",
                    },
                }
            ],
            opts=self._kept(),
        )

    def _builder(self) -> aws.imagebuilder.InfrastructureConfiguration:
        """The server that is made into the image: reached by nobody, gone when it is done or has failed."""
        args = self._args
        profile = self._profile()
        return aws.imagebuilder.InfrastructureConfiguration(
            self.named("builder"),
            description="Builds the web servers' image",
            instance_profile_name=profile.name,
            instance_types=list(args.settings.instance_types),
            instance_metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
            subnet_id=args.private_subnet_ids.apply(lambda subnets: subnets[0]),
            security_group_ids=[self._security_group().id],
            logging={"s3_logs": {"s3_bucket_name": args.ground.log_bucket, "s3_key_prefix": LOG_PREFIX}},
            terminate_instance_on_failure=True,
            resource_tags={"Name": self.named("builder"), **args.tags},
            opts=self._kept(),
        )

    def _profile(self) -> aws.iam.InstanceProfile:
        names = self._names
        role = service_role(
            self.named("builder-role"),
            physical_name=names.globally("image-builder"),
            trusted=trust_without_source("ec2.amazonaws.com"),
            statements=_builder_rights(names, component=self.named("software")),
            managed=[SESSION_MANAGER],
            opts=self.own(),
            description="The server that becomes the web servers' image",
        )
        return aws.iam.InstanceProfile(
            self.named("builder-profile"), name=names.globally("image-builder"), role=role.name, opts=self.own()
        )

    def _security_group(self) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self.named("builder-group"),
            description="Builds the web servers' image",
            vpc_id=self._args.vpc_id,
            tags={"Name": self.named("builder-group")},
            opts=self.own(),
        )
        aws.vpc.SecurityGroupEgressRule(
            self.named("to-aws"), security_group_id=group.id, description="HTTPS to AWS and its package mirrors",
            ip_protocol="tcp", from_port=443, to_port=443, cidr_ipv4="0.0.0.0/0", opts=self.own(),
        )  # fmt: skip
        return group

    def _distribution(self) -> aws.imagebuilder.DistributionConfiguration:
        """To this region and nobody else; the recipe's disk is encrypted already."""
        return aws.imagebuilder.DistributionConfiguration(
            self.named("distribution"),
            description="Keeps the web servers' image in its region",
            distributions=[
                {
                    "region": self._names.region,
                    "ami_distribution_configuration": {
                        "name": f"{self._names.of('web')}-{{{{ imagebuilder:buildDate }}}}",
                        "description": "Web servers",
                        "ami_tags": {"Name": self._names.of("web"), **self._args.tags},
                    },
                }
            ],
            opts=self._kept(),
        )

    def _image(
        self,
        recipe: aws.imagebuilder.ImageRecipe,
        builder: aws.imagebuilder.InfrastructureConfiguration,
        distribution: aws.imagebuilder.DistributionConfiguration,
        log: aws.cloudwatch.LogGroup,
    ) -> aws.imagebuilder.Image:
        return aws.imagebuilder.Image(
            self.named("build"),
            image_recipe_arn=recipe.arn,
            infrastructure_configuration_arn=builder.arn,
            distribution_configuration_arn=distribution.arn,
            # The build checks itself, and the first server of a refresh proves the image or undoes it: a second server
            # just for tests would make `up` wait for as long again.
            image_tests_configuration={"image_tests_enabled": False},
            # Inspector scans the running servers all the time; here it would scan the one that is thrown away.
            image_scanning_configuration={"image_scanning_enabled": False},
            logging_configuration={"log_group_name": log.name},
            tags={**self._selection(), "parent": amazon_linux(self)},
            # A recipe names its parent by a parameter; this is what notices that Amazon has published another one.
            opts=self._kept(replace_on_changes=["tags.parent"], custom_timeouts=CustomTimeouts(create=LONGEST_BUILD)),
        )

    def _clean_up(self) -> None:
        """The newest images of a recipe stay, whatever their age: the first of them is in use."""
        role = service_role(
            self.named("clean-up-role"),
            physical_name=self._names.globally("image-clean-up"),
            trusted=trust("imagebuilder.amazonaws.com", self._names.account),
            statements=_clean_up_rights(self._names, recipe=self.named("recipe")),
            opts=self.own(),
            description="Deletes old images of the web servers",
        )
        aws.imagebuilder.LifecyclePolicy(
            self.named("clean-up"),
            description="Deletes old images of the web servers with their snapshots",
            execution_role=role.arn,
            resource_type="AMI_IMAGE",
            policy_details=[
                {
                    "action": {"type": "DELETE", "include_resources": {"amis": True, "snapshots": True}},
                    "filter": {"type": "COUNT", "value": KEPT_IMAGES},
                }
            ],
            resource_selection={"tag_map": self._selection()},
            status="ENABLED",
            opts=self.own(),
        )

    def _selection(self) -> dict[str, str]:
        """The tag by which the lifecycle policy knows the images."""
        return {"fleet": self._names.of("web")}


def _image_id(made: Sequence[ImageOutputResource]) -> str:
    """The one image of a build; ValueError where there is none, as after a build that failed."""
    for resource in made:
        for image in resource.amis or ():
            if image.image:
                return image.image
    raise ValueError("the last build of the web servers' image failed; docs/runbooks/server-image.md says what to do")


def _document(script: str, region: str) -> str:
    """What Image Builder runs on the building server: all steps of the script, and a check that they took.

    ValueError for a script that Image Builder would read as a template.
    """
    if "{{" in script:
        raise ValueError(f"{PREPARATION.name} holds '{{{{', which Image Builder replaces")
    run = f"SERVICE={SERVICE} ACCOUNT={ACCOUNT} REGION={region} bash image.sh {STEPS}"
    command = f"set -e\ncat > image.sh <<'IMAGE'\n{script.rstrip()}\nIMAGE\n{run}\nrm image.sh\n"
    step = {"name": "Prepare", "action": "ExecuteBash", "inputs": {"commands": [command]}}
    return json.dumps({"schemaVersion": 1.0, "name": SERVICE, "phases": [{"name": "build", "steps": [step]}]}, indent=2)


def _log_group_name(names: Names) -> str:
    """Under the only prefix that Image Builder's own role may write to."""
    return f"/aws/imagebuilder/{names.of('web')}"


def _builder_rights(names: Names, *, component: str) -> list[Statement]:
    """What EC2InstanceProfileForImageBuilder allows, for this component, this region's tools and this log alone."""
    return [
        allow(["imagebuilder:GetComponent"], [names.arn("imagebuilder", f"component/{component}-*")]),
        allow(["s3:GetObject"], image_builder_objects(names.region)),
        allow(["s3:PutObject"], [f"{names.bucket_arn('logs')}/{LOG_PREFIX}/*"]),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [names.log_group_arn(_log_group_name(names))]),
    ]


def _clean_up_rights(names: Names, *, recipe: str) -> list[Statement]:
    """What EC2ImageBuilderLifecycleExecutionPolicy allows for deletions, in this region alone."""
    images, snapshots = (f"arn:aws:ec2:{names.region}::{kind}/*" for kind in ("image", "snapshot"))
    return [
        allow(["ec2:DeregisterImage", "ec2:DescribeImageAttribute"], [images], when=MADE_BY_BUILDER),
        allow(["ec2:DeleteSnapshot"], [snapshots], when=MADE_BY_BUILDER),
        allow(["imagebuilder:DeleteImage"], [names.arn("imagebuilder", f"image/{recipe}-*")]),
        allow(["ec2:DescribeImages", "tag:GetResources"], ["*"]),
    ]
