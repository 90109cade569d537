"""Sentences of the timeline and of notices about leads, opportunities and market information."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import Stage
from customers.choices.market import DemandState
from customers.models.visit_plans import span_words
from salesops.audit import verbs
from salesops.notifications.registry import NoticeKind, register_kinds

SENTENCES = {
    "customers.lead_taken_in": _("%(actor)s took the lead %(name)s in"),
    "customers.lead_changed": _("%(actor)s changed the lead"),
    "customers.lead_contacted": _("%(actor)s spoke to the lead"),
    "customers.lead_screened": _("%(actor)s screened the lead: %(score)s points. %(result)s"),
    "customers.lead_converted": _(
        "%(actor)s turned the lead %(name)s into a customer with the opportunity %(deal)s"
    ),
    "customers.lead_disqualified": _("%(actor)s ruled the lead out: %(reason)s"),
    "customers.lead_duplicate": _("%(actor)s marked the lead as a duplicate: %(reason)s"),
    "customers.lead_reopened": _("%(actor)s took the lead up again"),
    "customers.lead_claimed": _("%(actor)s took the lead out of the pool"),
    "customers.lead_assigned": _("%(actor)s gave the lead from %(old)s to %(new)s. %(reason)s"),
    "customers.lead_released": _("%(actor)s put the lead of %(old)s back into the pool: %(reason)s"),
    "customers.deal_opened": _("%(actor)s opened the opportunity %(title)s (%(deal)s)"),
    "customers.deal_changed": _("%(actor)s changed the opportunity %(title)s"),
    "customers.deal_next_step": _("%(actor)s set the next step of %(title)s: %(step)s on %(date)s"),
    "customers.deal_moved": _(
        "%(actor)s moved the opportunity %(title)s from “%(from_stage)s” to “%(to_stage)s”. %(reason)s"
    ),
    "customers.deal_paper_written": _("%(actor)s wrote %(paper)s from the opportunity %(title)s."),
    "customers.deal_assigned": _(
        "%(actor)s gave the opportunity %(title)s from %(old)s to %(new)s. %(reason)s"
    ),
    "customers.deal_person_set": _("%(actor)s noted the part of %(contact)s in the opportunity %(title)s"),
    "customers.deal_person_removed": _("%(actor)s took %(contact)s out of the opportunity %(title)s"),
    "customers.deal_competitor_set": _(
        "%(actor)s noted %(competitor)s as competitor in the opportunity %(title)s"
    ),
    "customers.deal_competitor_removed": _(
        "%(actor)s took the competitor %(competitor)s out of the opportunity"
    ),
    "customers.deal_negotiated": _("%(actor)s wrote down a negotiation on the opportunity %(title)s"),
    "customers.concession_asked": _(
        "%(actor)s asked for %(product)s at %(price)s %(currency)s in the opportunity %(title)s"
    ),
    "customers.concession_granted": _(
        "%(product)s at %(price)s %(currency)s is granted in the opportunity %(title)s"
    ),
    "customers.concession_refused": _(
        "%(actor)s refused %(product)s at %(price)s %(currency)s in the opportunity %(title)s"
    ),
    "customers.concession_withdrawn": _(
        "%(product)s at %(price)s %(currency)s is no longer asked for in the opportunity %(title)s"
    ),
    "customers.loss_reason_added": _("%(actor)s added the loss reason %(name)s"),
    "customers.loss_reason_changed": _("%(actor)s changed the loss reason %(name)s"),
    "customers.competitor_added": _("%(actor)s opened the file of the competitor %(name)s"),
    "customers.competitor_changed": _("%(actor)s changed the file of the competitor %(name)s"),
    "customers.observation_recorded": _("%(actor)s recorded an observation of the market. %(competitor)s"),
    "customers.observation_changed": _("%(actor)s corrected an observation of the market. %(competitor)s"),
    "customers.market_week_opened": _("%(actor)s opened the market report of %(week)s"),
    "customers.market_week_submitted": _("%(actor)s handed the market report of %(week)s in"),
    "customers.campaign_planned": _("%(actor)s planned the campaign %(theme)s"),
    "customers.campaign_changed": _("%(actor)s changed the plan of the campaign %(theme)s"),
    "customers.campaign_approved": _("%(actor)s approved the campaign %(theme)s"),
    "customers.campaign_running": _("%(actor)s started the campaign %(theme)s"),
    "customers.campaign_evaluated": _("%(actor)s evaluated the campaign %(theme)s"),
    "customers.campaign_closed": _("%(actor)s closed the campaign %(theme)s"),
    "customers.campaign_cancelled": _("%(actor)s called the campaign %(theme)s off"),
    "customers.campaign_cost": _("%(actor)s entered a cost of the campaign %(theme)s"),
    "customers.campaign_guest": _("%(actor)s noted %(customer)s as a guest of the campaign %(theme)s"),
    "customers.demand_raised": _("%(actor)s raised the product demand %(title)s (%(demand)s)"),
    "customers.demand_changed": _("%(actor)s changed the product demand %(title)s"),
    "customers.demand_decided": _("%(actor)s decided on the product demand %(title)s: %(demand_state)s"),
}
NOTICES = (
    NoticeKind(
        "customers.lead_idle",
        _("Nobody works on the lead %(name)s of %(owner)s"),
        _("The last time was on %(last_date)s."),
        tone="attention",
        label=_("A lead on which nobody works"),
    ),
    NoticeKind(
        "customers.lead_returned",
        _("The lead %(name)s went back to the pool"),
        _("Nobody had worked on it for %(days)s days."),
        tone="attention",
        label=_("A lead went back to the pool"),
    ),
    NoticeKind(
        "customers.deal_idle",
        _("The opportunity %(title)s of %(owner)s is past its next step"),
        _("It was due on %(due_date)s: %(step)s"),
        tone="attention",
        label=_("An opportunity is past its next step"),
    ),
    NoticeKind(
        "customers.deal_stalled",
        _("The opportunity %(title)s of %(owner)s does not move"),
        _("It has stood in the same step since %(since_date)s."),
        tone="attention",
        label=_("An opportunity does not move"),
    ),
    NoticeKind(
        "customers.market_week",
        _("%(author)s handed in the market report %(week)s"),
        label=_("A market report was handed in"),
    ),
    NoticeKind(
        "customers.demand_answered",
        _("%(by)s answered your product demand: %(title)s"),
        _("“%(words)s”"),
        label=_("Your product demand was answered"),
    ),
)


def _word_of(choices: type[TextChoices]) -> Callable[[Any], Any]:
    words = dict(choices.choices)
    return lambda value: words.get(value, value)


def register() -> None:
    """Called when the app is ready."""
    verbs.register(SENTENCES)
    for key, choices in {"from_stage": Stage, "to_stage": Stage, "demand_state": DemandState}.items():
        verbs.codes.register(key, _word_of(choices))
    verbs.codes.register("plan", span_words)
    register_kinds(*NOTICES)
