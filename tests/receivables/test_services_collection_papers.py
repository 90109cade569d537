"""Letters with numbers and proof, instalment plans that pause while they are kept, legal, limits and evidence."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from pypdf import PdfReader

from customers.models import Contact
from receivables.choices import LetterWay
from receivables.models import (
    BankLine,
    CollectionCase,
    CollectionLetter,
    CollectionLevel,
    CreditHold,
    Statement,
)
from receivables.selectors.limitation import limited
from receivables.services import evidence_paper, mark_disputed
from receivables.services.collecting import preview
from receivables.services.collection import finish_step, waiting_step
from receivables.services.evidence import build_pack
from receivables.services.legal import end_stage, hand_to_legal, note_event
from receivables.services.letters import language_of, note_receipt, send_letter
from receivables.services.limitation import warn_of_limitation
from receivables.services.plans import Part, propose_plan
from salesops.approvals.services import approve
from salesops.audit.models import AccessLog
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.jobs.services.outbox import deliver_waiting
from salesops.notifications.models import Notification
from tests.factories.documents import make_attachment, picture
from tests.factories.receivables import make_customer, make_receipt, noon
from tests.factories.receivables_bank import make_line
from tests.factories.receivables_collection import (
    DAY,
    collect,
    make_action,
    make_case,
    make_overdue,
    make_promise,
)
from tests.factories.receivables_statements import make_statement

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def at_letter(cast, **customer):
    """A case whose first letter waits: the friendly call was made two weeks ago."""
    case = make_case(owner=cast.alice, days=30, **customer)
    collect(DAY)
    make_action(case, cast.alice)
    collect(LATER)
    assert waiting_step(case).channel == "letter"
    return case


def reasons(on):
    return {reason: count for reason, count, _total in preview(on).counts if reason}


def test_a_letter_goes_by_mail_in_the_customers_language_with_all_its_fields(cast):
    case = at_letter(cast, name="<b>Müller</b> GmbH")
    case.customer.country = "Germany"
    case.customer.save()
    assert language_of(case.customer) == "en"
    disputed = make_overdue(case.customer, days=9, on=LATER)
    mark_disputed(actor=None, receivable=disputed, reason="Wrong goods", at=noon(LATER))
    with pytest.raises(InvalidInput):
        send_letter(actor=cast.alice, case=case, way=LetterWay.MAIL, at=noon(LATER))
    letter = send_letter(
        actor=cast.alice, case=case, way=LetterWay.MAIL, address="cfo@example.com", at=noon(LATER)
    )
    assert letter.number == "CK-2026-00001"  # the refused one took none
    assert (letter.level, letter.deadline) == (2, LATER + timedelta(days=7))
    assert letter.customer_name in letter.body and "1,000.00 CNY" in letter.body and "44 days" in letter.body
    (line,) = letter.lines  # the disputed item is not demanded
    assert (line["amount"], line["days"]) == ("1000.00", 44)
    letter.step.refresh_from_db()
    assert waiting_step(case) is None and letter.step.proof.startswith("CK-2026-00001")
    case.refresh_from_db()
    assert case.level == 2
    # no new orders on credit from the first letter on
    assert CreditHold.objects.get(customer=case.customer).scope == "order"
    with pytest.raises(Conflict):  # one letter a day
        send_letter(actor=cast.alice, case=case, way=LetterWay.MAIL, address="a@example.com", at=noon(LATER))
    deliver_waiting(at=noon(LATER) + timedelta(hours=1))
    (sent,) = [m for m in mail.outbox if m.to == ["cfo@example.com"]]
    assert sent.subject == "Demand for payment CK-2026-00001"
    assert "1000.00 CNY" in sent.body and "&lt;b&gt;" not in sent.body
    assert "<b>Müller" not in sent.alternatives[0][0]
    for name, content, kind in sent.attachments:
        assert (name, kind) == ("CK-2026-00001.pdf", "application/pdf") and content.startswith(b"%PDF")
    got = note_receipt(
        actor=cast.alice, letter=letter, state="received", on=LATER, proof="EMS 1234", at=noon(LATER)
    )
    with pytest.raises(Conflict):
        note_receipt(actor=cast.alice, letter=got, state="returned", on=LATER, proof="x", at=noon(LATER))
    # paid: the level is not reached any more, and the hold goes with it
    item = case.customer.receivables.get(pk=case.steps.first().items.first().receivable_id)
    make_receipt(case.customer, amount="1000.00", received=LATER, to={item: "1000.00"}, at=noon(LATER))
    assert CreditHold.objects.get().lifted_at is not None


def test_letters_of_a_level_that_needs_nobody_go_out_by_the_run(cast):
    case = make_case(owner=cast.alice, days=30)
    collect(DAY)
    make_action(case, cast.alice)
    Contact.objects.create(customer=case.customer, name="Ms Li", email="li@example.com", is_primary=True)
    CollectionLevel.objects.filter(level=2).update(automatic=True)
    assert collect(LATER)["letters"] == 1
    assert CollectionLetter.objects.get().address == "li@example.com"
    assert waiting_step(case) is None
    line = make_line(amount="500.00")
    BankLine.objects.filter(pk=line.pk).update(
        proposals=[{"customer": case.customer_id, "score": 50, "parts": []}]
    )
    assert reasons(LATER + timedelta(days=30)) == {"bank_unmatched": 1}


def test_letters_print_as_they_were_sent(cast, client):
    case = at_letter(cast, name="Acme")
    letter = send_letter(actor=cast.alice, case=case, way=LetterWay.POST, address="Main St 1", at=noon(LATER))
    assert letter.language == "zh-hans"
    client.force_login(cast.alice)
    page = client.get(reverse("documents:print", args=["receivables.letter", letter.pk]) + "?lang=zh-hans")
    text = page.content.decode()
    assert "CK-2026-00001" in text and "壹仟元" in text and "催款函" in text
    client.force_login(cast.carol)
    assert client.get(letter.get_absolute_url()).status_code == 404


def test_a_plan_needs_lead_and_finance_pauses_while_kept_and_resumes_at_the_right_level(cast):
    case = at_letter(cast)
    item = case.customer.receivables.get()
    cny = case.customer.currency
    first, second = LATER + timedelta(days=10), LATER + timedelta(days=20)
    parts = [Part(first, Decimal("400.00")), Part(second, Decimal("599.99"))]
    with pytest.raises(InvalidInput, match=r"999\.99"):
        propose_plan(actor=cast.alice, case=case, currency=cny, parts=parts, agreed_with="Li", at=noon(LATER))
    parts[1] = Part(second, Decimal("600.00"))
    plan = propose_plan(
        actor=cast.alice, case=case, currency=cny, parts=parts, agreed_with="Li", at=noon(LATER)
    )
    from salesops.approvals.models import ApprovalRequest

    for person in (cast.bob, cast.dora):
        approve(actor=person, at=noon(LATER), request=ApprovalRequest.objects.about(plan).get(), comment="ok")
    plan.refresh_from_db()
    assert plan.state == "running"
    finish_step(waiting_step(case), actor=cast.alice, at=noon(LATER), proof="CK by hand")
    make_receipt(case.customer, amount="400.00", received=first, to={item: "400.00"}, at=noon(first))
    collect(first + timedelta(days=8))
    plan.refresh_from_db()
    assert (plan.state, plan.paid) == ("running", Decimal("400.00"))
    assert reasons(first + timedelta(days=8)) == {"instalments": 1}
    item.refresh_from_db()
    assert item.due_date == DAY - timedelta(days=30)  # not rewritten
    assert collect(second + timedelta(days=3))["done"] == 1
    plan.refresh_from_db()
    assert plan.state == "broken" and waiting_step(case).level == 3
    assert Notification.objects.filter(kind="receivables.plan_broken", recipient=cast.bob).exists()


def test_legal_takes_a_case_after_the_final_notice_or_a_refusal(client, cast):
    case = make_case(owner=cast.alice, days=95)
    with pytest.raises(NotAllowed):
        hand_to_legal(actor=cast.alice, case=case, reason="late", at=noon(DAY))
    with pytest.raises(Conflict, match="level 0"):
        hand_to_legal(actor=cast.bob, case=case, reason="late", at=noon(DAY))
    make_action(case, cast.alice, reason="refuse", said="We will never pay")
    stage = hand_to_legal(actor=cast.bob, case=case, reason="refused", at=noon(DAY))
    assert Notification.objects.filter(kind="receivables.legal_handed", recipient=cast.lena).exists()
    assert reasons(DAY) == {"legal": 1}
    common = {"actor": cast.lena, "stage": stage, "at": noon(LATER)}
    note_event(**common, kind="suit", on=LATER, text="Filed", amount=Decimal("50.00"), court="Xuhui")
    hearing = LATER + timedelta(days=60)
    note_event(**common, kind="hearing", on=hearing, text="First hearing")
    with pytest.raises(Conflict):  # never back
        note_event(**common, kind="letter", on=LATER, text="Letter")
    stage.refresh_from_db()
    assert (stage.state, stage.costs, stage.court, stage.next_date) == ("suit", 50, "Xuhui", hearing)
    end_stage(actor=cast.lena, stage=stage, end="uncollectable", result="Bankrupt", at=noon(LATER))
    told = Notification.objects.get(kind="receivables.write_off_proposed", recipient=cast.dora)
    # the notice leads to the items, each with the form of its write-off filled in
    client.force_login(cast.dora)
    page = client.get(told.url).content.decode()
    form = re.search(r'href="([^"]+/write-off/[?][^"]+)"', page).group(1).replace("&amp;", "&")
    initial = client.get(form).context["form"].initial
    assert (
        initial["amount"] == "1000.00"
        and "Bankrupt" in initial["evidence"]
        and "Xuhui" in initial["evidence"]
    )


def test_a_claim_is_barred_three_years_after_the_last_proof_and_told_before(cast):
    old = date(2023, 8, 1)
    customer = make_customer(owner=cast.alice)
    item = make_overdue(customer, days=(DAY - old).days)
    fresh = make_overdue(customer, days=(DAY - old).days)
    make_receipt(customer, amount="1.00", received=DAY, to={fresh: "1.00"}, at=noon(DAY))
    found = {row.pk: row.proof_date for row in limited(cast.alice, DAY)}
    assert found == {item.pk: old, fresh.pk: DAY}
    assert warn_of_limitation(on=DAY, at=noon(DAY)) == 1
    told = Notification.objects.filter(kind="receivables.limitation")
    assert {row.recipient for row in told} == {cast.alice, cast.lena}
    assert told.first().data["limit_date"] == "2026-08-01"


def test_letters_promises_and_confirmed_balances_begin_the_limitation_anew_and_are_named(client, cast):
    old = date(2023, 8, 1)
    customer = make_customer(owner=cast.alice)
    item = make_overdue(customer, days=(DAY - old).days)

    def proof():
        (row,) = [row for row in limited(cast.alice, DAY) if row.pk == item.pk]
        return row.proof_kind, row.proof_date, row.proof_ref

    assert proof() == ("due", old, "")
    case = make_case(customer=customer, days=5)
    day = DAY - timedelta(days=9)
    letter = send_letter(actor=cast.alice, case=case, way=LetterWay.POST, address="Main St 1", at=noon(day))
    assert proof()[0] == "due"  # nothing proves that it was sent
    CollectionLetter.objects.filter(pk=letter.pk).update(tracking="SF123")
    assert proof() == ("sent", day, letter.number)
    note_receipt(
        actor=cast.alice,
        letter=letter,
        state="received",
        on=day + timedelta(days=2),
        proof="Signed",
        at=noon(DAY),
    )
    assert proof() == ("received", day + timedelta(days=2), letter.number)
    make_promise(case, cast.alice, due=DAY, on=day + timedelta(days=3), proof="Mail of Ms Li")
    assert proof() == ("promise", day + timedelta(days=3), "Mail of Ms Li")
    sent = make_statement(customer, actor=cast.alice)
    when = noon(day + timedelta(days=4))
    Statement.objects.filter(pk=sent.pk).update(state="confirmed", answered_at=when, answered_by="Mr Wu")
    assert proof() == ("agreed", day + timedelta(days=4), sent.number)
    client.force_login(cast.lena)
    text = client.get(reverse("receivables:limitation")).content.decode()
    assert "Confirmed balance" in text and sent.number in text


def test_the_evidence_pack_holds_what_the_asker_may_see_and_is_logged(cast):
    case = at_letter(cast)
    send_letter(actor=cast.alice, case=case, way=LetterWay.POST, address="Main St 1", at=noon(LATER))
    make_promise(case, cast.alice, due=LATER + timedelta(days=1), on=LATER)
    make_action(case, cast.alice, on=LATER, said="=cmd()", proof="=1+1")
    with pytest.raises(NotAllowed):
        build_pack(actor=cast.aida, case=case, purpose="suit", at=noon(LATER))
    with pytest.raises(InvalidInput):
        build_pack(actor=cast.lena, case=case, purpose=" ", at=noon(LATER))
    with build_pack(actor=cast.lena, case=case, purpose="suit", at=noon(LATER)) as found:
        pack = zipfile.ZipFile(io.BytesIO(found.read()))
    index = list(csv.reader(io.StringIO(pack.read("index.csv").decode("utf-8-sig"))))
    names = {row[1] for row in index}
    assert {"CK-2026-00001", case.customer.receivables.get().number, "'=1+1"} <= names
    assert any(name.startswith("6 ") for name in pack.namelist())
    log = AccessLog.objects.filter(kind="export").get()
    assert (log.actor, log.purpose) == (cast.lena, "suit")
    assert CollectionLetter.objects.count() == 1


def test_the_pack_of_a_case_handed_over_holds_no_calls_of_cases_that_stayed_with_others(cast):
    """Carol chases one case of Alice's customer; what Alice heard about an earlier one stays with Alice."""
    old = make_case(owner=cast.alice)
    make_action(old, cast.alice, said="Their director is being divorced")
    CollectionCase.objects.filter(pk=old.pk).update(state="closed", closed_date=DAY, end="paid")
    case = CollectionCase.objects.create(
        customer=old.customer, owner=cast.carol, team=cast.group_b, opened_date=DAY
    )
    heard = make_action(case, cast.carol, said="They will pay in July")
    for person, told in ((cast.alice, 2), (cast.carol, 1)):
        with build_pack(actor=person, case=case, purpose="suit", at=noon(LATER)) as found:
            index = zipfile.ZipFile(io.BytesIO(found.read())).read("index.csv").decode("utf-8-sig")
        assert heard.said in index
        assert index.count("Ms Li:") == told, person
    facts = evidence_paper._facts(case, cast.carol, "suit", noon(LATER))
    assert [row.said for row in facts["contacts"]] == [heard.said]


def test_the_evidence_pack_is_also_one_paper_with_contents_and_page_numbers(client, cast):
    case = at_letter(cast)
    send_letter(actor=cast.alice, case=case, way=LetterWay.POST, address="Main St 1", at=noon(LATER))
    action = make_action(case, cast.alice, on=LATER, said="They will pay on Friday", proof="Call 17")
    make_attachment(action, cast.alice, name="photo.jpg", data=picture())
    make_attachment(action, cast.alice, name="broken.pdf")
    client.force_login(cast.lena)
    page = reverse("receivables:collectioncase_act", args=[case.pk, "evidence"])
    answer = client.post(page, {"purpose": "suit", "form": "pdf", "form_version": case.version})
    assert answer["Content-Type"] == "application/pdf" and "evidence" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    paper = PdfReader(io.BytesIO(b"".join(answer.streaming_content)))
    texts = [sheet.extract_text() for sheet in paper.pages]
    total = len(texts)
    assert all(f"{number} / {total}" in text for number, text in enumerate(texts, 1))
    front = texts[0]
    assert "CK-2026-00001" in front and "ZIP" in front and "They will pay on Friday" in "".join(texts)
    letter = next(n for n, text in enumerate(texts, 1) if "CK-2026-00001" in text and n > 1 and "7" in text)
    assert str(letter) in front and [entry.title for entry in paper.outline]
    log = AccessLog.objects.filter(kind="export").get()
    assert (log.purpose, log.actor) == ("suit", cast.lena)
