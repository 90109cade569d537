"""The audit is read by the auditor, the general manager and the administrator; timelines by who sees the record."""

from django.utils import timezone

from salesops.audit.services import record
from tests.access.table import FORBIDDEN, OK, Row

READERS = {"aida gina root": OK, "*": FORBIDDEN}
ROW_READERS = {"aida gina root": OK, "*": FORBIDDEN}


def event(cast):
    return record(
        "accounts.team_changed",
        cast.group_a,
        actor=cast.hugo,
        at=timezone.now(),
        data={"team": "Canary Unit"},
    )


def team(cast):
    return None, {"app_label": "accounts", "model_name": "team", "pk": cast.group_a.pk}


def person(cast):
    return None, {"app_label": "accounts", "model_name": "user", "pk": cast.alice.pk}


ROWS = [
    Row("audit:auditevent_list", get=READERS),
    Row(
        "audit:auditevent_detail",
        make=event,
        get={"aida gina root": OK, "*": 404},
        canary="Canary Unit",
    ),
    Row("audit:accesslog_list", get=READERS),
    Row("audit:rowchange_list", get=READERS),
    Row("audit:row_history", make=team, get=ROW_READERS),
    Row("audit:timeline", make=person, get={"alice hugo root aida": OK, "*": FORBIDDEN}),
    Row(
        "audit:unmask",
        make=lambda cast: (
            None,
            {"app_label": "accounts", "model_name": "user", "pk": cast.alice.pk, "field": "password"},
        ),
        get={"*": 404},
        post={"*": 404},
    ),
    Row("audit:integrity", get=READERS, post=READERS),
]
