"""Words that every room shares: roles (requirements §I), kinds of team, data scopes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles of the permission matrix; a person may hold several, each from a date to a date."""

    REP = "rep", _("Sales representative")
    ASSISTANT = "assistant", _("Sales assistant")
    LEAD = "lead", _("Team lead")
    MANAGER = "manager", _("Department manager")
    GM = "gm", _("General manager")
    FINANCE = "finance", _("Finance")
    LEGAL = "legal", _("Legal")
    OPERATIONS = "operations", _("Operations")
    SERVICE = "service", _("Customer service")
    HR = "hr", _("Human resources")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Post(models.TextChoices):
    """Posts that the handbooks describe (ORG-02). What a person may do comes from the role, not from the post."""

    MANAGER = "manager", _("Sales manager")
    BRANCH_HEAD = "branch_head", _("Branch head")
    SUPERVISOR = "supervisor", _("Supervisor")
    REP = "rep", _("Sales representative")
    ASSISTANT = "assistant", _("Sales assistant")
    RESEARCHER = "researcher", _("Market researcher")
    SERVICE = "service", _("Customer service")
    PROJECT_MANAGER = "project_manager", _("Project manager")


class TeamKind(models.TextChoices):
    """The tree of teams: departments hold branches, branches hold groups (ORG-01)."""

    DEPARTMENT = "department", _("Department")
    BRANCH = "branch", _("Branch")
    GROUP = "group", _("Group")


SALES_LINE = {Role.REP, Role.ASSISTANT, Role.LEAD, Role.MANAGER}
