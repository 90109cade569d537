"""Sentences of this room's acts."""

from django.utils.translation import gettext_lazy as _

from salesops.audit import verbs


def register_verbs() -> None:
    verbs.register(
        {
            "accounts.person_created": _("%(actor)s put %(person)s on file"),
            "accounts.person_changed": _("%(actor)s changed the file of %(person)s: %(fields)s"),
            "accounts.person_moved": _("%(actor)s moved %(person)s to %(team)s from %(from_date)s on"),
            "accounts.superior_set": _(
                "%(actor)s set that %(person)s reports to %(superior)s from %(from_date)s on"
            ),
            "accounts.person_left": _("%(actor)s recorded that %(person)s left; last day %(left_date)s"),
            "accounts.person_returned": _("%(actor)s recorded that %(person)s returned on %(on)s"),
            "accounts.profile_changed": _("%(actor)s changed own settings"),
            "accounts.role_granted": _("%(actor)s gave %(person)s the role %(role)s from %(from_date)s on"),
            "accounts.role_ended": _("%(actor)s ended the role %(role)s of %(person)s with %(to_date)s"),
            "accounts.deputy_set": _(
                "%(actor)s named %(deputy)s as deputy of %(person)s from %(from_date)s to %(to_date)s"
            ),
            "accounts.deputy_ended": _("%(actor)s ended the delegation of %(person)s to %(deputy)s"),
            "accounts.team_created": _("%(actor)s created the unit %(team)s"),
            "accounts.team_changed": _("%(actor)s changed the unit %(team)s"),
            "accounts.team_moved": _("%(actor)s moved the unit %(team)s from %(before)s to %(parent)s"),
            "accounts.team_closed": _("%(actor)s closed the unit %(team)s"),
            "accounts.password_set": _("%(actor)s set a first password for %(person)s"),
            "accounts.password_changed": _("%(actor)s changed the own password"),
            "accounts.password_reset": _("%(actor)s set a new password by a mailed link"),
            "accounts.password_link_asked": _("A link to set a password was asked for %(person)s"),
        }
    )
