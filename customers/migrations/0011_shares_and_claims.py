"""The shares of one day never come to more than one; the first flow of claims to customers."""

from django.db import migrations

from salesops.approvals.seeds import role, route, step, when, write_flow

SQL = """
CREATE FUNCTION customers_shares_of_a_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    guilty bigint;
BEGIN
    SELECT n.customer_id INTO guilty
    FROM (SELECT DISTINCT customer_id FROM new_rows) n
    JOIN customers_customerownership a ON a.customer_id = n.customer_id
    JOIN customers_customerownership b ON b.customer_id = a.customer_id
         AND b.from_date <= a.from_date AND (b.to_date IS NULL OR b.to_date >= a.from_date)
    GROUP BY n.customer_id, a.id
    HAVING sum(b.share) > 1
    LIMIT 1;
    IF guilty IS NOT NULL THEN
        RAISE EXCEPTION 'customers_ownership_shares_up_to_one: the shares of customer % come to more than one', guilty
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customers_ownership_shares_added AFTER INSERT ON customers_customerownership
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION customers_shares_of_a_day();
CREATE TRIGGER customers_ownership_shares_changed AFTER UPDATE ON customers_customerownership
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION customers_shares_of_a_day();
"""
UNDO = """
DROP TRIGGER customers_ownership_shares_added ON customers_customerownership;
DROP TRIGGER customers_ownership_shares_changed ON customers_customerownership;
DROP FUNCTION customers_shares_of_a_day();
"""


def seed(apps, schema_editor):
    same = [when("same_team", "yes")]
    write_flow(
        apps,
        "customers.claim",
        [
            route("Both in one team", same, [step("Team lead", role("lead"))]),
            route("Two teams", [], [step("Department manager", role("manager"))]),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_sharing_and_life"), ("approvals", "0001_initial")]

    operations = [migrations.RunSQL(SQL, UNDO), migrations.RunPython(seed, migrations.RunPython.noop)]
