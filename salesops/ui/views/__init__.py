"""Generic pages: list, record, form, act; and the frame's own pages."""

from salesops.ui.views.acts import ActionView
from salesops.ui.views.base import HouseView, PageView
from salesops.ui.views.details import Act, RecordDetailView
from salesops.ui.views.forms import RecordCreateView, RecordUpdateView
from salesops.ui.views.lists import BulkAction, RecordListView

__all__ = [
    "Act",
    "ActionView",
    "BulkAction",
    "HouseView",
    "PageView",
    "RecordCreateView",
    "RecordDetailView",
    "RecordListView",
    "RecordUpdateView",
]
