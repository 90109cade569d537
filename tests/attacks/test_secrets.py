"""What stays closed inside a page that is open: cost, telephone, bank account, passwords, tokens (Z19, P1, P3)."""

import json

import pytest
from django.db import connection
from django.urls import reverse

from salesops.audit.models import AccessLog, AuditEvent, RowChange
from salesops.catalog.models import Product
from salesops.jobs.models import OutboxMessage
from tests.access.prices import NO_COST, WORDS, make_dearer
from tests.attacks.world import PASSWORD, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dearer(house, cast):
    return make_dearer(house.product, cast)


def test_cost_and_floor_price_are_nowhere_for_who_may_not_see_them(cast, house, prey, dearer, as_):
    """Z19: chosen columns, filters, exports, timelines, row histories, choices; every page as it stands: the table."""
    product = ["catalog", "product", dearer.pk]
    places = [
        reverse("catalog:product_list"),
        f"{reverse('catalog:product_list')}?cols=cost_price,floor_price,code",
        f"{reverse('catalog:product_list')}?sort=cost_price",
        f"{reverse('catalog:product_list')}?format=csv&purpose=x&cols=cost_price,floor_price",
        f"{reverse('audit:rowchange_list')}?format=csv&purpose=x",
        reverse("audit:timeline", args=product),
        reverse("audit:row_history", args=product),
        reverse("catalog:product_detail", args=[dearer.pk]),
        f"{reverse('search:search')}?q=GOODS",
        f"{reverse('ui:choices', args=['catalog.product'])}?q=Goods",
    ]
    wrong = []
    for who in NO_COST:
        client = as_(getattr(cast, who))
        for place in places:
            text = text_of(client.get(place))
            wrong += [f"{who} {place}: {word}" for word in WORDS if word in text]
    assert not wrong, "\n".join(wrong)


def test_the_auditor_still_reads_old_cost_prices_on_the_page_of_the_row(cast, house, dearer, as_):
    """Z19: whose work it is sees both values; the list of all changes shows them to nobody."""
    page = text_of(as_(cast.aida).get(reverse("audit:row_history", args=["catalog", "product", dearer.pk])))
    page = page.replace(",", "")
    assert "4117.77" in page
    assert "6003.03" in page
    assert "6003.03" not in text_of(as_(cast.aida).get(reverse("audit:rowchange_list")))


def test_telephones_and_bank_accounts_stay_masked_in_the_row_history(cast, house, prey, as_):
    """Z19: the history shows a masked field masked, whoever reads; bank accounts not to the administrator."""
    type(prey.contact).objects.filter(pk=prey.contact.pk).update(
        phone="+8613977770003", email="new@secret.example"
    )
    type(prey.customer).objects.filter(pk=prey.customer.pk).update(
        phone="+8613977770004", credit_limit="91919191"
    )
    for person in (cast.aida, cast.gina, cast.root):
        client = as_(person)
        text = text_of(client.get(reverse("audit:rowchange_list")))
        text += text_of(
            client.get(reverse("audit:row_history", args=["customers", "contact", prey.contact.pk]))
        )
        text += text_of(
            client.get(reverse("audit:row_history", args=["customers", "customer", prey.customer.pk]))
        )
        for word in (
            "13977770002",
            "13977770003",
            "13977770001",
            "13977770004",
            "new@secret",
            "6222020000001234567",
        ):
            assert word not in text, (person, word)
    assert "91919191" not in text_of(as_(cast.root).get(reverse("audit:rowchange_list")))


def test_no_history_of_people_holds_a_password(cast, as_):
    """P3: row history, acts, access log, outbox, sessions: neither the word nor its hash, nor the link."""
    client = as_(cast.root)
    secret = "A new secret 77 words"
    data = {"password": secret, "new_password": secret, "new_password1": secret, "new_password2": secret}
    client.post(reverse("accounts:user_set_password", args=[cast.alice.pk]), data)
    client.logout()
    client.post(reverse("accounts:password_forgotten"), {"email": cast.alice.email})
    client.post(reverse("accounts:login"), {"username": "alice", "password": "wrong secret 99"})
    client.post(reverse("accounts:login"), {"username": "wrong secret 98", "password": "x"})
    hashes = [user.password for user in type(cast.alice).objects.all()]
    kept = json.dumps(
        [
            list(RowChange.objects.values("old", "new")),
            list(AuditEvent.objects.values("data", "comment")),
            list(AccessLog.objects.values("data", "purpose", "path")),
            list(OutboxMessage.objects.values("payload", "key", "last_error")),
        ],
        default=str,
    )
    for word in (secret, PASSWORD, "wrong secret 99", *hashes):
        assert word not in kept


def test_a_link_to_set_a_password_is_made_when_it_is_sent_not_before(cast, client):
    """P3: the outbox names the person, never the link; nor does the log of runs."""
    client.post(reverse("accounts:password_forgotten"), {"email": cast.alice.email})
    payloads = json.dumps(list(OutboxMessage.objects.values_list("payload", flat=True)), default=str)
    assert "/password/" not in payloads
    assert "token" not in payloads


def test_each_act_login_export_and_refusal_has_its_row(cast, house, prey, as_):
    """P1: who, when, from where; by page, by refusal, by SQL."""
    client = as_(cast.dora)
    client.get(reverse("receivables:receivable_list"), {"format": "csv", "purpose": "month end"})
    client.get(reverse("customers:customer_create"))
    client.logout()
    client.post(reverse("accounts:login"), {"username": "dora", "password": PASSWORD})
    kinds = set(AccessLog.objects.filter(actor=cast.dora).values_list("kind", flat=True))
    assert {"export", "refused"} <= kinds
    assert any("sign" in kind for kind in kinds), kinds
    exported = AccessLog.objects.get(kind="export")
    assert exported.data["rows"] == 1
    assert exported.address
    before = RowChange.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET name = 'By hand' WHERE id = %s", [house.product.pk])
    change = RowChange.objects.latest("pk")
    assert RowChange.objects.count() == before + 1
    assert (change.table_name, change.new) == ("catalog_product", {"name": "By hand"})
    assert Product.objects.get(pk=house.product.pk).name == "By hand"
