"""Who does each process step and who decides, on one page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.approvals.authority import authority
from salesops.approvals.models import ApprovalFlow
from salesops.core.choices import Role
from salesops.core.periods import day_of
from salesops.core.policies import can
from salesops.handbook.models import RuleValue
from salesops.ui.views import PageView


class Authority(PageView):
    """Process steps with the roles that do them, deciders, limits and days (ORG-04); searched and as of any day."""

    template_name = "approvals/authority.html"
    title = _("Duties and authority")

    def get_context(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        query = self.request.GET.get("q", "").strip()[:100]
        try:
            day = day_of(self.request.GET.get("on", ""))
        except ValueError:
            day = today
        user = self.request.user
        return {
            "lines": authority(on=day, today=today, query=query),
            "q": query,
            "on": day,
            "is_today": day == today,
            "may_set": can(user, "add", RuleValue),
            "may_change": can(user, "new_version", ApprovalFlow),
            "sees_people": user.has_role(Role.HR, Role.ADMINISTRATOR, Role.GM, Role.AUDITOR),
        }
