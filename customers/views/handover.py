"""Hand-overs: list, the pack with its items, signing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from customers import services
from customers.choices.handover import ItemState
from customers.filters.handover import HandOverFilter
from customers.forms.handover import HandOverForm, ThingForm
from customers.forms.sharing import ReasonForm
from customers.handover_paper import groups_of, say_where_they_stand
from customers.models import HandOver
from customers.services.handover import GIVER, SUPERIOR, TAKER, sides_of
from customers.tables.handover import HandOverTable
from salesops.core.errors import InvalidInput
from salesops.core.keys import is_key
from salesops.core.policies import can
from salesops.ui.tables import (
    exact_date,
    person_mark,
)
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView
from salesops.ui.views.base import RecordView


class HandOverList(RecordListView):
    model = HandOver
    table_class = HandOverTable
    filterset_class = HandOverFilter
    default_sort = "-made_on"
    add_url_name = "customers:handover_create"
    add_label = _("New hand-over")
    empty_title = _("No hand-over yet.")
    empty_text = _("When somebody moves or leaves, a lead puts together what that person has open.")

    def base_queryset(self) -> Any:
        return HandOver.objects.select_related("owner", "taker")


class HandOverPage(RecordDetailView):
    model = HandOver
    template_name = "customers/handover_detail.html"

    def base_queryset(self) -> Any:
        return HandOver.objects.select_related("owner", "taker", "team")

    def facts(self, obj: HandOver) -> list[tuple[Any, Any]]:
        return [
            (pgettext_lazy("hand-over", "From"), person_mark(obj.owner)),
            (pgettext_lazy("hand-over", "To"), person_mark(obj.taker)),
            (_("Team"), obj.team),
            (_("Reason"), obj.reason),
            (_("Leaves the company"), _("yes") if obj.leaves else ""),
            (_("Made on"), exact_date(obj.made_on)),
        ]

    def acts(self, obj: HandOver) -> list[Act]:
        return [
            Act(_("Add a thing or matter"), reverse("customers:handover_add", args=[obj.pk]), "add_thing"),
            Act(_("Print the list"), reverse("customers:handover_print", args=[obj.pk]), "view"),
            Act(_("Call off"), reverse("customers:handover_cancel", args=[obj.pk]), "cancel", danger=True),
        ]

    def get_context(self, obj: HandOver) -> dict[str, Any]:
        items = list(obj.items.select_related("giver_by", "superior_by").order_by("pk")[:2000])
        say_where_they_stand(items)
        groups = groups_of(items)
        done = sum(item.state in (ItemState.HANDED, ItemState.MOOT) for item in items)
        words = {GIVER: _("who gives"), TAKER: _("who takes"), SUPERIOR: _("superior")}
        signs = [str(words[side]) for side in sorted(sides_of(obj, self.request.user))]
        return {
            "groups": groups,
            "things": any(item.subject_id is None for item in items),
            "done": done,
            "count": len(items),
            "may_sign": can(self.request.user, "sign", obj),
            "signs_as": ", ".join(signs),
        }


class HandOverCreate(RecordCreateView):
    model = HandOver
    form_class = HandOverForm
    title = _("New hand-over")
    explain = _(
        "Everything that is open with the person is put into one pack; giver, taker and you sign each item."
    )

    def perform(self, form: Any, *, actor: Any, at: Any) -> HandOver:
        return services.make_pack(actor=actor, at=at, **form.cleaned_data)


class HandOverSign(RecordView):
    """Accept or refuse the ticked items."""

    model = HandOver
    http_method_names = ["post"]

    def base_queryset(self) -> Any:
        return HandOver.objects.select_related("owner", "taker", "team")

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        pack = self.get_object()
        self.require("sign", pack)
        keys = request.POST.getlist("items")
        if not all(map(is_key, keys)):
            raise InvalidInput(_("Choose items that are not handed over yet."))
        items = [int(key) for key in keys]
        remark = request.POST.get("remark", "")[:200]
        if "drop" in request.POST:
            services.drop_things(actor=request.user, at=self.at, pack=pack, items=items, remark=remark)
        elif "refuse" in request.POST:
            services.refuse_items(actor=request.user, at=self.at, pack=pack, items=items, remark=remark)
        else:
            done = services.sign_items(actor=request.user, at=self.at, pack=pack, items=items)
            text = ngettext("%(n)d item was handed over.", "%(n)d items were handed over.", done) % {
                "n": done
            }
            messages.success(request, text if done else _("Signed; the others are asked."))
        return redirect(pack.get_absolute_url())


class HandOverAdd(ActionView):
    model = HandOver
    verb = "add_thing"
    form_class = ThingForm
    title = _("Add a thing or matter")
    explain = _("It is signed by giver, taker and superior like every item of the list.")

    def perform(self, obj: HandOver, form: Any, *, actor: Any, at: Any) -> HandOver:
        services.add_thing(actor=actor, at=at, pack=obj, **form.cleaned_data)
        return obj


class HandOverCancel(ActionView):
    model = HandOver
    verb = "cancel"
    danger = True
    form_class = ReasonForm
    title = _("Call off")

    def perform(self, obj: HandOver, form: Any, *, actor: Any, at: Any) -> HandOver:
        return services.cancel_pack(actor=actor, at=at, pack=obj, reason=form.cleaned_data["reason"])
