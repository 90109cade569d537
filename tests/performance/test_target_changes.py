"""A target is changed by the signature of who stands above, and keeps its history (TGT-13); forecast (TGT-05)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from performance.kpis import kpi_of
from performance.models import Target, TargetChange
from performance.selectors.forecast import forecast
from performance.services.breakdown import break_down_by_period
from performance.services.targets import change_or_ask, set_target
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.seeds import seed_flows
from salesops.approvals.services import approve, reject
from salesops.core.errors import Conflict, NotAllowed
from salesops.core.periods import Period
from salesops.handbook.services import set_rule_value
from tests.factories.orders import make_order
from tests.factories.performance import make_target

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
NEXT = Period.parse(str(TODAY.year + 1))


@pytest.fixture(autouse=True)
def flows(db):
    seed_flows()


def of(subject, value="100.00", actor=None, period=NEXT):
    return set_target(actor=actor, at=NOW, metric="sal_amt", period=period, value=D(value), **subject)[0]


def fresh(target):
    return Target.objects.get(pk=target.pk)


def test_the_superior_signs_a_change_that_the_lead_asks_for(cast):
    target = of({"staff": cast.alice}, actor=cast.bob)
    request = change_or_ask(actor=cast.bob, at=NOW, target=target, value=D("80"), reason="Ill for a quarter")
    assert isinstance(request, ApprovalRequest) and fresh(target).value == D("100")
    with pytest.raises(NotAllowed):
        approve(actor=cast.bob, request=request, at=NOW)
    approve(actor=cast.bob.superior, request=request, at=NOW)
    assert fresh(target).value == D("80")
    step = TargetChange.objects.filter(target=target).order_by("-pk").first()
    assert (step.old_value, step.new_value, step.changed_by) == (D("100"), D("80"), cast.bob)
    assert "Ill for a quarter" in step.reason and cast.bob.superior.name in step.reason


def test_the_general_manager_signs_the_change_of_a_department(cast):
    target = of({"team": cast.sales})
    request = change_or_ask(actor=cast.mona, at=NOW, target=target, value=D("120"), reason="New market")
    approve(actor=cast.gina, request=request, at=NOW)
    assert fresh(target).value == D("120")


def test_a_refused_change_changes_nothing_and_a_second_one_waits_its_turn(cast):
    target = of({"staff": cast.alice})
    request = change_or_ask(actor=cast.bob, at=NOW, target=target, value=D("80"), reason="Less")
    with pytest.raises(Conflict):
        change_or_ask(actor=cast.bob, at=NOW, target=target, value=D("70"), reason="Even less")
    reject(actor=cast.bob.superior, request=request, at=NOW, comment="No")
    assert fresh(target).value == D("100") and TargetChange.objects.count() == 1


def test_setting_it_anew_or_splitting_its_parent_is_no_way_round(cast):
    target = of({"staff": cast.alice})
    of({"staff": cast.alice}, "50", actor=cast.bob)
    assert fresh(target).value == D("100") and ApprovalRequest.objects.count() == 1
    team = of({"team": cast.group_a}, "400")
    parts = break_down_by_period(actor=None, at=NOW, target=team)
    break_down_by_period(actor=cast.bob, at=NOW, target=team, weights=[1, 1, 1, 5])
    assert [fresh(part).value for part in parts] == [D("100")] * 4


def test_who_stands_at_the_top_and_where_the_handbook_says_so_it_is_changed_at_once(cast):
    target = of({"staff": cast.alice})
    assert change_or_ask(actor=cast.gina, at=NOW, target=target, value=D("90"), reason="Plan").value == D(
        "90"
    )
    set_rule_value("performance.target_changes_signed", False, TODAY, "trial", actor=cast.root, at=NOW)
    assert change_or_ask(actor=cast.bob, at=NOW, target=target, value=D("95"), reason="x").value == D("95")


def test_the_page_says_that_it_waits(client, cast):
    target = of({"staff": cast.alice})
    client.force_login(cast.bob)
    url = reverse("performance:target_change", args=[target.pk])
    answer = client.post(url, {"value": "80", "reason": "Less"}, follow=True)
    assert "holds as soon as it is signed" in answer.content.decode() and fresh(target).value == D("100")


@pytest.mark.parametrize(
    "code, value, share, ends",
    [
        ("sal_amt", "50", "0.5", "100"),
        ("sal_amt", "50", "1", "50"),
        ("sal_amt", "0", "0", None),
        ("otd", "0.9", "0.5", "0.9"),
        ("overdue_amt", "70", "0.5", "70"),
    ],
)
def test_the_forecast_goes_on_at_the_pace_of_the_workdays(code, value, share, ends):
    assert forecast(kpi_of(code), D(value), D(share)) == (None if ends is None else D(ends))


def test_targets_and_forecast_of_department_team_and_person_open_their_rows(client, cast):
    period = Period.parse(f"{TODAY:%Y-%m}")
    from tests.factories.customers import make_customer

    for subject in ({"team": cast.sales}, {"team": cast.group_a}, {"staff": cast.alice}):
        make_target("sal_amt", period.code, "1000", **subject)
    make_order(
        make_customer(cast.alice), state="shipped", order_date=date(period.start.year, period.start.month, 1),
        shipped_date=period.start, lines=[("1", "250.00")],
    )  # fmt: skip
    client.force_login(cast.mona)
    answer = client.get(reverse("performance:progress"))
    units, people = (rows for _title, rows in answer.context["parts"])
    assert [line["name"] for line in units] == [cast.sales.name, cast.group_a.name]
    for line in (*units, *people):
        assert (line["value"], line["attainment"]) == (D("250.00"), D("0.25"))
        assert line["forecast"] >= line["value"] and line["missing"] == D("750.00")
        assert client.get(line["url"]).context["rows"].figure.value == D("250.00")
    client.force_login(cast.alice)
    _units, people = (rows for _title, rows in client.get(reverse("performance:progress")).context["parts"])
    assert [line["name"] for line in people] == ["Alice"]
    client.force_login(cast.carol)
    assert "Alice" not in client.get(reverse("performance:progress")).content.decode()
