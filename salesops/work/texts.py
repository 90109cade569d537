"""Sentences of the timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.audit import verbs

SENTENCES = {
    "work.task_given": _("%(actor)s gave %(owner)s a task: %(title)s, due %(due_date)s"),
    "work.task_progress": _("%(actor)s reported %(progress)s %% on “%(title)s”"),
    "work.task_finished": _("%(actor)s finished “%(title)s”"),
    "work.task_reopened": _("%(actor)s opened “%(title)s” again"),
    "work.task_cancelled": _("%(actor)s called off “%(title)s”"),
    "work.task_changed": _("%(actor)s changed the task “%(title)s”, due %(due_date)s"),
    "work.task_passed_on": _("%(actor)s passed “%(title)s” on from %(before_owner)s to %(owner)s"),
    "work.request_asked": _("%(actor)s asked %(to_team)s: %(title)s, due %(due_date)s"),
    "work.request_asked_again": _("%(actor)s asked %(to_team)s again: %(title)s, due %(due_date)s"),
    "work.request_taken": _("%(actor)s took on “%(title)s”"),
    "work.request_answered": _("%(actor)s answered “%(title)s”"),
    "work.request_declined": _("%(actor)s declined “%(title)s”"),
    "work.request_closed": _("%(actor)s accepted the answer to “%(title)s”"),
    "work.request_sent_back": _("%(actor)s sent the answer to “%(title)s” back"),
    "work.request_withdrawn": _("%(actor)s withdrew “%(title)s”"),
    "work.request_moved": _("%(actor)s moved “%(title)s”; it is due on %(due_date)s"),
    "work.commented": _("%(actor)s commented"),
    "work.comment_retracted": _("%(actor)s took a comment back"),
}


def register() -> None:
    verbs.register(SENTENCES)
