"""The database's own answer to whether an adult may teach: no rule in force means no."""

from django.db import migrations

CREATE = """
CREATE FUNCTION safeguarding_cleared_to_teach(adult bigint, day date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(bool_and(EXISTS (
        SELECT FROM safeguarding_check made
         WHERE made.person_id = adult
           AND made.kind = needed.kind
           AND made.checked_on <= day
           AND (made.expires_on IS NULL OR made.expires_on >= day)
           AND (made.withdrawn_on IS NULL OR made.withdrawn_on > day)
    )), false)
      FROM safeguarding_requiredcheck needed
     WHERE needed.from_on <= day AND (needed.to_on IS NULL OR needed.to_on >= day)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("safeguarding", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION safeguarding_cleared_to_teach(bigint, date)")
    ]
