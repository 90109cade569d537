"""A file that a manager tries tells nothing of what the manager may not see: other departments' customers, masked values."""

import pytest

from customers.models import Contact, Lead
from tests.factories.accounts import make_person, make_team
from tests.factories.customers import make_contact, make_customer
from tests.factories.deals import make_deal, make_lead
from tests.salesops.exchange_files import counts, good, reasons, run, table

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "+8613812345678", "+8613812345679"


@pytest.fixture
def nina(cast):
    """Manager of another department."""
    unit = make_team("S2", kind="department", parent=cast.group_a.parent.parent)
    return make_person("nina", "manager", team=unit)


@pytest.fixture
def quiet(cast):
    row = make_customer(cast.alice, code="QUIET", name="Quiet Harbour Ltd", phone=NUMBER)
    make_contact(row, name="Ann Lee", phone=NUMBER, email="ann@quiet.example", is_primary=True)
    return row


def test_nothing_is_told_of_the_people_of_another_departments_customer(quiet, nina, tmp_path):
    rows = ("QUIET,Ann Lee,,", f"QUIET,Ann Lee,{NUMBER},", "QUIET,Somebody,,true")
    for row in rows:
        path = table(tmp_path, "c.csv", "customer,name,phone,is_primary", row)
        answer = run("contacts", path, actor="nina", dry_run=True)
        assert reasons(answer) == [(2, "customer")], row
        assert "Ann" not in answer["rejected"][0]["reason"] and answer["unchanged"] == 0
        run("contacts", path, actor="nina")
    assert Contact.objects.get().phone == NUMBER


def test_nothing_is_told_of_another_departments_customer_or_lead(cast, quiet, nina, tmp_path):
    path = table(tmp_path, "c.csv", "code,name,phone", f"QUIET,Quiet Harbour Ltd,{NUMBER}")
    assert reasons(run("customers", path, actor="nina", dry_run=True)) == [(2, "code")]
    lead = make_lead(cast.alice, name="Fair visitor", contact_name="Max", phone=NUMBER)
    path = table(tmp_path, "l.csv", "name,source,contact_name,phone", f"Fair visitor,exhibition,Max,{NUMBER}")
    assert counts(good("leads", path, actor="nina", dry_run=True)) == (1, 0, 0), "as if there were none"
    path = table(tmp_path, "n.csv", "name,source,code", f"Fair visitor,exhibition,{lead.number}")
    assert reasons(run("leads", path, actor="nina", dry_run=True)) == [(2, "code")]
    assert Lead.objects.get().phone == NUMBER
    deal = make_deal(cast.alice, quiet, title="Cranes")
    make_customer(nina, code="OWN")
    path = table(tmp_path, "d.csv", "code,customer,owner,stage", f"{deal.code},OWN,nina,{deal.stage}")
    assert reasons(run("opportunities", path, actor="nina", dry_run=True)) == [(2, "code")]


@pytest.mark.parametrize("guess", [NUMBER, OTHER])
def test_a_guess_at_a_masked_value_is_answered_alike_right_or_wrong(cast, quiet, tmp_path, guess):
    """Mona sees Alice's files with masks: what she would write is counted as a change in any case."""
    make_lead(cast.alice, name="Fair visitor", contact_name="Max", phone=NUMBER)
    files = {
        "contacts": ("customer,name,phone", f"QUIET,Ann Lee,{guess}"),
        "customers": ("code,name,phone", f"QUIET,Quiet Harbour Ltd,{guess}"),
        "leads": ("name,source,contact_name,phone", f"Fair visitor,other,Max,{guess}"),
    }
    Lead.objects.update(source="other")
    for kind, rows in files.items():
        path = table(tmp_path, f"{kind}.csv", *rows)
        assert counts(good(kind, path, actor="mona", dry_run=True)) == (0, 1, 0), kind
    mail = "ann@quiet.example" if guess == NUMBER else "eve@quiet.example"
    path = table(tmp_path, "m.csv", "customer,name,email", f"QUIET,Ann Lee,{mail}")
    assert counts(good("contacts", path, actor="mona", dry_run=True)) == (0, 1, 0)


def test_what_is_not_masked_is_compared_and_who_moves_in_compares_everything(cast, quiet, tmp_path):
    path = table(tmp_path, "c.csv", "code,name", "QUIET,Quiet Harbour Ltd")
    assert counts(good("customers", path, actor="mona")) == (0, 0, 1)
    path = table(tmp_path, "n.csv", "customer,name,phone", f"QUIET,Ann Lee,{NUMBER}")
    for actor in ("root", None):
        assert counts(good("contacts", path, actor=actor)) == (0, 0, 1)


def test_a_manager_reads_the_own_new_files_again(cast, nina, tmp_path):
    path = table(tmp_path, "c.csv", "code,name", "NEW,New House Ltd")
    assert counts(good("customers", path, actor="nina")) == (1, 0, 0)
    assert counts(good("customers", path, actor="nina")) == (0, 0, 1)
    path = table(tmp_path, "n.csv", "customer,name", "NEW,Wang Wei")
    assert counts(good("contacts", path, actor="nina")) == (1, 0, 0)


def test_a_code_out_of_sight_is_answered_like_one_that_does_not_exist(cast, nina, quiet, tmp_path):
    """Whoever sees only his own customers learns nothing by naming others' codes in orders, contracts or a group."""
    line = "number,customer,owner,order_date,line_product,line_quantity,line_price"
    files = {
        "customers": ("code,name,parent", "NEW,New Ltd,{}"),
        "contracts": ("number,customer,owner,signed_date,amount", "HT-1,{},nina,2026-05-05,100"),
        "orders": (line, "D-1,{},nina,2026-05-05,P-1,1,10"),
    }
    for kind, (header, row) in files.items():
        answers = []
        for code in ("QUIET", "NOBODY"):
            path = table(tmp_path, f"{kind}-{code}.csv", header, row.format(code))
            answer = run(kind, path, actor="nina", dry_run=True)
            assert "rejected" in answer, answer
            answers.append(
                [(e["row"], e["column"], e["reason"].replace(code, "")) for e in answer["rejected"]]
            )
        assert answers[0] and answers[0] == answers[1], (kind, answers)
