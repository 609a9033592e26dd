"""KMS keys: who uses them, by themselves or by an alias, and which one of a region something is encrypted with."""

from policy.subject import Stack, Subject

KEY = "aws:kms/key:Key"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"
KEYS = (KEY, REPLICA_KEY)
ALIAS = "aws:kms/alias:Alias"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
COMPANIONS = (ALIAS, KEY_POLICY, "aws:kms/grant:Grant", REPLICA_KEY)
"""What belongs to a key and uses nothing by itself."""

_USED = "keys in use"


def keys(subject: Subject, prop: str) -> list[Subject]:
    """The keys that a property depends on, by themselves or by an alias."""
    named = [key for alias in subject.links(prop, ALIAS) for key in alias.links("targetKeyId", *KEYS)]
    found = {key.urn: key for key in [*subject.links(prop, *KEYS), *named]}
    return [found[urn] for urn in sorted(found)]


def used(stack: Stack) -> frozenset[str]:
    """URNs of the keys and aliases that something encrypts, signs or decrypts with."""
    if _USED not in stack.memory:
        stack.memory[_USED] = frozenset(
            linked.urn
            for one in stack
            if one.resource and one.type not in COMPANIONS
            for targets in one.resource.property_dependencies.values()
            for linked in targets
            if linked.resource_type in (*KEYS, ALIAS)
        )
    return stack.memory[_USED]
