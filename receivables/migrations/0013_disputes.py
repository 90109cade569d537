"""Disputes are rows with days; the flag of an item is their cache, and what was flagged is carried over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Whoever moves the flag (a file, the demo, the form), there is a dated dispute behind it; and the other way round.
ROWS = """
INSERT INTO receivables_dispute (created_at, updated_at, version, receivable_id, customer_id, category, amount, words,
        opened_date, follower_id, next_step, resolution, outcome)
    SELECT now(), now(), 1, i.id, i.customer_id, 'other', greatest(i.outstanding, 0.01),
        coalesce(nullif(i.dispute_reason, ''), '–'),
        greatest(i.issue_date, (i.updated_at AT TIME ZONE '{zone}')::date), i.owner_id, '', '', ''
    FROM receivables_receivable i WHERE i.disputed;
"""
GUARD = """
CREATE FUNCTION receivables_dispute_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    item receivables_receivable%ROWTYPE;
BEGIN
    SELECT * INTO item FROM receivables_receivable WHERE id = NEW.receivable_id FOR NO KEY UPDATE;
    IF item.customer_id <> NEW.customer_id OR NEW.opened_date < item.issue_date
        OR NEW.amount > (CASE WHEN item.amount > item.settled THEN item.amount - item.settled ELSE item.amount END) THEN
        RAISE EXCEPTION 'the dispute does not fit item %', item.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_dispute_fits_item';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receivables_dispute_fits BEFORE INSERT ON receivables_dispute
    FOR EACH ROW EXECUTE FUNCTION receivables_dispute_fits();
CREATE TRIGGER receivables_dispute_open_month AFTER INSERT ON receivables_dispute
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION receivables_require_open_month('opened_date');

CREATE FUNCTION receivables_dispute_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.receivable_id, OLD.customer_id, OLD.category, OLD.amount, OLD.words, OLD.opened_date)
        IS DISTINCT FROM
       (NEW.receivable_id, NEW.customer_id, NEW.category, NEW.amount, NEW.words, NEW.opened_date)
       OR (OLD.resolved_date IS NOT NULL AND (OLD.resolved_date, OLD.resolution, OLD.outcome, OLD.credit_note_id)
        IS DISTINCT FROM (NEW.resolved_date, NEW.resolution, NEW.outcome, NEW.credit_note_id)) THEN
        RAISE EXCEPTION 'what a customer disputed, and how it ended, stays as it was written'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_dispute_kept';
    END IF;
    IF NEW.resolved_date IS DISTINCT FROM OLD.resolved_date AND EXISTS (
        SELECT 1 FROM receivables_periodlock m WHERE m.module = 'receivables' AND m.closed
            AND m.month = date_trunc('month', NEW.resolved_date)::date) THEN
        RAISE EXCEPTION 'the ledger is closed for %', to_char(NEW.resolved_date, 'YYYY-MM')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_month_closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receivables_dispute_moves BEFORE UPDATE ON receivables_dispute
    FOR EACH ROW EXECUTE FUNCTION receivables_dispute_moves();
CREATE TRIGGER receivables_dispute_not_deleted BEFORE DELETE ON receivables_dispute
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION receivables_refuse();

CREATE FUNCTION receivables_dispute_flags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE receivables_receivable SET disputed = NEW.resolved_date IS NULL,
        dispute_reason = CASE WHEN NEW.resolved_date IS NULL THEN NEW.words ELSE '' END, version = version + 1
        WHERE id = NEW.receivable_id AND disputed <> (NEW.resolved_date IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_dispute_flags AFTER INSERT OR UPDATE OF resolved_date ON receivables_dispute
    FOR EACH ROW EXECUTE FUNCTION receivables_dispute_flags();

CREATE FUNCTION receivables_flag_is_dated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (now() AT TIME ZONE '{zone}')::date;
BEGIN
    IF NEW.disputed THEN
        INSERT INTO receivables_dispute (created_at, updated_at, version, receivable_id, customer_id, category, amount,
                words, opened_date, follower_id, next_step, resolution, outcome)
            VALUES (now(), now(), 1, NEW.id, NEW.customer_id, 'other',
                CASE WHEN NEW.amount > NEW.settled THEN NEW.amount - NEW.settled ELSE NEW.amount END,
                coalesce(nullif(NEW.dispute_reason, ''), '–'),
                CASE WHEN TG_OP = 'INSERT' THEN NEW.issue_date ELSE greatest(NEW.issue_date, today) END,
                NEW.owner_id, '', '', '')
            ON CONFLICT DO NOTHING;
    ELSE
        UPDATE receivables_dispute SET resolution = 'withdrawn', resolved_date = greatest(opened_date, today)
            WHERE receivable_id = NEW.id AND resolved_date IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_receivable_born_disputed AFTER INSERT ON receivables_receivable
    FOR EACH ROW WHEN (NEW.disputed) EXECUTE FUNCTION receivables_flag_is_dated();
CREATE TRIGGER receivables_receivable_flagged AFTER UPDATE OF disputed ON receivables_receivable
    FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND OLD.disputed <> NEW.disputed)
    EXECUTE FUNCTION receivables_flag_is_dated();

-- An import that is taken back takes the disputes its file brought with it; those of people keep the item.
CREATE FUNCTION receivables_disputes_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM receivables_dispute WHERE receivable_id = OLD.id AND created_by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'receivable % was disputed meanwhile', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_removal_refused';
    END IF;
    DELETE FROM receivables_dispute WHERE receivable_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER receivables_receivable_undisputed BEFORE DELETE ON receivables_receivable
    FOR EACH ROW WHEN (pg_trigger_depth() >= 1) EXECUTE FUNCTION receivables_disputes_go();
"""
UNDO = """
DROP FUNCTION receivables_disputes_go() CASCADE;
DROP FUNCTION receivables_flag_is_dated() CASCADE;
DROP FUNCTION receivables_dispute_flags() CASCADE;
DROP FUNCTION receivables_dispute_moves() CASCADE;
DROP FUNCTION receivables_dispute_fits() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0033_tours_of_customers"),
        ("receivables", "0012_second_person_for_postings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("quality", "Quality"),
                            ("delivery", "Delivery"),
                            ("quantity", "Quantity"),
                            ("price", "Price"),
                            ("document", "Papers"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="disputed amount"),
                ),
                ("words", models.CharField(max_length=300, verbose_name="what the customer objects to")),
                ("opened_date", models.DateField(verbose_name="disputed since")),
                ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                ("next_date", models.DateField(blank=True, null=True, verbose_name="next step by")),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("credit_note", "Settled by a credit note"),
                            ("withdrawn", "Withdrawn by the customer"),
                            ("accepted", "Accepted otherwise, such as replaced or repaired"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="how it ended",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="outcome"),
                ),
                (
                    "resolved_date",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="settled on"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "credit_note",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receivables.creditnote",
                        verbose_name="credit note",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "follower",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who follows it",
                    ),
                ),
                (
                    "receivable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="receivables.receivable",
                        verbose_name="receivable",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispute",
                "verbose_name_plural": "disputes",
                "ordering": ["-opened_date", "-pk"],
                "indexes": [
                    models.Index(fields=["-opened_date", "-id"], name="receivables_dispute_by_day"),
                    models.Index(
                        condition=models.Q(("resolved_date__isnull", True)),
                        fields=["next_date"],
                        name="receivables_dispute_next",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="receivables_dispute_amount_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolution", ""), ("resolved_date__isnull", True)),
                            models.Q(
                                ("resolved_date__gte", models.F("opened_date")),
                                models.Q(("resolution", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="receivables_dispute_settled_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_date__isnull", True)),
                        fields=("receivable",),
                        name="receivables_dispute_one_open",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ROWS.replace("{zone}", settings.TIME_ZONE), migrations.RunSQL.noop),
        migrations.RunSQL(GUARD.replace("{zone}", settings.TIME_ZONE), UNDO),
    ]
