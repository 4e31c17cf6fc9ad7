"""What it looks like when the database says no: by which constraint, and in which words."""

from contextlib import contextmanager

import pytest
from django.db import Error, transaction

from core.refusals import BUSY, RuleBroken, in_words


@contextmanager
def refuses(constraint):
    """The database refuses what is inside, by this constraint, and has a sentence for it."""
    with pytest.raises(Error) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__.diag.constraint_name == constraint
    words = in_words(caught.value)
    assert isinstance(words, RuleBroken)
    assert str(words) not in ("", BUSY)
