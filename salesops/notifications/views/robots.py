"""Group robots and links for outsiders, for those who keep them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.jobs.models import OutboxMessage
from salesops.notifications.forms import RobotForm
from salesops.notifications.models import GroupRobot, OneTimeLink
from salesops.notifications.registry import kind_label, kinds
from salesops.notifications.services.outsiders import withdraw_link
from salesops.notifications.services.robots import save_robot, send_test
from salesops.notifications.tables import LinkFilter, LinkTable, RobotFilter, RobotTable
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)
from salesops.ui.views.base import RecordView

NEWEST = 20


class RobotList(RecordListView):
    model = GroupRobot
    table_class = RobotTable
    filterset_class = RobotFilter
    add_url_name = "notifications:grouprobot_create"
    add_label = _("New group robot")
    empty_title = _("No group robot yet.")
    empty_text = _("Tell a chat group at WeCom, DingTalk or Feishu what happens.")

    def base_queryset(self):
        return GroupRobot.objects.select_related("team")


class RobotPage(RecordDetailView):
    model = GroupRobot
    template_name = "notifications/grouprobot_detail.html"

    def facts(self, obj: GroupRobot) -> list[tuple[Any, Any]]:
        named = [str(kind_label(kinds[key])) for key in obj.kinds if key in kinds]
        return [
            (_("Chat program"), obj.get_style_display()),
            (_("Webhook address"), obj.shown_url),
            (_("Signature"), _("yes") if obj.secret else ""),
            (_("Notices to people of"), obj.team or _("the whole company")),
            (_("Which notices"), ", ".join(named) or _("none")),
            (_("Language"), obj.get_language_display()),
            (_("Active"), _("yes") if obj.is_active else _("no")),
        ]

    def acts(self, obj: GroupRobot) -> list[Act]:
        test = Act(_("Send a test"), reverse("notifications:grouprobot_test", args=[obj.pk]), "test")
        edit = Act(_("Edit"), reverse("notifications:grouprobot_edit", args=[obj.pk]), "edit", primary=True)
        return [edit, test] if obj.is_active else [edit]

    def get_context(self, obj: GroupRobot) -> dict[str, Any]:
        sent = OutboxMessage.objects.filter(kind="robot", key__startswith=f"robot:{obj.pk}:")
        return {"queue": sent.order_by("-pk")[:NEWEST]}


class RobotCreate(RecordCreateView):
    model = GroupRobot
    form_class = RobotForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> GroupRobot:
        return save_robot(actor=actor, at=at, **form.cleaned_data)


class RobotEdit(RecordUpdateView):
    model = GroupRobot
    form_class = RobotForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> GroupRobot:
        return save_robot(actor=actor, at=at, robot=self.object, **form.cleaned_data)


class RobotTest(ActionView):
    model, verb, title = GroupRobot, "test", _("Send a test")
    explain = _("The group gets one message that says it is a test.")

    def perform(self, obj: GroupRobot, form: Any, *, actor: Any, at: Any) -> None:
        send_test(robot=obj, actor=actor, at=at)


class LinkList(RecordListView):
    """Links sent to people outside: to whom, what for, used or not."""

    model = OneTimeLink
    table_class = LinkTable
    filterset_class = LinkFilter
    title = _("Links for outsiders")
    empty_title = _("No link was sent yet.")

    def base_queryset(self):
        return OneTimeLink.objects.select_related("created_by")


class LinkWithdraw(RecordView):
    model = OneTimeLink
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        withdraw_link(link=self.get_object(), actor=request.user, at=self.at)
        return redirect("notifications:onetimelink_list")
