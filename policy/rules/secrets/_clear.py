"""Where everybody who may describe a resource can read, and what holds secrets."""

CLEAR = {
    "aws:ec2/launchTemplate:LaunchTemplate": ("userData",),
    "aws:ec2/instance:Instance": ("userData", "userDataBase64"),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("userData", "userDataBase64"),
    "aws:lambda/function:Function": ("environment", "description"),
    "aws:synthetics/canary:Canary": ("runConfig",),
    "aws:ecs/taskDefinition:TaskDefinition": ("containerDefinitions",),
    "aws:batch/jobDefinition:JobDefinition": ("containerProperties", "parameters"),
    "aws:codebuild/project:Project": ("environment", "source"),
    "aws:glue/job:Job": ("defaultArguments",),
    "aws:apprunner/service:Service": ("sourceConfiguration",),
    "aws:ssm/document:Document": ("content",),
    "aws:cloudformation/stack:Stack": ("parameters", "templateBody"),
    "aws:sfn/stateMachine:StateMachine": ("definition",),
    "aws:scheduler/schedule:Schedule": ("target", "description"),
    "aws:cloudwatch/eventTarget:EventTarget": ("input", "inputTransformer"),
    "aws:cloudfront/function:Function": ("code", "comment"),
    "aws:apigatewayv2/stage:Stage": ("stageVariables", "description"),
    "aws:apigatewayv2/integration:Integration": ("requestParameters", "requestTemplates"),
    "aws:cfg/rule:Rule": ("inputParameters",),
    "aws:cfg/remediationConfiguration:RemediationConfiguration": ("parameters",),
    "aws:s3/bucketObject:BucketObject": ("content", "contentBase64", "metadata"),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("content", "contentBase64", "metadata"),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": ("parameters",),
    "aws:ssm/parameter:Parameter": ("insecureValue", "value"),
}
"""Type → properties that are shown in clear to whoever may describe the resource."""

FUNCTION = "aws:lambda/function:Function"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
CANARY = "aws:synthetics/canary:Canary"
PARAMETER = "aws:ssm/parameter:Parameter"
CIPHERTEXT = "aws:kms/ciphertext:Ciphertext"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"

HOLDERS = {
    VERSION: ("secretString", "secretBinary"),
    "aws:rds/cluster:Cluster": ("masterPassword",),
    "aws:redshiftserverless/namespace:Namespace": ("adminUserPassword",),
}
"""Type → properties whose values are secrets."""

DRAWN = (
    "random:index/randomPassword:RandomPassword",
    "random:index/randomBytes:RandomBytes",
    "tls:index/privateKey:PrivateKey",
    "aws:iam/accessKey:AccessKey",
    CIPHERTEXT,
)
"""Types that exist for their secret: outputs of theirs are secrets, or what secrets are made of."""

DIGESTS = {("aws:apigatewayv2/stage:Stage", "stageVariables")}
"""Where a digest of a secret may stand, by which it is recognised: made of the secret, and yet none.

That it is the digest and not the secret shows only in its value, which is compared as soon as it is known.
"""
