"""Nothing is added to a closed month, and a close holds exactly the rows that it counted."""

from django.db import migrations

CREATE = """
-- The month that a period ends with: 2026-Q3 is closed with 2026-09, 2026 with 2026-12.
CREATE FUNCTION performance_last_month(period text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN period LIKE '____-Q_' THEN left(period, 5) || lpad((3 * right(period, 1)::int)::text, 2, '0')
                WHEN period LIKE '____' THEN period || '-12'
                ELSE period END
$$;

CREATE FUNCTION performance_refuse_late_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late text;
BEGIN
    SELECT c.period INTO late FROM (SELECT DISTINCT period FROM new_rows) n
        JOIN performance_monthclose c ON c.period = performance_last_month(n.period) LIMIT 1;
    IF late IS NOT NULL THEN
        RAISE EXCEPTION '%_frozen: % is closed and takes no further rows; restate it', TG_TABLE_NAME, late
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER performance_kpifact_complete AFTER INSERT ON performance_kpifact
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION performance_refuse_late_rows();
CREATE TRIGGER performance_kpifigure_complete AFTER INSERT ON performance_kpifigure
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION performance_refuse_late_rows();

-- What was put there before the close would be frozen with it as if it had been counted.
CREATE FUNCTION performance_close_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending text[] := ARRAY[NEW.period];
    rows bigint;
BEGIN
    IF NEW.period <> to_char(NEW.first_date, 'YYYY-MM') OR extract(day FROM NEW.first_date) <> 1 THEN
        RAISE EXCEPTION 'performance_monthclose_frozen: % is not the month of %', NEW.period, NEW.first_date
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    IF extract(month FROM NEW.first_date)::int % 3 = 0 THEN
        ending := ending || to_char(NEW.first_date, 'YYYY"-Q"Q');
    END IF;
    IF extract(month FROM NEW.first_date) = 12 THEN
        ending := ending || to_char(NEW.first_date, 'YYYY');
    END IF;
    SELECT count(*) INTO rows FROM performance_kpifact WHERE period = ANY(ending);
    IF rows <> NEW.facts THEN
        RAISE EXCEPTION 'performance_monthclose_frozen: % counted % rows, and % are there',
            NEW.period, NEW.facts, rows USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_monthclose_complete BEFORE INSERT ON performance_monthclose
    FOR EACH ROW EXECUTE FUNCTION performance_close_is_complete();
"""
DROP = """
DROP FUNCTION performance_close_is_complete() CASCADE;
DROP FUNCTION performance_refuse_late_rows() CASCADE;
DROP FUNCTION performance_last_month(text) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("performance", "0008_category")]

    operations = [migrations.RunSQL(CREATE, DROP)]
