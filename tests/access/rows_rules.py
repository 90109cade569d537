"""Handbook, calendar, catalog, jobs and notifications."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType

from salesops.accounts.models import User
from salesops.calendar.models import CalendarDay, WorkRegime
from salesops.catalog.models import ExchangeRate, PaymentTerm, TaxRate
from salesops.handbook.models import RuleValue
from salesops.jobs.models import JobRun, OutboxMessage
from salesops.notifications.models import GroupRobot, Notification, OneTimeLink
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.catalog import make_price_list, make_product

ROBOT_URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=canary-secret-7731"
AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
EVERYBODY = {"*": OK}
ADMIN = {"root": OK, "*": FORBIDDEN}
GOODS = {"otto root": OK, "*": FORBIDDEN}
MONEY = {"dora root": OK, "*": FORBIDDEN}
DAYS = {"hugo root": OK, "*": FORBIDDEN}
RUNS = {"root dora mona gina aida": OK, "*": FORBIDDEN}
OUTBOX = {"root aida": OK, "*": FORBIDDEN}
RUNNERS = {"root dora mona": OK, "*": FORBIDDEN}
CANARY = "Canary Lamp 7731"


def product(cast):
    return make_product("CANARY-1", name=CANARY, cost_price=4117, floor_price=7731)


def price_list(cast):
    return make_price_list("CANARY", name="Canary list")


def rate(cast):
    return ExchangeRate.objects.create(currency_id="USD", date=date(2026, 5, 1), rate=7)


def tax(cast):
    return TaxRate.objects.create(code="CANARY", rate=0, from_date=date(2026, 1, 1))


def term(cast):
    return PaymentTerm.objects.create(code="CANARY", base="invoice", days=33)


def day(cast):
    return CalendarDay.objects.create(region="CN", date=date(2026, 5, 4), name="Canary day")


def regime(cast):
    return WorkRegime.objects.create(
        name="Canary hours", from_date=date(2026, 5, 1), blocks=[["09:00", "12:00"]]
    )


def run(cast):
    return JobRun.objects.create(
        job="fill_calendar",
        business_date=date(2026, 5, 4),
        state="failed",
        started_at=AT,
        error="canary error",
    )


def message(cast):
    return OutboxMessage.objects.create(
        key="canary-message", kind="pigeon", created_at=AT, not_before=AT, last_error="canary error"
    )


def notice(cast):
    return Notification.objects.create(
        recipient=cast.alice, kind="jobs.run_finished", key="canary", data={"job": "canary"}, created_at=AT
    )


def coming_value(cast):
    return RuleValue.objects.create(
        key="calendar.region", value="TW", from_date=date(2099, 1, 1), set_at=AT, reason="canary"
    )


def named(**kwargs):
    return lambda cast: (None, kwargs)


def robot(cast):
    return GroupRobot.objects.create(name="Canary robot", style="wecom", url=ROBOT_URL)


def outside_link(cast):
    return OneTimeLink.objects.create(
        purpose="canary.purpose",
        subject_type=ContentType.objects.get_for_model(User),
        subject_id=cast.alice.pk,
        recipient="canary@example.com",
        digest="0" * 64,
        created_by=cast.alice,
        created_at=AT,
        expires_at=AT + timedelta(days=3650),
    )


ROBOTS = {"root aida": OK, "*": FORBIDDEN}

ROWS = [
    Row("handbook:acknowledgement_list", get=EVERYBODY),
    Row(
        "handbook:acknowledge",
        make=lambda cast: (None, {"chapter": "working-together"}),
        get=None,
        post=EVERYBODY,
    ),
    Row("handbook:breaches", make=lambda cast: (None, {"key": "customers.stale_days"}), get=EVERYBODY),
    Row("notifications:preferences", get=EVERYBODY, post=EVERYBODY),
    Row("notifications:grouprobot_list", make=lambda cast: (robot(cast) and None, {}), get=ROBOTS),
    Row("notifications:grouprobot_detail", make=robot, get={"root aida": OK, "*": MISSING}),
    Row("notifications:grouprobot_create", get=ADMIN, post=ADMIN),
    Row(
        "notifications:grouprobot_edit",
        make=robot,
        get={"root": OK, "aida": FORBIDDEN, "*": MISSING},
        post={"root": OK, "aida": FORBIDDEN, "*": MISSING},
    ),
    Row(
        "notifications:grouprobot_test",
        make=robot,
        get={"root": OK, "aida": FORBIDDEN, "*": MISSING},
        post={"root": OK, "aida": FORBIDDEN, "*": MISSING},
    ),
    Row("notifications:onetimelink_list", make=lambda cast: (outside_link(cast) and None, {}), get=EVERYBODY),
    Row(
        "notifications:onetimelink_withdraw",
        make=outside_link,
        post={"alice root": OK, "aida": FORBIDDEN, "*": MISSING},
    ),
    Row(
        "notifications:one_time_link",
        make=lambda cast: (None, {"token": "no-such-link"}),
        get={"*": 410},
        post={"*": 410},
        public=True,
        anonymous=410,
    ),
    # handbook
    Row("handbook:handbook", get=EVERYBODY),
    Row("handbook:clause", make=named(key="calendar.region"), get=EVERYBODY),
    Row("handbook:value_set", make=named(key="calendar.region"), get=ADMIN, post=ADMIN),
    Row("handbook:value_withdraw", make=coming_value, get=ADMIN, post=ADMIN),
    # calendar
    Row("calendar:calendar_month", get=EVERYBODY),
    Row("calendar:calendarday_list", get=EVERYBODY),
    Row("calendar:calendarday_create", get=DAYS, post=DAYS),
    Row("calendar:calendarday_detail", make=day, get=EVERYBODY),
    Row("calendar:calendarday_remove", make=day, get=DAYS, post=DAYS),
    Row("calendar:calendar_fill", make=named(region="CN", year=2026), post=DAYS),
    Row("calendar:workregime_list", get=EVERYBODY),
    Row("calendar:workregime_create", get=DAYS, post=DAYS),
    Row("calendar:workregime_detail", make=regime, get=EVERYBODY),
    Row("calendar:workregime_edit", make=regime, get=DAYS, post=DAYS),
    # catalog
    Row("catalog:product_list", get=EVERYBODY),
    Row("catalog:product_create", get=GOODS, post=GOODS),
    Row(
        "catalog:product_detail",
        make=product,
        get=EVERYBODY,
        canary="4,117",
        hides="alice carol lena sam hugo root",
    ),
    Row("catalog:product_edit", make=product, get=GOODS, post=GOODS),
    Row("catalog:pricelist_list", get=EVERYBODY),
    Row("catalog:pricelist_create", get=GOODS, post=GOODS),
    Row("catalog:pricelist_detail", make=price_list, get=EVERYBODY),
    Row("catalog:pricelist_edit", make=price_list, get=GOODS, post=GOODS),
    Row("catalog:pricelist_price", make=price_list, get=GOODS, post=GOODS),
    Row("catalog:currency_list", get=EVERYBODY),
    Row("catalog:currency_create", get=MONEY, post=MONEY),
    Row("catalog:exchangerate_list", get=EVERYBODY),
    Row("catalog:exchangerate_create", get=MONEY, post=MONEY),
    Row("catalog:exchangerate_detail", make=rate, get=EVERYBODY),
    Row("catalog:exchangerate_edit", make=rate, get=MONEY, post=MONEY),
    Row("catalog:taxrate_list", get=EVERYBODY),
    Row("catalog:taxrate_create", get=MONEY, post=MONEY),
    Row("catalog:taxrate_detail", make=tax, get=EVERYBODY),
    Row("catalog:paymentterm_list", get=EVERYBODY),
    Row("catalog:paymentterm_create", get=MONEY, post=MONEY),
    Row("catalog:paymentterm_detail", make=term, get=EVERYBODY),
    Row("catalog:paymentterm_edit", make=term, get=MONEY, post=MONEY),
    # jobs
    Row("jobs:job_list", get=RUNS),
    Row("jobs:jobrun_list", get=RUNS),
    Row(
        "jobs:jobrun_detail",
        make=run,
        get={"root dora mona gina aida": OK, "*": MISSING},
        canary="canary error",
    ),
    Row("jobs:job_preview", make=named(name="fill_calendar"), get=RUNNERS),
    Row("jobs:job_start", make=named(name="fill_calendar"), get=RUNNERS, post=RUNNERS),
    Row("jobs:outboxmessage_list", get=OUTBOX),
    Row(
        "jobs:outboxmessage_again",
        make=message,
        get={"root": OK, "aida": FORBIDDEN, "*": MISSING},
        post={"root": OK, "aida": FORBIDDEN, "*": MISSING},
        canary="canary-message",
    ),
    # notifications
    Row("notifications:notification_list", get=EVERYBODY),
    Row("notifications:notification_read_all", post=EVERYBODY),
    Row("notifications:notification_open", make=notice, post={"alice": OK, "*": MISSING}, canary="canary"),
]
