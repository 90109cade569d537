"""A person belongs to one team a day, and holds a role for a unit once a day: refused by the database."""

from django.db import migrations

MEMBERSHIP = """
ALTER TABLE accounts_membership ADD CONSTRAINT accounts_membership_one_team_a_day EXCLUDE USING gist (
    int8range(user_id, user_id, '[]') WITH &&,
    daterange(from_date, to_date, '[]') WITH &&)
"""
# hashtext turns the role's name into a number; a test proves that the names do not collide.
ROLE = """
ALTER TABLE accounts_rolegrant ADD CONSTRAINT accounts_rolegrant_once_a_day EXCLUDE USING gist (
    int8range(user_id, user_id, '[]') WITH &&,
    int8range(hashtext(role)::bigint, hashtext(role)::bigint, '[]') WITH &&,
    int8range(coalesce(team_id, 0), coalesce(team_id, 0), '[]') WITH &&,
    daterange(from_date, to_date, '[]') WITH &&)
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_password_change_due")]

    operations = [
        migrations.RunSQL(
            MEMBERSHIP,
            "ALTER TABLE accounts_membership DROP CONSTRAINT accounts_membership_one_team_a_day",
        ),
        migrations.RunSQL(
            ROLE, "ALTER TABLE accounts_rolegrant DROP CONSTRAINT accounts_rolegrant_once_a_day"
        ),
    ]
