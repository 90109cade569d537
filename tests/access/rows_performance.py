"""Doors of performance: targets, figures, closed months, dashboards."""

from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.performance import (
    make_kpi_fact,
    make_kpi_figure,
    make_month_close,
    make_restatement,
    make_target,
    make_target_change,
)

SEES_FIGURES = "alice asha bob carol mona dora hugo gina aida"
FINANCE = "dora gina mona aida"
TARGET_READERS = {"alice asha bob carol mona gina hugo aida": OK, "*": FORBIDDEN}
CLOSE_READERS = {"alice asha bob carol mona dora hugo gina aida root": OK, "*": FORBIDDEN}


def target_of_alice(cast):
    target = make_target("sal_amt", "2027-01", "777777", staff=cast.alice)
    make_target_change(target)
    make_kpi_fact(cast.alice)
    make_kpi_figure(cast.alice)
    make_restatement()
    return target


def close(cast):
    return make_month_close()


def new_target(cast, obj):
    return {"metric": "sal_amt", "period": "2027-02", "staff": cast.alice.pk, "value": "5"}


def person_filter(who):
    return f"period=2026-01&code=sal_amt&person={who}"


ROWS = [
    Row("dashboards:team", get={SEES_FIGURES: OK, "*": FORBIDDEN}),
    Row("dashboards:deals", get={SEES_FIGURES: OK, "*": FORBIDDEN}),
    Row("dashboards:deals_split", get={SEES_FIGURES: OK, "*": FORBIDDEN}),
    Row("dashboards:finance", get={FINANCE: OK, "*": FORBIDDEN}),
    Row("dashboards:company", get={FINANCE + " hugo": OK, "*": FORBIDDEN}),
    Row(
        "dashboards:team",
        get={"alice asha bob mona dora hugo gina aida": OK, "carol": MISSING, "*": FORBIDDEN},
        query=person_filter("alice"),
    ),
    Row("performance:rows", get={SEES_FIGURES: OK, "*": FORBIDDEN}),
    Row(
        "performance:rows",
        get={"alice asha bob mona dora hugo gina aida": OK, "carol": MISSING, "*": FORBIDDEN},
        query=person_filter("alice"),
    ),
    Row("performance:kpis", get={SEES_FIGURES: OK, "*": FORBIDDEN}),
    Row("performance:team_day", get={SEES_FIGURES: OK, "*": FORBIDDEN}),
    Row(
        "performance:target_list",
        make=lambda cast: (target_of_alice(cast), {}),
        get=TARGET_READERS,
        canary="777,777",
        hides="carol",
    ),
    Row("performance:progress", get={SEES_FIGURES: OK, "*": FORBIDDEN}),
    Row(
        "performance:target_year",
        get={"bob mona gina": OK, "*": FORBIDDEN},
        post={"bob mona gina": OK, "*": FORBIDDEN},
        data=lambda cast, obj: {"staff": cast.alice.pk, "year": "2027", "sal_amt_02": "5"},
    ),
    Row(
        "performance:target_create",
        get={"bob mona gina": OK, "*": FORBIDDEN},
        post={"bob mona gina": OK, "*": FORBIDDEN},
        data=new_target,
    ),
    Row(
        "performance:target_detail",
        make=target_of_alice,
        get={"alice bob mona gina hugo aida": OK, "*": MISSING},
        canary="777,777",
    ),
    Row(
        "performance:target_change",
        make=target_of_alice,
        get={"bob mona gina": OK, "alice hugo aida": FORBIDDEN, "*": MISSING},
        post={"bob mona gina": OK, "alice hugo aida": FORBIDDEN, "*": MISSING},
    ),
    Row(
        "performance:target_breakdown",
        make=target_of_alice,
        get={"bob mona gina": OK, "alice hugo aida": FORBIDDEN, "*": MISSING},
        post={"bob mona gina": OK, "alice hugo aida": FORBIDDEN, "*": MISSING},
    ),
    Row("performance:monthclose_list", get=CLOSE_READERS),
    Row(
        "performance:monthclose_create",
        get={"mona dora gina": OK, "*": FORBIDDEN},
        post={"mona dora gina": OK, "*": FORBIDDEN},
    ),
    Row(
        "performance:monthclose_detail",
        make=close,
        get={"alice asha bob carol mona dora hugo gina aida root": OK, "*": MISSING},
    ),
    Row(
        "performance:monthclose_restate",
        make=close,
        get={"mona dora gina": OK, "alice asha bob carol hugo aida root": FORBIDDEN, "*": MISSING},
        post={"mona dora gina": OK, "alice asha bob carol hugo aida root": FORBIDDEN, "*": MISSING},
    ),
]
