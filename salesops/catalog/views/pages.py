"""What the pages of the catalog share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.ui.views import Act, RecordDetailView


class CatalogPage(RecordDetailView):
    """The page of a record with one act, to edit it."""

    edit_url_name = ""

    def acts(self, obj: Any) -> list[Act]:
        return [Act(_("Edit"), reverse(self.edit_url_name, args=[obj.pk]), "edit", primary=True)]


def active(obj: Any) -> tuple[Any, Any]:
    """The fact whether a record is still in use."""
    return _("Active"), _("yes") if obj.is_active else _("no")
