"""The page of all rules is what the rules say."""

from policy.reference import PAGE, page


def test_the_page_is_in_step_with_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make policies`"
