"""Where drafts and cheques stand on other pages: menu, item and customer pages, search, colours."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from receivables.models import HeldPaper, HeldPaperPart, Receivable
from receivables.panels.ledger import line_of
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.registries import MenuItem, Panel, menu, panels, tones


def parts_of(request: Any, subject: Any) -> dict[str, Any] | None:
    """What papers are meant for: of an item its papers, of a paper its items."""
    of_item = isinstance(subject, Receivable)
    rows = HeldPaperPart.objects.select_related("paper", "receivable").order_by("paper__due_date", "pk")
    found = list(rows.filter(receivable=subject) if of_item else rows.filter(paper=subject))
    return {"rows": found, "of_item": of_item} if found else None


def register() -> None:
    """Called when the app is ready."""
    item = MenuItem(
        "receivables", _("Drafts and cheques"), "receivables:heldpaper_list", HeldPaper, "view", (), 24
    )
    menu.register("receivables.papers", item)
    due = MenuItem(
        "receivables",
        _("Papers that are due"),
        "receivables:heldpaper_due",
        HeldPaper,
        "add",
        ("finance",),
        25,
    )
    menu.register("receivables.papers_due", due)
    for model, name in ((Receivable, "item"), (HeldPaper, "paper")):
        panels.register(
            f"receivables.papers_of_{name}",
            Panel(model, _("Drafts and cheques"), "receivables/panel_papers.html", parts_of, order=12),
        )
    register_kinds(
        SearchKind(
            HeldPaper,
            _("Drafts and cheques"),
            numbers=("number",),
            line=line_of,
            related=("customer",),
            order=57,
            icon="coins",
        )
    )
    tones.register(
        HeldPaper, {"held": "attention", "honoured": "good", "bounced": "bad", "returned": "plain"}
    )
