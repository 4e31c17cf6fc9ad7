"""An open weekly group with its meetings, and a family that may book."""

import pytest

from tests.bookings.stage import family, open_group


@pytest.fixture
def group():
    """A Saturday group of six with every meeting of 2026-27 planned."""
    return open_group()


@pytest.fixture
def home():
    """A guardian and her child of ten."""
    return family()
