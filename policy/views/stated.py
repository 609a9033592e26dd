"""Properties as a program states them, in rules of one resource and in rules of a stack alike."""

from typing import Any

from pulumi_policy.proxy import UnknownValueError

from policy.subject import Subject
from policy.values import get


def stated(subject: Subject, name: str) -> Any:
    """The value of a property; None where nobody has set it, UnknownValueError where it is set and not known yet.

    At the end of a preview an output that nobody has set is unknown too, but it depends on nothing. What a program
    takes from a resource depends on that resource.
    """
    try:
        return get(subject.props, name)
    except UnknownValueError:
        if subject.resource is None or subject.links(name):
            raise
        return None


def states(props: Any, name: str) -> bool:
    """Whether a map holds a key, known or not."""
    return any(key == name for key in props)
