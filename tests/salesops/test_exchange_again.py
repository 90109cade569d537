"""What a second file, a broken row or a company's own numbers must not do to what is on file."""

from datetime import date, datetime
from decimal import Decimal as D

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from customers.models import Contact, Customer, CustomerOwnership, Visit
from customers.services import create_customer
from orders import services as order_services
from orders.models import Order, Return
from receivables.models import Receivable
from salesops.accounts.models import Team
from salesops.catalog.models import Currency, PaymentTerm
from salesops.core.errors import Conflict
from salesops.exchange.services import undo_import
from salesops.exchange.values import parser_for
from salesops.work.models import Comment
from tests.factories.customers import make_customer, make_visit
from tests.factories.orders import make_buyer, make_order, make_product
from tests.salesops.exchange_files import counts, good, kind, reasons, run, table

pytestmark = pytest.mark.django_db
ORDERS = "number,customer,order_date,line_product,line_quantity,line_price,shipped_date"


def mapped(folder, columns, lookups):
    path = folder / "map.toml"
    names = "\n".join(f'{name} = "{name}"' for name in columns.split(","))
    path.write_text(f"[columns]\n{names}\n[lookups]\n{lookups}\n", encoding="utf-8")
    return path


def test_the_first_new_customer_after_an_import_takes_a_number_that_is_free(cast, tmp_path):
    codes = [f"KH-2026-{n:05d},Company {n}" for n in [*range(1, 1203), 1204]]
    good("customers", table(tmp_path, "c.csv", "code,name", *codes))
    at = timezone.make_aware(datetime(2026, 4, 1, 9))
    new = {"actor": cast.alice, "owner": cast.alice, "at": at, "currency": Currency.objects.get(code="CNY")}
    made = [create_customer(name=name, **new).code for name in ("Zebra Works", "Yak Herders")]
    assert made == ["KH-2026-01203", "KH-2026-01205"]


def test_returns_of_a_file_read_twice_are_recorded_once_to_the_last_cent(cast, tmp_path):
    header = "order,return_date,line_product,line_quantity"
    orders = table(tmp_path, "o.csv", ORDERS, "O-1,C1,2025-02-01,P1,3,3.3333,2025-02-02", "O-2,C1,2025-02-01,P1,1,5,2025-02-02", "O-2,C1,2025-02-01,P1,1,7,2025-02-02")  # fmt: skip
    columns = ORDERS
    good("orders", orders, mapping=mapped(tmp_path, columns, 'customer = "create"\nline_product = "create"'))
    rows = [f"O-1,2025-03-0{n},P1,1" for n in (1, 2, 3)] + ["O-2,2025-03-05,P1,"]
    file = table(tmp_path, "r.csv", header, *rows)
    assert counts(good("returns", file)) == (4, 0, 0)
    assert [row.net for row in Return.objects.filter(order__number="O-1").order_by("return_date")] == [
        D("3.33"), D("3.33"), D("3.34"),
    ]  # fmt: skip
    assert counts(good("returns", file)) == (0, 0, 4)
    assert Return.objects.filter(order__number="O-2").count() == 1


def test_a_telephone_is_read_as_one_of_the_customers_country(cast, tmp_path):
    taiwan = make_customer(cast.alice, code="T1", country="Taiwan")
    good("contacts", table(tmp_path, "k.csv", "customer,name,phone", "T1,林小姐,02-2345-6789"))
    assert Contact.objects.get(customer=taiwan).phone == "+886223456789"
    good("customers", table(tmp_path, "c.csv", "code,name,phone", "T1,Formosa Ltd,02-2345-6789"))
    taiwan.refresh_from_db()
    assert taiwan.phone == "+886223456789"


def test_a_rejected_row_leaves_its_customer_as_it_was(cast, tmp_path):
    make_customer(cast.alice, code="C1", name="Old Name", region="East")
    file = table(tmp_path, "c.csv", "code,name,region,owner,parent", "C1,New Name,West,carol,NOBODY", "C2,Other,North,,")  # fmt: skip
    answer = run("customers", file, skip_bad=True)
    assert reasons(answer) == [(2, "parent")] and counts(answer) == (1, 0, 0)
    customer = Customer.objects.get(code="C1")
    assert (customer.name, customer.region, customer.owner) == ("Old Name", "East", cast.alice)


def test_a_visit_that_took_place_after_its_plan_was_called_off_is_a_visit_of_its_own(cast, tmp_path):
    customer = make_customer(cast.alice, code="C1")
    day = date(2026, 3, 2)
    off = make_visit(customer, on=day, done=False, state="cancelled", cancel_reason="ill")
    planned = make_visit(customer, on=date(2026, 3, 9), done=False)
    Visit.objects.filter(pk=planned.pk).update(team=None)
    header = "customer,owner,planned_date,visited_at,kind,result"
    file = table(tmp_path, "v.csv", header, "C1,alice,2026-03-02,2026-03-02 15:00,visit,Went after all", "C1,alice,2026-03-09,2026-03-09 10:00,visit,Good")  # fmt: skip
    assert counts(good("visits", file)) == (1, 1, 0)
    off.refresh_from_db()
    assert (off.state, off.result) == ("cancelled", "")
    assert Visit.objects.filter(state="done", result="Went after all", team=cast.group_a).count() == 1
    planned.refresh_from_db()
    assert (planned.state, planned.team) == ("done", cast.group_a)
    assert counts(good("visits", file)) == (0, 0, 2)


def test_payment_terms_in_words_are_understood_not_guessed(cast, tmp_path):
    header = "code,name,payment_terms"
    rows = ("C1,One,月结30天", "C2,Two,Net 45", "C3,Three,45 days", "C4,Four,prepaid")
    file = table(tmp_path, "c.csv", header, *rows)
    good("customers", file, mapping=mapped(tmp_path, header, 'payment_terms = "create"'))
    found = {c.code: c.payment_term for c in Customer.objects.select_related("payment_term")}
    assert (found["C1"].base, found["C1"].days) == ("end_of_month", 30)
    assert found["C2"] == found["C3"] and (found["C2"].base, found["C2"].days) == ("invoice", 45)
    assert found["C4"].base == "prepaid"
    odd = table(tmp_path, "d.csv", header, "C5,Five,2/10 net 30")
    answer = run("customers", odd, mapping=mapped(tmp_path, header, 'payment_terms = "create"'))
    assert reasons(answer) == [(2, "payment_terms")] and not PaymentTerm.objects.filter(days=2).exists()


def test_terms_on_file_are_found_by_what_they_mean_without_being_created(cast, tmp_path):
    PaymentTerm.objects.filter(base="invoice", days=33).delete()
    term = PaymentTerm.objects.create(code="NET-33", base="invoice", days=33)
    good("customers", table(tmp_path, "c.csv", "code,name,payment_terms", "C1,One,net 33 days"))
    assert Customer.objects.get(code="C1").payment_term == term


def test_a_day_number_of_a_spreadsheet_keeps_its_time_of_day():
    read = parser_for(kind("visits").column("visited_at"), {"format": "excel"})
    assert timezone.localtime(read("45000.75")).replace(tzinfo=None) == datetime(2023, 3, 15, 18)
    assert parser_for(kind("visits").column("planned_date"), {"format": "excel"})("45000.75") == date(
        2023, 3, 15
    )


def test_customer_files_go_along_when_a_file_moves_their_owner(cast, tmp_path):
    customer = make_customer(cast.alice)
    good("staff", table(tmp_path, "s.csv", "username,name,role,team", "alice,Alice,rep,B"))
    customer.refresh_from_db()
    assert customer.team == Team.objects.get(code="B")
    rows = CustomerOwnership.objects.filter(customer=customer).order_by("from_date")
    assert [row.team.code for row in rows] == ["A", "B"]


def test_an_import_is_not_undone_while_somebody_wrote_about_its_records(cast, tmp_path):
    answer = good("customers", table(tmp_path, "c.csv", "code,name,owner", "C1,One,alice"))
    customer = Customer.objects.get(code="C1")
    kind_of = ContentType.objects.get_for_model(Customer)
    Comment.objects.create(
        subject_type=kind_of, subject_id=customer.pk, text="Call first", author=cast.alice, at=timezone.now()
    )
    with pytest.raises(Conflict) as refusal:
        undo_import(answer["batch"], actor=None, at=timezone.now())
    assert "comments (Call first)" in str(refusal.value)
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_an_order_written_here_is_shipped_by_a_file_as_on_its_page(cast, tmp_path):
    at = timezone.now()
    today = timezone.localdate(at)
    buyer, product = make_buyer(cast.alice, code="C1"), make_product(code="P1")
    order = order_services.create_order(
        actor=cast.alice,
        data=order_services.OrderInput(customer=buyer, order_date=today),
        lines=[order_services.LineInput(product, D("2"), D("10"), D("0"), D("0.13"))],
        at=at,
    )
    order_services.submit_order(actor=cast.alice, order=order, at=at)
    order = order_services.confirm_order(actor=cast.bob, order=order, at=at)
    header = ORDERS + ",line_tax_rate"
    row = f"{order.number},C1,{today},P1,2,10,{today},0.13"
    assert counts(good("orders", table(tmp_path, "o.csv", header, row))) == (0, 1, 0)
    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.shipped_date) == ("shipped", today)
    assert Receivable.objects.get(order=order).amount == D("22.60")
    assert counts(good("orders", table(tmp_path, "o.csv", header, row))) == (0, 0, 1)


def test_an_order_of_the_past_is_shipped_by_a_file_without_a_second_receivable(cast, tmp_path):
    order = make_order(make_buyer(cast.alice, code="C1"), product=make_product(code="P1"), number="O-9")
    row = f"O-9,C1,{order.order_date},P1,10,10,{order.order_date}"
    assert counts(good("orders", table(tmp_path, "o.csv", ORDERS, row))) == (0, 1, 0)
    assert Order.objects.get(pk=order.pk).state == "shipped"
    assert not Receivable.objects.filter(order=order).exists()


@pytest.mark.parametrize("encoding", ["utf-16", "base64", "rot13", "no-such"])
def test_an_encoding_that_is_not_the_files_is_told_in_a_sentence(tmp_path, encoding):
    path = tmp_path / "map.toml"
    path.write_text(f'[file]\nencoding = "{encoding}"\n[columns]\ncode = "code"\nname = "name"\n')
    answer = run("customers", table(tmp_path, "c.csv", "code,name", "C1,One"), mapping=path)
    assert answer["exit"] == 1
    assert encoding in answer["said"] and "ncoding" in answer["said"]
