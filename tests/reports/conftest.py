"""A Saturday morning, for every page of a staff home."""

import pytest
from django.utils import timezone

from tests.reports.scene import TEN


@pytest.fixture
def on_saturday(monkeypatch):
    """Ten o'clock, for whoever asks what time it is."""
    monkeypatch.setattr(timezone, "now", lambda: TEN)
