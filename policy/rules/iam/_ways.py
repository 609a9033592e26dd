"""Ways to rights that one was not given.

After Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and Mitigation" (2018), and Bishop Fox,
"IAM Vulnerable" (2021); boundaries, and the services that came later, are judged by the same pattern.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """Actions which, all together, lead to more rights."""

    actions: tuple[str, ...]
    passed_to: str | None = None
    """The service that has to receive a role."""

    anywhere: bool = False
    """Whether the way is open on any resource; else a wildcard has to be among the resources of each action."""


PASSING = "iam:passrole"

OVER_IAM = tuple(
    Way((f"iam:{action}",), anywhere=True)
    for action in (
        "createpolicyversion", "setdefaultpolicyversion", "createaccesskey", "createloginprofile", "updateloginprofile",
        "attachuserpolicy", "attachgrouppolicy", "attachrolepolicy", "putuserpolicy", "putgrouppolicy", "putrolepolicy",
        "addusertogroup", "updateassumerolepolicy", "deleterolepermissionsboundary", "deleteuserpermissionsboundary",
        "putrolepermissionsboundary", "putuserpermissionsboundary", "deleterolepolicy", "detachrolepolicy",
    )
)  # fmt: skip
"""Those who may change who may do what may do everything."""

BY_PASSING = tuple(
    Way((PASSING, *actions), service)
    for service, *actions in (
        ("ec2.amazonaws.com", "ec2:runinstances"),
        ("ec2.amazonaws.com", "ec2:associateiaminstanceprofile"),
        ("lambda.amazonaws.com", "lambda:createfunction", "lambda:invokefunction"),
        ("lambda.amazonaws.com", "lambda:createfunction", "lambda:createeventsourcemapping"),
        ("lambda.amazonaws.com", "lambda:createfunction", "lambda:addpermission"),
        ("glue.amazonaws.com", "glue:createdevendpoint"),
        ("glue.amazonaws.com", "glue:createjob", "glue:startjobrun"),
        ("glue.amazonaws.com", "glue:updatejob", "glue:startjobrun"),
        ("cloudformation.amazonaws.com", "cloudformation:createstack"),
        ("datapipeline.amazonaws.com", "datapipeline:createpipeline", "datapipeline:putpipelinedefinition"),
        ("codestar.amazonaws.com", "codestar:createproject"),
        ("codebuild.amazonaws.com", "codebuild:createproject", "codebuild:startbuild"),
        ("ecs-tasks.amazonaws.com", "ecs:registertaskdefinition", "ecs:runtask"),
        ("sagemaker.amazonaws.com", "sagemaker:createnotebookinstance", "sagemaker:createpresignednotebookinstanceurl"),
        ("sagemaker.amazonaws.com", "sagemaker:createtrainingjob"),
        ("sagemaker.amazonaws.com", "sagemaker:createprocessingjob"),
        ("ssm.amazonaws.com", "ssm:startautomationexecution"),
        ("states.amazonaws.com", "states:createstatemachine", "states:startexecution"),
        ("scheduler.amazonaws.com", "scheduler:createschedule"),
    )
)

BY_CHANGING = tuple(
    Way((action,))
    for action in (
        "lambda:updatefunctioncode", "lambda:updatefunctionconfiguration", "glue:updatedevendpoint",
        "cloudformation:updatestack", "codebuild:updateproject", "codebuild:startbuild", "ecs:executecommand",
        "ssm:sendcommand", "ssm:startsession",
        "ec2-instance-connect:sendsshpublickey", "sagemaker:createpresignednotebookinstanceurl", "sts:assumerole",
    )
)  # fmt: skip
"""Whose code runs under somebody else's role may be changed by name, not at large."""

WAYS = (*OVER_IAM, *BY_PASSING, *BY_CHANGING)
