"""Leads in and out: the list of a fair, of a purchased address book, of a web form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices.deals import LeadSource, LeadState
from customers.imports.reach import in_reach, told_changes
from customers.models import Campaign, Lead
from customers.naming import name_key
from customers.services.bulk import Tidy
from salesops.core.choices import Role
from salesops.exchange.books import CurrencyBook, PeopleBook
from salesops.exchange.context import BatchContext, Book, Document, RowError
from salesops.exchange.fields import present
from salesops.exchange.registry import Column, ImportKind
from salesops.numbering.services import reserve_numbers

_PLAIN = (
    "name", "contact_name", "contact_title", "email", "country", "region", "industry", "address", "source", "need",
    "potential", "score", "screening", "remarks",
)  # fmt: skip


class CampaignBook(Book):
    """Campaigns and exhibitions by number, or by theme where only one bears it."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = list(Campaign.objects.only("pk", "number", "theme"))
        themes = [row.theme.casefold() for row in rows]
        found = {row.theme.casefold(): row for row in rows if themes.count(row.theme.casefold()) == 1}
        found |= {row.number.casefold(): row for row in rows}
        return {key: found[key.casefold()] for key in keys if key.casefold() in found}


def prepare_leads(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [document.first for document in documents]
    ctx.book(PeopleBook).need_or_create({row.owner for row in rows}, since=None, create=ctx.creates("owner"))
    currencies = ctx.book(CurrencyBook)
    currencies.base()
    currencies.need_or_create({row.currency for row in rows}, create=ctx.creates("currency"))
    ctx.book(CampaignBook).need({row.campaign for row in rows})


def load_leads(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [document.first for document in documents]
    keys = {name_key(row.name) for row in rows}
    on_file = Lead.objects.filter(name_key__in=keys) | Lead.objects.filter(
        number__in=[r.code for r in rows if r.code]
    )
    mine = in_reach(ctx, on_file)
    by_code = {lead.number: lead for lead in on_file}
    by_name = {
        (lead.name_key, lead.contact_name): lead for lead in on_file.order_by("-pk") if lead.pk in mine
    }
    tidy = Tidy(ctx.today)
    new: list[Lead] = []
    changed: list[Lead] = []

    def build(document: Document) -> None:
        row = document.first
        values = _values(ctx, row, tidy)
        place = (values["name_key"], row.contact_name or "")
        lead = by_code.get(row.code) if row.code else by_name.get(place)
        if lead is None:
            values.setdefault("currency_id", ctx.book(CurrencyBook).base())
            lead = _new(ctx, row, values)
            by_name[place] = lead
            new.append(lead)
        elif lead.pk is not None and lead.pk not in mine:
            raise RowError(row, "code", _("this code belongs to a lead that you may not change"))
        elif lead.pk is not None and told_changes(ctx, lead, values, file=lead):
            changed.append(lead)
        else:
            ctx.outcome.unchanged += 1

    ctx.each(documents, build)
    _give_numbers(ctx, new)
    ctx.insert(new, count=True)
    ctx.update(changed, [*_PLAIN, "phone", "name_key", "campaign", "currency"])


def _values(ctx: BatchContext, row: Any, tidy: Tidy) -> dict[str, Any]:
    if row.created_date and row.created_date > ctx.today:
        raise RowError(row, "created_date", _("lies in the future"))
    if row.potential is not None and row.potential < 0:
        raise RowError(row, "potential", _("must not be negative"))
    if row.score is not None and row.score > 100:
        raise RowError(row, "score", _("must lie between 0 and 100"))
    campaign = ctx.book(CampaignBook).get(row.campaign)
    if row.campaign and campaign is None:
        raise RowError(row, "campaign", _("there is no campaign with this number or theme: plan it first"))
    values = {name: getattr(row, name) for name in _PLAIN} | {
        "name_key": name_key(row.name),
        "phone": tidy.phone(row.phone, tidy.country("", row.country or "")),
        "campaign_id": campaign.pk if campaign else None,
        "currency_id": ctx.book(CurrencyBook).code(row, "currency", row.currency) if row.currency else None,
    }
    return present(values)


def _new(ctx: BatchContext, row: Any, values: dict[str, Any]) -> Lead:
    people = ctx.book(PeopleBook)
    owner = people.owner(row, "owner", row.owner)
    day = row.created_date or ctx.today
    return Lead(
        number=row.code or "", owner=owner, team_id=people.team_on(owner.pk, ctx.today) if owner else None,
        created_date=day, touched_date=ctx.today, state=LeadState.NEW, created_by=ctx.actor, **values,
    )  # fmt: skip


def _give_numbers(ctx: BatchContext, leads: list[Lead]) -> None:
    bare = [lead for lead in leads if not lead.number]
    for lead, number in zip(bare, reserve_numbers("XS", len(bare), on=ctx.today), strict=True):
        lead.number = number


def export_leads() -> Iterator[dict[str, Any]]:
    for lead in Lead.objects.order_by("pk").select_related("owner").iterator(2000):
        yield {
            "code": lead.number,
            **{name: getattr(lead, name) for name in _PLAIN},
            "phone": lead.phone,
            "owner": lead.owner.username if lead.owner else None,
            "currency": lead.currency_id,
            "created_date": lead.created_date,
        }


LEADS = ImportKind(
    name="leads",
    title=gettext_lazy("Leads"),
    columns=(
        Column("name", required=True, max_length=200, help=gettext_lazy("company or person")),
        Column("source", "choice", required=True, choices=LeadSource.choices),
        Column("owner", "reference", lookup="owner", help=gettext_lazy("empty: into the pool of leads")),
        Column("code", max_length=60, help=gettext_lazy("empty: the next number of the series")),
        Column("contact_name", max_length=100),
        Column("contact_title", max_length=100),
        Column("phone", max_length=60),
        Column("email", max_length=254),
        Column("country", max_length=60),
        Column("region", max_length=100),
        Column("industry", max_length=100),
        Column("address", max_length=300),
        Column("campaign", max_length=200, help=gettext_lazy("number or theme of a campaign or exhibition")),
        Column("need", max_length=5000),
        Column("potential", "decimal"),
        Column("currency", "reference", lookup="currency", max_length=3),
        Column("score", "int"),
        Column("screening", max_length=300),
        Column("created_date", "date", help=gettext_lazy("empty: the day of the import")),
        Column("remarks", max_length=5000),
    ),
    key=("code",),
    roles=(Role.MANAGER,),
    creatable=("owner", "currency"),
    prepare=prepare_leads,
    load=load_leads,
    export=export_leads,
    order=65,
)
