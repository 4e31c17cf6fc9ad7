"""The house style, where no tool checks it. tests/test_breaches.py shows each check red."""

import pytest

from tests.house_style import CHECKOUT, CHECKS


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_checkout_has_none_of(check):
    assert "\n".join(check(CHECKOUT)) == ""
