"""The daily run of collection, the sentences of its reasons, its notices and its lines in the timeline."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from receivables.choices import ActionChannel, LadderLevel, LegalEnd, LegalKind
from receivables.models import CollectionStep, CollectionStepItem
from receivables.models.credit import words_of_level
from receivables.services.collecting import JOB, run_collection, step_told
from salesops.audit import tracking, verbs
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.notifications.registry import NoticeKind, codes, register_kinds
from salesops.work.saying import task_sayings

REASONS = {
    "receivables.step_call": _("%(customer)s: call, L%(level)s, by %(person)s"),
    "receivables.step_letter": _("%(customer)s: letter, L%(level)s, by %(person)s"),
    "receivables.step_visit": _("%(customer)s: visit, L%(level)s, by %(person)s"),
    "receivables.step_legal": _("%(customer)s: hand over to legal, L%(level)s, by %(person)s"),
    "receivables.chase_disputed": _("disputed: this item rests until it is resolved"),
    "receivables.chase_excluded": _("the customer is not chased by the daily run"),
    "receivables.chase_no_ladder": _("no ladder holds for this customer"),
    "receivables.chase_under_tolerance": _("less is overdue than the ladder tolerates"),
    "receivables.chase_paused": _("the case is paused"),
    "receivables.chase_promised": _("a promise to pay is not due yet"),
    "receivables.chase_instalments": _("an instalment plan is kept"),
    "receivables.chase_legal": _("the case is with legal"),
    "receivables.chase_money_unallocated": _("money of the customer waits to be allocated; do that first"),
    "receivables.chase_bank_unmatched": _("a bank line that seems to be of the customer waits to be booked"),
    "receivables.chase_step_waits": _("the step before waits to be done"),
    "receivables.chase_already_proposed": _("proposed already"),
    "receivables.chase_not_yet": _("the next level is not due yet"),
    "receivables.chase_too_soon": _("too soon after the step before"),
    "receivables.chase_last_level": _("the last level is reached"),
}

SENTENCES = {
    "receivables.case_opened": _("A collection case of %(customer)s was opened"),
    "receivables.case_reopened": _("The collection case of %(customer)s was opened again"),
    "receivables.case_closed": _("The collection case of %(customer)s was closed: nothing is overdue"),
    "receivables.case_paused": _("%(actor)s paused the collection case until %(until_date)s"),
    "receivables.case_resumed": _("%(actor)s ended the pause of the collection case"),
    "receivables.case_assigned": _("%(actor)s gave the collection case to %(owner)s"),
    "receivables.action_logged": _("%(actor)s wrote a contact down: %(collection_way)s"),
    "receivables.step_done": _("%(actor)s did a step of collection: %(ladder_level)s"),
    "receivables.step_dropped": _("%(actor)s left a step of collection out: %(ladder_level)s"),
    "receivables.promise_made": _(
        "%(actor)s wrote a promise of %(person)s down: %(amount)s %(currency)s until %(due_date)s"
    ),
    "receivables.promise_withdrawn": _("%(actor)s withdrew the promise of %(amount)s %(currency)s"),
    "receivables.promise_kept": _("The promise of %(amount)s %(currency)s until %(due_date)s was kept"),
    "receivables.promise_partly": _(
        "Of the promise of %(amount)s %(currency)s until %(due_date)s only %(paid)s was paid"
    ),
    "receivables.promise_broken": _("The promise of %(amount)s %(currency)s until %(due_date)s was broken"),
    "receivables.letter_sent": _("%(actor)s sent letter %(number)s (%(ladder_level)s) to %(address)s"),
    "receivables.letter_received": _("%(actor)s noted that letter %(number)s was received"),
    "receivables.letter_returned": _("%(actor)s noted that letter %(number)s came back"),
    "receivables.plan_asked": _("%(actor)s proposed an instalment plan over %(amount)s %(currency)s"),
    "receivables.plan_running": _("%(actor)s accepted the instalment plan over %(amount)s %(currency)s"),
    "receivables.plan_rejected": _("The instalment plan over %(amount)s %(currency)s was not accepted"),
    "receivables.plan_kept": _("The instalment plan over %(amount)s %(currency)s was kept"),
    "receivables.plan_broken": _(
        "The instalment plan over %(amount)s %(currency)s was broken: paid %(paid)s"
    ),
    "receivables.legal_handed": _("%(actor)s handed the collection case of %(customer)s to legal"),
    "receivables.legal_event": _("%(actor)s wrote down from legal: %(legal_kind)s"),
    "receivables.legal_ended": _("%(actor)s ended the legal stage: %(legal_end)s"),
    "receivables.evidence_built": _("%(actor)s put the evidence pack of %(customer)s together"),
    "receivables.ladder_written": _("%(actor)s wrote the ladder %(name)s that holds from %(from_date)s"),
    "receivables.ladder_changed": _("%(actor)s changed %(ladder_level)s of the ladder %(name)s"),
    "receivables.chase_excluded": _("%(actor)s took %(customer)s out of the daily run of collection"),
    "receivables.chase_ladder": _("%(actor)s chose the ladder %(ladder)s for %(customer)s"),
    "receivables.chase_usual": _("%(actor)s let the usual ladder hold again for %(customer)s"),
}


def register() -> None:
    """Called from the app's ``ready()``."""
    tracking.exempt(CollectionStepItem, "append-only: every row is its own history")
    tracking.exempt(CollectionStep, "each move is written to the timeline of its case")
    register_job(
        JobDefinition(
            name=JOB,
            title=_("Collection"),
            explain=_(
                "Judges promises, opens and closes collection cases, proposes the next step of the ladder for each "
                "customer and gives people their calls, visits and letters."
            ),
            schedule=_("every day from 07:45"),
            run=run_collection,
            from_time=time(7, 45),
        )
    )
    register_reasons(REASONS)
    task_sayings.register("collection-step", step_told)
    verbs.register(SENTENCES)
    codes.register("ladder_level", lambda value: LadderLevel(value).label)
    codes.register("chased", words_of_level)
    codes.register("settled", lambda value: gettext("The overdue items were settled."))
    verbs.codes.register("ladder_level", lambda value: LadderLevel(value).label)
    verbs.codes.register("legal_kind", lambda value: LegalKind(value).label)
    verbs.codes.register("legal_end", lambda value: LegalEnd(value).label)
    verbs.codes.register("collection_way", lambda value: ActionChannel(value).label)
    register_kinds(
        NoticeKind(
            "receivables.chase",
            _("Customers to chase today: %(count)s"),
            _("Open the work queue of collection."),
            label=_("Steps of collection wait for me"),
        ),
        NoticeKind(
            "receivables.chase_level",
            _("%(customer)s: %(ladder_level)s was done"),
            _("Have a look at the case."),
            tone="attention",
            label=_("A customer of my people reached a level of collection"),
        ),
        NoticeKind(
            "receivables.case_given",
            _("The collection case of %(customer)s is yours now"),
            label=_("A collection case was given to me"),
        ),
        NoticeKind(
            "receivables.promise_broken",
            _("%(customer)s did not keep a promise: %(amount)s %(currency)s until %(due_date)s"),
            _("Paid in time: %(paid)s. Ask why, and take the next step."),
            mail=True,
            tone="bad",
            label=_("A promise to pay was broken"),
        ),
        NoticeKind(
            "receivables.plan_broken",
            _("%(customer)s did not keep an instalment plan: %(paid)s of %(amount)s %(currency)s paid"),
            _("Its items are chased again."),
            mail=True,
            tone="bad",
            label=_("An instalment plan was broken"),
        ),
        NoticeKind(
            "receivables.legal_handed",
            _("A collection case came to legal: %(customer)s, %(amount)s"),
            _("Put the evidence pack together."),
            mail=True,
            label=_("A collection case came to legal"),
        ),
        NoticeKind(
            "receivables.write_off_proposed",
            _("Uncollectable: %(customer)s, %(amount)s"),
            _("Legal proposes to write the items off."),
            label=_("Legal proposes a write-off"),
        ),
        NoticeKind(
            "receivables.limitation",
            _("%(number)s of %(customer)s becomes time-barred on %(limit_date)s"),
            _("Get a payment, an acknowledgement or a provable demand before."),
            mail=True,
            tone="bad",
            label=_("A claim becomes time-barred soon"),
        ),
    )
