"""Words and states of research, target markets, partners and requirement documents (MKT-01, 03, 06, 17, RND-02)."""

from django.db import models
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class StudyState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("study", "Planned")
    SUBMITTED = "submitted", pgettext_lazy("study", "In review")
    PUBLISHED = "published", pgettext_lazy("study", "Published")
    ARCHIVED = "archived", pgettext_lazy("study", "Archived")


STUDY_MOVES = Transitions(
    {
        StudyState.PLANNED: {StudyState.SUBMITTED},
        StudyState.SUBMITTED: {StudyState.PLANNED, StudyState.PUBLISHED},
        StudyState.PUBLISHED: {StudyState.ARCHIVED},
    }
)


class PaperState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("requirement", "Draft")
    RELEASED = "released", pgettext_lazy("requirement", "Released")


PAPER_MOVES = Transitions({PaperState.DRAFT: {PaperState.RELEASED}})


class PartnerKind(models.TextChoices):
    AGENT = "agent", pgettext_lazy("partner", "Agent or dealer")
    MEDIA = "media", pgettext_lazy("partner", "Media and advertising")
    ASSOCIATION = "association", pgettext_lazy("partner", "Association")
    SERVICE = "service", pgettext_lazy("partner", "Service provider")
    TECHNOLOGY = "technology", pgettext_lazy("partner", "Technology")
    OTHER = "other", pgettext_lazy("partner", "Other")


class TalkWay(models.TextChoices):
    CALL = "call", pgettext_lazy("partner talk", "Telephone or mail")
    VISIT = "visit", pgettext_lazy("partner talk", "Visit")
    MEETING = "meeting", pgettext_lazy("partner talk", "Meeting")
