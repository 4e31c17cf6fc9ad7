"""The portal's role in the database may not step over its rules."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_portals_role_cannot_step_over_row_security():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )

        row = cursor.fetchone()

    assert row == ("portal", False, False)


@pytest.mark.django_db
def test_letters_fold_beyond_ascii():
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('É'), 'Zoë' ILIKE 'zOË'")

        row = cursor.fetchone()

    assert row == ("é", True)
