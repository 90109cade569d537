"""Menu, sentences and notices of hand-overs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.choices.handover import HandOverState
from customers.models import HandOver
from salesops.audit import verbs
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, tones, workbench_cards


def open_packs(request: Any) -> dict[str, Any] | None:
    """Packs under way in which the person gives or takes."""
    mine = Q(owner=request.user) | Q(taker=request.user)
    rows = HandOver.objects.filter(mine, state=HandOverState.OPEN).select_related("owner", "taker")
    found = list(rows.order_by("pk")[:6])
    return {"rows": found} if found else None


def register() -> None:
    """Called when the app is ready."""
    item = MenuItem("customers", _("Hand-overs"), "customers:handover_list", HandOver, "view", (), 28)
    menu.register("customers.handovers", item)
    card = WorkbenchCard(_("Hand-overs"), "customers/card_handover.html", open_packs, order=25)
    workbench_cards.register("customers.handovers", card)
    tones.register(HandOver, {HandOverState.OPEN: "info", HandOverState.DONE: "good"})
    title = _("%(giver)s hands over to %(taker)s: please sign")
    register_kinds(
        NoticeKind(
            "customers.handover",
            title,
            _("%(items)s items. %(reason)s"),
            tone="attention",
            label=_("A hand-over waits for your signature"),
        )
    )
    verbs.register(
        {
            "customers.handover_made": _(
                "%(actor)s began the hand-over from %(giver)s to %(taker)s with %(items)s items. %(reason)s"
            ),
            "customers.handover_signed": _("%(actor)s signed items; handed over: %(handed)s"),
            "customers.handover_refused": _("%(actor)s refused %(items)s items: %(reason)s"),
            "customers.handover_thing_added": _("%(actor)s put on the list: %(thing)s. %(note)s"),
            "customers.handover_things_dropped": _(
                "%(actor)s struck %(items)s items off the list: %(reason)s"
            ),
            "customers.handover_cancelled": _("%(actor)s called the hand-over off: %(reason)s"),
            "customers.handover_done": _("The hand-over is complete"),
            "customers.visit_handed": _("Visit %(visit)s went from %(old)s to %(new)s with a hand-over"),
        }
    )
