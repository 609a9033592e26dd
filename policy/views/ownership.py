"""What of the account belongs to somebody else, by the stack's own word."""

from policy.rule import NotApplicable
from policy.subject import Stack
from policy.values import get, plain

ACCOUNT = "storefront:account:Account"


def adopted(stack: Stack) -> frozenset[str]:
    """The guards that a landing zone owns, by the names of their settings; what is merely off is not among them."""
    found = [plain(get(one.props, "adopted", [])) for one in stack.of_type(ACCOUNT)]
    return frozenset(str(name) for names in found for name in names)


def leave_to_owner(stack: Stack, guard: str) -> None:
    """Raises NotApplicable where a guard is adopted."""
    if guard in adopted(stack):
        raise NotApplicable(f"the settings adopt {guard} from whoever owns it in this account")
