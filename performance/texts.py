"""Sentences of the timeline and of job runs."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "performance.target_set": _("%(actor)s set the target of %(subject)s for %(period)s to %(new)s"),
    "performance.target_changed": _(
        "%(actor)s changed the target of %(subject)s for %(period)s from %(old)s to %(new)s"
    ),
    "performance.demo_loaded": _("%(actor)s loaded the demo company, customers: %(customers)s"),
    "performance.month_closed": _("%(actor)s closed %(period)s: %(figures)s figures from %(rows)s rows"),
    "performance.month_restated": _("%(actor)s restated %(figures)s figures of %(period)s: %(reason)s"),
}
