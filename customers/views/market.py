"""Market information: competitors, observations, the week's collection, matrix and trend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers.choices.market import FactTopic, WeekState
from customers.filters.market import CompetitorFilter, ObservationFilter, WeekFilter
from customers.forms.market import CompetitorForm, ObservationForm, OpenWeekForm, WeekForm
from customers.models import Competitor, MarketWeek, Observation, Opportunity, ProductDemand
from customers.selectors.market import observations_of_week, price_matrix, trend
from customers.services import market_weeks, observations
from customers.tables.market import CompetitorTable, ObservationTable, WeekTable
from customers.trends import TrendFact, trend_facts
from salesops.core.errors import NotAllowed
from salesops.core.keys import is_key, row_key
from salesops.core.policies import can
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.templatetags.ui import link, price
from salesops.ui.views import (
    Act,
    ActionView,
    PageView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)

MONTHS = 12  # of the trend; the matrix looks back as far


class CompetitorList(RecordListView):
    model = Competitor
    stacked = True
    table_class = CompetitorTable
    filterset_class = CompetitorFilter
    default_sort = "name"
    add_url_name = "customers:competitor_create"
    add_label = _("New competitor")
    empty_title = _("No competitor on file yet.")


class CompetitorPage(RecordDetailView):
    model = Competitor
    state_field = ""

    def get_title(self, obj: Competitor) -> Any:
        return obj.name

    def facts(self, obj: Competitor) -> list[tuple[Any, Any]]:
        site = format_html(
            '<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>', obj.website, obj.website
        )
        return [
            (_("Where they sell"), " · ".join(part for part in (obj.region, obj.country) if part)),
            (_("Price band"), obj.price_band),
            (_("Products"), obj.products),
            (_("Channels"), obj.channels),
            (_("Brand and reputation"), obj.brand),
            (_("Strengths"), obj.strengths),
            (_("Weaknesses"), obj.weaknesses),
            (_("Our advantage over them"), obj.our_advantage),
            (_("Web site"), site if obj.website else ""),
            (_("Active"), "" if obj.is_active else _("no")),
        ]

    def acts(self, obj: Competitor) -> list[Act]:
        seen = f"{reverse('customers:observation_create')}?competitor={obj.pk}"
        return [
            Act(_("Record an observation"), seen, "edit", primary=True),
            Act(_("Edit"), reverse("customers:competitor_edit", args=[obj.pk]), "edit"),
        ]


class CompetitorCreate(RecordCreateView):
    model = Competitor
    form_class = CompetitorForm
    title = _("New competitor")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Competitor:
        return observations.save_competitor(actor=actor, at=at, **form.cleaned_data)


class CompetitorEdit(RecordUpdateView):
    model = Competitor
    form_class = CompetitorForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Competitor:
        return observations.save_competitor(actor=actor, at=at, competitor=self.object, **form.cleaned_data)


class ObservationList(RecordListView):
    model = Observation
    stacked = True
    table_class = ObservationTable
    filterset_class = ObservationFilter
    default_sort = "-seen_on"
    add_url_name = "customers:observation_create"
    add_label = _("Record an observation")
    empty_title = _("Nothing was seen of the market yet.")

    def base_queryset(self) -> QuerySet:
        return Observation.objects.select_related("competitor", "product", "owner", "team")


class ObservationPage(RecordDetailView):
    model = Observation
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return Observation.objects.select_related(
            "competitor", "product", "owner", "team", "customer", "opportunity__customer"
        )

    def get_title(self, obj: Observation) -> Any:
        return f"{obj.get_topic_display()}: {obj.competitor}" if obj.competitor else obj.get_topic_display()

    def facts(self, obj: Observation) -> list[tuple[Any, Any]]:
        user = self.request.user
        customer, deal = obj.customer, obj.opportunity
        return [
            (_("Competitor"), link(obj.competitor) if obj.competitor else ""),
            (_("What was seen"), obj.fact),
            (_("Price seen"), f"{price(obj.price)} {obj.currency_id}" if obj.price is not None else ""),
            (_("Their product"), obj.their_product),
            (_("Our product it compares with"), link(obj.product) if obj.product else ""),
            (_("Seen on"), exact_date(obj.seen_on)),
            (_("Region"), obj.region),
            (_("Source"), obj.get_source_display()),
            (_("Reliability"), obj.get_reliability_display()),
            (_("What we should do"), obj.suggestion),
            (_("Heard at"), link(customer) if customer and can(user, "view", customer) else ""),
            (_("Opportunity"), link(deal) if deal and can(user, "view", deal) else ""),
            (_("Reported by"), person_mark(obj.owner)),
            (_("Team"), obj.team),
        ]

    def acts(self, obj: Observation) -> list[Act]:
        return [Act(_("Edit"), reverse("customers:observation_edit", args=[obj.pk]), "edit", primary=True)]


class ObservationCreate(RecordCreateView):
    """``?competitor=3``, ``?customer=5`` and ``?opportunity=7`` fill those in."""

    model = Observation
    form_class = ObservationForm
    title = _("Record an observation")

    def get_initial(self) -> dict[str, Any]:
        given = super().get_initial()
        return {k: v for k, v in given.items() if is_key(v)}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Observation:
        return observations.record_observation(actor=actor, at=at, **form.cleaned_data)


class ObservationEdit(RecordUpdateView):
    model = Observation
    form_class = ObservationForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Observation:
        return observations.update_observation(
            actor=actor, at=at, observation=self.object, **form.cleaned_data
        )


class MarketPage(PageView):
    """What matrix and trend share: for whoever reads market information."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Observation):
            raise NotAllowed(_("This page belongs to another role."))
        return super().get(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Market observations"), reverse("customers:observation_list"))]


class Matrix(MarketPage):
    """Our prices beside the newest seen of each competitor, and what they are good and bad at (MKT-05)."""

    template_name = "customers/market_matrix.html"
    title = _("Comparison with competitors")

    def get_context(self) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate(self.at)
        rivals = list(Competitor.objects.visible_to(user).filter(is_active=True).order_by("name", "pk")[:8])
        seen = Observation.objects.visible_to(user).exclude(region="").order_by()
        regions = sorted(seen.values_list("region", flat=True).distinct()[:100])
        region = self.request.GET.get("region", "")
        region = region if region in regions else ""
        rows = price_matrix(rivals, since=today - timedelta(days=365), region=region)
        lines = [
            (label, [(getattr(rival, name), rival) for rival in rivals])
            for name, label in (
                ("price_band", _("Price band")), ("products", _("Products")), ("brand", _("Brand and reputation")),
                ("strengths", _("Strengths")), ("weaknesses", _("Weaknesses")),
                ("our_advantage", _("Our advantage over them")),
            )
        ]  # fmt: skip
        return {"rivals": rivals, "rows": rows[:200], "regions": regions, "region": region, "lines": lines}


class Trend(MarketPage):
    """What was seen by month and topic, beside product demands, deals lost and orders (MKT-15)."""

    template_name = "customers/market_trend.html"
    title = _("Trend of the market")

    def get_context(self) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate(self.at)
        rivals = Competitor.objects.visible_to(user).order_by("name", "pk")
        rival = rivals.filter(pk=row_key(self.request.GET.get("competitor", "")) or 0).first()
        seen = Observation.objects.visible_to(user)
        deals, demands = Opportunity.objects.visible_to(user), ProductDemand.objects.visible_to(user)
        if rival is not None:
            seen, deals, demands = seen.filter(competitor=rival), deals.filter(lost_to=rival), None
        topics = list(FactTopic.choices)
        lines = trend(seen, deals, demands, months=MONTHS, today=today)
        facts = [] if rival is not None else [f for f in trend_facts if can(user, "list", f.model)]
        counted = [(f, f.counted(user, lines[0].month, today)) for f in facts]
        return {
            "facts": [fact.title for fact in facts],
            "rivals": list(rivals[:200]),
            "rival": rival,
            "topics": topics,
            "rows": [self.row(line, topics, rival, counted) for line in lines],
        }

    def row(
        self,
        line: Any,
        topics: list[tuple[str, Any]],
        rival: Competitor | None,
        counted: list[tuple[TrendFact, Any]],
    ) -> dict[str, Any]:
        """A month with a link to the rows behind each figure."""
        last = (line.month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        whose = f"&competitor={rival.pk}" if rival else ""
        span = f"?seen_on_after={line.month}&seen_on_before={last}{whose}"
        url = reverse("customers:observation_list") + span
        lost = f"{reverse('customers:opportunity_list')}?stage=lost&closed_date_after={line.month}&closed_date_before={last}"
        return {
            "label": date_format(line.month, "YEAR_MONTH_FORMAT"),
            "cells": [(line.topics.get(code, 0), f"{url}&topic={code}", label) for code, label in topics],
            "total": line.total,
            "url": url,
            "lost": line.lost,
            "lost_url": f"{lost}&lost_to={rival.pk}" if rival else lost,
            "demands": line.demands,
            "demands_url": f"{reverse('customers:productdemand_list')}?raised_on_after={line.month}&raised_on_before={last}",
            "facts": [
                (months.get(line.month, 0), fact.url(line.month), fact.title) for fact, months in counted
            ],
        }


class WeekList(RecordListView):
    model = MarketWeek
    stacked = True
    table_class = WeekTable
    filterset_class = WeekFilter
    default_sort = "-week_start"
    add_url_name = "customers:marketweek_create"
    add_label = _("This week's collection")
    empty_title = _("No weekly report yet.")

    def base_queryset(self) -> QuerySet:
        return MarketWeek.objects.select_related("team", "owner")


class WeekCreate(RecordCreateView):
    model = MarketWeek
    form_class = OpenWeekForm
    title = _("Weekly market report")
    submit_label = _("Open")

    def perform(self, form: Any, *, actor: Any, at: Any) -> MarketWeek:
        return market_weeks.open_week(actor=actor, at=at, **form.cleaned_data)


class WeekPage(RecordDetailView):
    model = MarketWeek
    template_name = "customers/marketweek_detail.html"

    def base_queryset(self) -> QuerySet:
        return MarketWeek.objects.select_related("team", "owner")

    def facts(self, obj: MarketWeek) -> list[tuple[Any, Any]]:
        return [
            (_("Team"), obj.team),
            (_("Week"), f"{exact_date(obj.week_start)} – {exact_date(obj.week_start + timedelta(days=6))}"),
            (_("Collected by"), person_mark(obj.owner)),
            (_("Handed in"), exact_date(obj.submitted_at) if obj.submitted_at else ""),
        ]

    def acts(self, obj: MarketWeek) -> list[Act]:
        if obj.state == WeekState.SUBMITTED:
            return []
        submit = Act(
            _("Hand it in"),
            reverse("customers:marketweek_submit", args=[obj.pk]),
            "submit",
            primary=bool(obj.summary),
        )
        edit = Act(
            _("Write the report"),
            reverse("customers:marketweek_edit", args=[obj.pk]),
            "edit",
            primary=not obj.summary,
        )
        return [edit, submit]

    def get_context(self, obj: MarketWeek) -> dict[str, Any]:
        rows = observations_of_week(obj.team, obj.week_start).visible_to(self.request.user)
        return {"week": obj, "seen": list(rows.order_by("competitor__name", "-seen_on", "-pk")[:200])}


class WeekEdit(ActionView):
    model = MarketWeek
    form_class = WeekForm
    template_name = "ui/form.html"
    verb = "edit"
    check_version = True
    title = _("Write the report")
    submit_label = _("Save")

    def get_initial(self) -> dict[str, Any]:
        return {"summary": self.object.summary, "actions": self.object.actions}

    def perform(self, obj: MarketWeek, form: Any, *, actor: Any, at: Any) -> MarketWeek:
        return market_weeks.write_week(actor=actor, at=at, week=obj, **form.cleaned_data)


class WeekSubmit(ActionView):
    model = MarketWeek
    verb = "submit"
    title = _("Hand it in")
    explain = _("The report stays as it is then; the head of the unit above is told.")

    def perform(self, obj: MarketWeek, form: Any, *, actor: Any, at: Any) -> MarketWeek:
        return market_weeks.submit_week(actor=actor, at=at, week=obj)
