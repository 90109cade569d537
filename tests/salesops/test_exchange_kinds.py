"""Every kind of import with a small file: what it makes, that a second time changes nothing, that it is undone."""

import io
from datetime import date
from decimal import Decimal as D

import pytest
from django.core.management import call_command, get_commands

from contracts.models import Contract
from customers.models import Contact, Customer, CustomerOwnership, Visit
from orders.models import Order, OrderLine, Return
from performance.models import Target
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.audit.models import AuditEvent
from salesops.calendar.models import CalendarDay
from salesops.catalog.models import ExchangeRate, PriceEntry, Product
from salesops.exchange.models import ImportBatch
from salesops.exchange.registry import ordered_kinds
from tests.salesops.exchange_files import counts, good, kind, reasons, run, table

pytestmark = pytest.mark.django_db

FILES = {
    "teams": ("code,name,parent,manager,kind", "SALES,Sales,,,department", "N,North,SALES,,", "S,南区,SALES,,group"),
    "staff": (
        "username,name,role,team,email,phone,joined_date,left_date,manager",
        "ann,Ann Lee,,N,ann@example.com,13800138000,2024-02-01,,bob",
        "bob,Bob Ray,Team lead,N,bob@example.com,,2023-01-01,,",
        "吴,吴用,rep,S,,,2024年5月6日,2025/6/30,bob",
    ),
    "products": (
        "code,name,category,unit,list_price,floor_price,tax_rate,pieces_per_carton,cbm",
        "P1,Lamp,Light,pcs,12.50,10,0.13,24,0.05",
        "P2,椅子,家具,件,100,,13%,,",
    ),
    "products_prices": ("code,list,price,from", "P1,DEALER,11.5,2024-01-01", "P1,DEALER,12,2025-01-01"),
    "exchange_rates": ("currency,date,rate", "USD,2024-01-01,7.1", "USD,2025-01-01,7.25"),
    "holidays": ("date,name,is_workday", "2031-01-01,New Year,no", "2031-01-04,调休,是"),
    "customers": (
        "code,name,class,region,owner,created_date,parent,currency,payment_terms,credit_limit,phone",
        "C2,Beta Ltd,important,South,ann,2024-03-01,C1,,Net 45,50000,",
        "C1,Alpha Group,General,North,bob,2024-01-15,,USD,,,021-55556666",
        "C3,丙公司,potential,,,,C2,,,,",
    ),
    "contacts": (
        "customer,name,title,phone,email,is_primary",
        "C1,Mary,Buyer,,mary@example.com,yes",
        "C1,Tom,,,,",
        "C2,王五,采购,,,",
    ),
    "visits": (
        "customer,owner,planned_date,visited_at,kind,purpose,result,next_step,next_date",
        "C1,ann,2025-03-01,2025-03-01 10:30,call,Offer,Interested,Send samples,2025-03-10",
        "C2,bob,2025-04-01,,visit,Contract,,,",
    ),
    "leads": (
        "name,source,owner,code,contact_name,phone,country,need,potential,score",
        "Delta Stores,exhibition,ann,,Joe,021-55556677,CN,Lamps,50000,60",
        "戊公司,referral,,XS-OLD-1,,,,,,",
    ),
    "opportunities": (
        "code,customer,product,owner,stage,created_date,engaged_date,closed_date,amount,currency,lost_reason",
        "S-1,C1,P1,ann,won,,2024-11-01,2025-02-01,1200.50,USD,",
        "S-2,C2,P2,bob,Lost,2024-12-01,,2025-02-10,0,,price",
        "S-3,,P1,ann,Engaging,,2025-01-05,,,,",
    ),
    "contracts": (
        "number,customer,owner,signed_date,start_date,end_date,amount,currency",
        "HT-1,C1,ann,2025-01-10,,2025-12-31,120000,USD",
        "HT-2,C2,bob,2025-02-01,2025-03-01,,5000.50,",
    ),
    "orders": (
        "number,customer,owner,order_date,required_date,currency,freight,line_product,line_quantity,line_price,"
        "line_discount,line_tax_rate,shipped_date,ship_method",
        "O-1,C1,ann,2025-02-01,2025-02-20,USD,12.5,P1,10,12.5,0.05,0.13,2025-02-18,sea",
        "O-1,C1,ann,2025-02-01,2025-02-20,USD,12.5,P2,3,33.333,,0.13,2025-02-18,sea",
        "O-2,C2,,2025-03-01,,,,P2,1,100,,,,",
    ),
    "returns": ("order,return_date,line_product,line_quantity,amount", "O-1,2025-03-05,P1,2,", "O-1,,P2,,"),
    "receivables": (
        "number,customer,owner,issue_date,due_date,payment_terms,amount,currency,order,contract,disputed",
        "R-1,C1,,2025-02-18,2025-03-20,,300.00,USD,O-1,HT-1,no",
        "R-2,C2,,2025-03-01,,,100.00,,,,",
        "R-3,C1,,2025-02-20,2025-03-01,,50,USD,,,yes",
    ),
    "receipts": (
        "number,customer,received_date,amount,currency,bank_reference,receivable,allocated_amount,allocated_date",
        "B-1,C1,2025-03-25,320,USD,X1,R-1,250,",
        "B-1,C1,2025-03-25,320,USD,X1,R-3,,",
        "B-2,C2,2025-04-01,40,,,,,",
    ),
    "bank_lines": (
        "account,date,amount,balance,reference,payer,text",
        "ICBC 1,2023-03-01,100.00,1100.00,B1,Acme,E-1",
        "ICBC 1,2023-03-02,-4.50,1095.50,B2,,bank fee",
    ),
    "credit_notes": (
        "number,customer,date,amount,currency,receivable,reason",
        "G-1,C1,2025-04-01,80,USD,R-1,scratched",
    ),
    "targets": ("metric,period,staff,team,value", "sal_amt,2026-Q1,ann,,100000", "sal_amt,2026,,N,500000"),
}  # fmt: skip
CREATED = {
    "teams": 3, "staff": 3, "products": 2, "products_prices": 2, "exchange_rates": 2, "holidays": 2,
    "customers": 3, "contacts": 3, "visits": 2, "leads": 2, "opportunities": 3, "contracts": 2, "orders": 2, "returns": 2, "receivables": 3,
    "receipts": 2, "bank_lines": 2, "credit_notes": 1, "targets": 2,
}  # fmt: skip
LOOKUPS = {
    "customers": '[lookups]\npayment_terms = "create"\n',
    "products_prices": '[lookups]\nlist = "create"\n',
}


def load(folder, name, **options):
    path = table(folder, f"{name}.csv", *FILES[name])
    if name in LOOKUPS:
        mapping = folder / f"{name}.toml"
        columns = "\n".join(f'{column} = "{column}"' for column in FILES[name][0].split(","))
        mapping.write_text(f"[columns]\n{columns}\n{LOOKUPS[name]}", encoding="utf-8")
        options["mapping"] = mapping
    return good(name, path, **options)


def load_all(folder, until=""):
    answers = {}
    for each in ordered_kinds():
        answers[each.name] = load(folder, each.name)
        if each.name == until:
            break
    return answers


def test_every_kind_has_a_file_here():
    assert {each.name for each in ordered_kinds()} == set(FILES)


def test_every_kind_loads_and_a_second_time_changes_nothing(tmp_path):
    first = load_all(tmp_path)
    assert {name: answer["created"] for name, answer in first.items()} == CREATED
    for each in ordered_kinds():
        again = load(tmp_path, each.name)
        assert counts(again) == (0, 0, CREATED[each.name]), each.name


def test_a_company_comes_out_as_its_files_say(tmp_path):
    load_all(tmp_path)
    ann, north = User.objects.get(username="ann"), Team.objects.get(code="N")
    assert north.path == f"/{north.parent_id}/{north.pk}/"
    assert ann.superior.username == "bob" and not ann.has_usable_password()
    assert Membership.objects.get(user=ann).from_date == date(2024, 2, 1)
    assert RoleGrant.objects.get(user__username="bob").role == "lead"
    assert Membership.objects.get(user__username="吴").to_date == date(2025, 6, 30)
    assert Product.objects.get(code="P2").tax_rate == D("0.13")
    assert list(PriceEntry.objects.order_by("from_date").values_list("price", "to_date")) == [
        (D("11.5"), date(2024, 12, 31)),
        (D("12"), None),
    ]
    assert ExchangeRate.objects.get(date=date(2025, 1, 1)).rate == D("7.25")
    assert CalendarDay.objects.get(date=date(2031, 1, 4)).is_workday
    beta = Customer.objects.get(code="C2")
    assert (beta.parent.code, beta.customer_class, beta.payment_term.days) == ("C1", "important", 45)
    assert Customer.objects.get(code="C3").parent == beta
    held = CustomerOwnership.objects.get(customer=beta)
    assert (held.owner, held.team, held.from_date) == (ann, north, date(2024, 3, 1))
    assert Contact.objects.get(name="Mary").is_primary and Contact.objects.get(name="王五").is_primary
    done = Visit.objects.get(state="done")
    assert done.number.startswith("BF-2025-") and done.team == north
    assert Contract.objects.get(number="HT-1").base_amount == D("870000.00")
    assert Target.objects.get(staff=ann).period_end == date(2026, 3, 31)


def test_orders_are_priced_to_the_cent_in_both_currencies(tmp_path):
    load_all(tmp_path, until="orders")
    order = Order.objects.get(number="O-1")
    assert [(line.net, line.tax) for line in order.lines.all()] == [
        (D("118.75"), D("15.44")),
        (D("100.00"), D("13.00")),
    ]
    assert (order.net, order.tax, order.freight, order.total) == (
        D("218.75"),
        D("28.44"),
        D("12.50"),
        D("259.69"),
    )
    assert order.base_net == D("860.94") + D("725.00")
    assert (order.state, order.team.code, order.region) == ("shipped", "N", "North")
    second = Order.objects.get(number="O-2")
    assert (second.state, second.owner.username, second.currency_id) == ("confirmed", "ann", "CNY")
    assert not Receivable.objects.exists(), "history brings its own receivables"


def test_returns_take_the_share_of_their_line(tmp_path):
    load_all(tmp_path, until="returns")
    first, second = Return.objects.order_by("pk")
    assert (first.net, first.quantity) == (D("23.75"), D("2"))
    assert (second.net, second.quantity, second.return_date) == (D("100.00"), D("3"), date(2025, 2, 18))


def test_the_ledger_adds_up_after_receivables_receipts_and_credit(tmp_path):
    load_all(tmp_path)
    one, three = Receivable.objects.get(number="R-1"), Receivable.objects.get(number="R-3")
    assert (one.outstanding, three.outstanding) == (D("0.00"), D("0.00"))
    assert Receivable.objects.get(number="R-2").due_date == date(2025, 4, 15)
    assert Receipt.objects.get(number="B-1").unallocated == D("20.00")
    assert CreditNote.objects.get(number="G-1").unallocated == D("30.00")
    assert SettlementLine.objects.get(receivable=three).date == date(2025, 3, 25)
    if "check_books" in get_commands():
        call_command("check_books", stdout=io.StringIO())


def test_everything_is_undone_in_reverse_and_the_batches_stay_on_record(tmp_path):
    answers = load_all(tmp_path)
    for name in reversed(list(answers)):
        call_command("undo_import", str(answers[name]["batch"]), stdout=io.StringIO())
    for model in (Customer, Contact, Visit, Contract, Order, OrderLine, Return, Receivable, Receipt, Target):
        assert not model.objects.exists(), model
    assert not SettlementLine.objects.exists() and not User.objects.exists() and not Team.objects.exists()
    assert set(ImportBatch.objects.values_list("state", flat=True)) == {"undone"}
    assert AuditEvent.objects.filter(verb="exchange.import_undone").count() == len(answers)


def test_an_import_is_not_undone_while_something_stands_on_it(tmp_path):
    answers = load_all(tmp_path, until="orders")
    out = io.StringIO()
    with pytest.raises(Exception, match=r"order lines.*O-1|products|orders|order lines"):
        call_command("undo_import", str(answers["products"]["batch"]), stdout=out)
    assert Product.objects.count() == 2


def test_an_export_imports_again_unchanged(tmp_path):
    load_all(tmp_path)
    Customer.objects.filter(code="C3").update(address="=1+1", source="'-x", remarks="")
    for each in ordered_kinds():
        path = tmp_path / f"{each.name}-out.csv"
        call_command("export_records", each.name, out=str(path), stderr=io.StringIO())
        answer = good(each.name, path)
        assert answer["created"] == answer["updated"] == 0 and answer["unchanged"] > 0, (each.name, answer)
    assert Customer.objects.get(code="C3").address == "=1+1"
    assert Customer.objects.get(code="C3").source == "'-x"


def test_a_posted_order_does_not_change_but_its_shipment_comes_later(tmp_path):
    load_all(tmp_path, until="orders")
    header = FILES["orders"][0]
    shipped = table(tmp_path, "s.csv", header, "O-2,C2,,2025-03-01,,,,P2,1,100,,,2025-03-09,truck")
    assert counts(good("orders", shipped)) == (0, 1, 0)
    assert Order.objects.get(number="O-2").state == "shipped"
    other = table(tmp_path, "o.csv", header, "O-2,C2,,2025-03-01,,,,P2,2,100,,,,")
    answer = run("orders", other)
    assert answer["exit"] == 1 and reasons(answer) == [(2, "line_quantity")]


def test_money_is_never_allocated_twice_or_beyond_what_is_open(tmp_path):
    load_all(tmp_path, until="receivables")
    header = FILES["receipts"][0]
    path = table(
        tmp_path,
        "r.csv",
        header,
        "X-1,C1,2025-03-25,400,USD,,R-1,300.01,",
        "X-2,C1,2025-03-25,100,USD,,R-1,60,",
        "X-2,C1,2025-03-25,100,USD,,R-3,41,",
        "X-3,C2,2025-03-25,100,,,R-1,,",
        "X-4,C1,2025-01-25,100,USD,,R-1,10,2025-01-26",
        "X-5,C1,2025-03-25,100,USD,,R-1,,",
    )
    answer = run("receipts", path, skip_bad=True)
    assert reasons(answer) == [
        (2, "allocated_amount"),
        (3, ""),
        (4, "allocated_amount"),
        (5, "receivable"),
        (6, "allocated_date"),
    ]
    assert "300.01 is too much: 300.00 open" in answer["rejected"][0]["reason"]
    assert answer["created"] == 1
    assert Receivable.objects.get(number="R-1").outstanding == D("200.00")


def test_oldest_first_leaves_disputed_items_and_other_currencies_alone(tmp_path):
    load_all(tmp_path, until="receivables")
    more = table(
        tmp_path,
        "more.csv",
        "number,customer,issue_date,due_date,amount,currency",
        "R-8,C1,2025-02-01,2025-03-10,70,USD",
        "R-9,C1,2025-01-01,2025-02-10,70,CNY",
    )
    good("receivables", more)
    header = "number,customer,received_date,amount,currency"
    path = table(tmp_path, "r.csv", header, "X-2,C1,2025-03-26,50,USD", "X-1,C1,2025-03-25,100,USD")
    assert good("receipts", path, allocate="oldest")["created"] == 2
    found = {line.receivable.number: D(0) for line in SettlementLine.objects.all()}
    for line in SettlementLine.objects.all():
        found[line.receivable.number] += line.amount
    assert found == {"R-8": D("70.00"), "R-1": D("80.00")}
    assert counts(good("receipts", path, allocate="oldest")) == (0, 0, 2)


def test_a_currency_without_a_rate_is_rejected_with_the_way_out(tmp_path):
    load_all(tmp_path, until="customers")
    header = "number,customer,issue_date,due_date,amount,currency"
    path = table(tmp_path, "r.csv", header, "E-1,C1,2023-02-01,2023-03-10,70,USD")
    answer = run("receivables", path)
    assert answer["exit"] == 1 and "import exchange_rates first" in answer["rejected"][0]["reason"]
    path = table(tmp_path, "r2.csv", header + ",base_rate", "E-1,C1,2023-02-01,2023-03-10,70,USD,6.9")
    assert good("receivables", path)["created"] == 1
    assert Receivable.objects.get().base_amount == D("483.00")


def test_kinds_name_their_columns_as_the_interfaces_do():
    wanted = {
        "teams": "code* name* parent manager",
        "staff": "username* name* role team email phone joined_date left_date manager",
        "customers": "code* name* short_name class industry region country address phone tax_number owner source "
        "created_date annual_revenue employees parent currency payment_terms credit_limit",
        "contacts": "customer* name* title phone email is_primary",
        "products": "code* name* category unit list_price floor_price cost_price tax_rate cbm gross_weight "
        "pieces_per_carton",
        "visits": "customer* owner* planned_date visited_at kind purpose result next_step next_date",
        "contracts": "number* customer* owner* signed_date* start_date end_date amount* currency payment_terms",
        "orders": "number* customer* owner order_date* required_date currency freight line_product* line_quantity* "
        "line_price line_discount line_tax_rate shipped_date ship_method",
        "returns": "order* return_date line_product line_quantity amount",
        "receivables": "number* customer* owner issue_date* due_date payment_terms amount* currency order contract "
        "disputed",
        "receipts": "number* customer* received_date* amount* currency bank_account bank_reference receivable "
        "allocated_amount allocated_date",
        "credit_notes": "number* customer* date* amount* currency receivable reason",
        "targets": "metric* period* staff team value*",
        "products_prices": "code* list* price* from*",
        "exchange_rates": "currency* date* rate*",
        "holidays": "date* name* is_workday",
    }
    for name, text in wanted.items():
        columns = {column.name: column.required for column in kind(name).columns}
        for word in text.split():
            assert columns.get(word.rstrip("*")) is word.endswith("*"), (name, word)


def test_a_circle_of_superiors_or_of_teams_is_refused(tmp_path):
    good("teams", table(tmp_path, "t.csv", "code,name,parent", "A,Alpha,", "B,Beta,A", "C,Gamma,B"))
    assert "above itself" in run("teams", table(tmp_path, "t2.csv", "code,name,parent", "A,Alpha,C"))["said"]
    answer = run("teams", table(tmp_path, "t3.csv", "code,name,parent", "A,Alpha,N", "N,New,C"))
    assert answer["exit"] == 1 and "above itself" in answer["said"]
    head = "username,name,role,manager"
    answer = run("staff", table(tmp_path, "s.csv", head, "x,X,rep,y", "y,Y,rep,x"))
    assert answer["exit"] == 1 and "own superior" in answer["said"]
    good("staff", table(tmp_path, "s2.csv", head, "x,X,rep,y", "y,Y,rep,"))
    assert "own superior" in run("staff", table(tmp_path, "s3.csv", head, "y,Y,rep,x"))["said"]
    assert Team.objects.get(code="A").parent is None
    good("teams", table(tmp_path, "t4.csv", "code,name,parent", "A,Alpha,TOP", "TOP,Top,"))
    alpha = Team.objects.get(code="A")
    assert alpha.parent.code == "TOP" and alpha.path.startswith(alpha.parent.path)


def test_a_folder_is_neither_a_file_nor_a_mapping(tmp_path):
    path = table(tmp_path, "c.csv", "code,name", "A,Alpha")
    assert "cannot be read" in run("customers", path, mapping=tmp_path)["said"]
    assert "is a folder" in run("customers", tmp_path)["said"]
