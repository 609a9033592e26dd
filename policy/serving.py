"""The pack's server: the SDK's own, which reads each request once instead of once a policy.

The SDK's server takes a request's properties apart anew for each policy. With as many rules and resources as here
that is minutes. This one does it once, offers a resource to the rules of its type alone, and remembers the levels
that the engine configures. Its answers are the same: `tests/policy/test_serving.py` compares them.
"""

from collections import defaultdict
from typing import Any

import pulumi_policy.policy as sdk
from google.protobuf import json_format
from pulumi.runtime import proto
from pulumi_policy import Policy, PolicyPack, PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import UnknownValueError, unknown_checking_proxy

from policy.levels import Levels
from policy.pack import Pack, ResourcePolicy, StackPolicy
from policy.text import CANNOT_RUN

Base: Any = sdk._PolicyAnalyzerServicer  # pyright: ignore[reportPrivateUsage]
NotApplicableError: Any = sdk._NotApplicableError  # pyright: ignore[reportPrivateUsage]


class Servicer(Base):
    """The SDK's analyzer with one reading of each request."""

    levels: Levels

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        for name, config in request.policyConfig.items():
            self.levels.given[name] = self._convert_enforcement_level(config.enforcementLevel)
        return Base.Configure(self, request, context)

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        mends = any(policy.has_remediation() for policy in self._resource_policies(request.type))
        return Base.Remediate(self, request, context) if mends else proto.RemediateResponse()

    def Analyze(self, request: Any, _context: Any) -> Any:  # noqa: N802
        response = proto.AnalyzeResponse()
        candidates = [policy for policy in self._resource_policies(request.type) if self._active(policy)]
        if not candidates:
            return response
        props = _read(request.properties)
        options, provider = self._get_resource_options(request), self._get_provider_resource(request)
        for policy in candidates:
            config = self._get_policy_config(policy.name)
            self._run(
                policy, response, ResourceValidationArgs(
                    request.type, props, request.urn, request.name, options, provider, config, self._tags()
                )
            )  # fmt: skip
        return response

    def AnalyzeStack(self, request: Any, _context: Any) -> Any:  # noqa: N802
        response = proto.AnalyzeResponse()
        resources = self._resources(request)
        for policy in self._policies():
            if isinstance(policy, sdk.StackValidationPolicy) and self._active(policy):
                config = self._get_policy_config(policy.name)
                self._run(policy, response, StackValidationArgs(resources, config, self._tags()))
        return response

    def _policies(self) -> list[Policy]:
        return self._PolicyAnalyzerServicer__policies

    def _tags(self) -> Any:
        return self._PolicyAnalyzerServicer__stack_tags

    def _active(self, policy: Policy) -> bool:
        return self._level(policy) != sdk.EnforcementLevel.DISABLED

    def _level(self, policy: Policy) -> Any:
        """What the pack says of itself, of levels lowered from outside above all, nobody lowers from outside."""
        if not isinstance(policy, ResourcePolicy | StackPolicy):
            return policy.enforcement_level
        return self._get_enforcement_level(policy)

    def _resource_policies(self, token: str) -> list[ResourcePolicy]:
        known: dict[str, list[ResourcePolicy]] | None = getattr(self, "_by_type", None)
        if known is None:
            known = defaultdict(list)
            for policy in self._policies():
                if isinstance(policy, ResourcePolicy):
                    for on in policy.rule.types:
                        known[on].append(policy)
            self._by_type = known
        return known.get(token, [])

    def _run(self, policy: Any, response: Any, args: Any) -> None:
        level = self._level(policy)
        if level == sdk.EnforcementLevel.REMEDIATE:
            level = sdk.EnforcementLevel.MANDATORY
        report = self._create_report_violation(response, policy.name, policy.description, level, policy.severity)
        try:
            policy.validate(args, report)
        except UnknownValueError as unknown:
            response.diagnostics.append(self._cannot_run(policy, unknown))
        except NotApplicableError as reason:
            response.not_applicable.append(
                proto.PolicyNotApplicable(policy_name=policy.name, reason=reason.reason or "")
            )

    def _cannot_run(self, policy: Policy, unknown: UnknownValueError) -> Any:
        name, version = (
            self._PolicyAnalyzerServicer__policy_pack_name,
            self._PolicyAnalyzerServicer__policy_pack_version,
        )
        says = f"{CANNOT_RUN} '{policy.name}' from policy pack '{name}@v{version}' during preview: {unknown.message}"
        return proto.AnalyzeDiagnostic(
            policyName=policy.name, policyPackName=name, policyPackVersion=version, message=says, urn="",
            description=policy.description, enforcementLevel=proto.ADVISORY,
        )  # fmt: skip

    def _resources(self, request: Any) -> list[PolicyResource]:
        read: dict[str, PolicyResource] = {}
        for one in request.resources:
            options, provider = self._get_resource_options(one), self._get_provider_resource(one)
            read[one.urn] = PolicyResource(
                one.type, _read(one.properties), one.urn, one.name, options, provider, None, [], {}
            )
        for one in request.resources:
            resource = read[one.urn]
            resource.parent = read.get(one.parent)
            resource.dependencies.extend(read[urn] for urn in one.dependencies if urn in read)
            for key, linked in one.propertyDependencies.items():
                resource.property_dependencies[key] = [read[urn] for urn in linked.urns if urn in read]
        return list(read.values())


def start(name: str, pack: Pack) -> None:
    """Serve the pack on a port of its own, which is the first line on standard output; returns when interrupted."""
    Servicer.levels = pack.levels
    setattr(sdk, Base.__name__, Servicer)
    PolicyPack(name, pack.policies(), sdk.EnforcementLevel.MANDATORY)


def _read(properties: Any) -> Any:
    return unknown_checking_proxy(deserialize_properties(json_format.MessageToDict(properties)))
