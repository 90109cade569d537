"""Urls of drafts and cheques."""

from django.urls import path, register_converter

from receivables.views import held


class EndConverter:
    """How a paper ends."""

    regex = "honour|bounce|return"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(EndConverter, "paper_end")
urlpatterns = [
    path("papers/", held.PaperList.as_view(), name="heldpaper_list"),
    path("papers/due/", held.DuePapers.as_view(), name="heldpaper_due"),
    path("papers/new/", held.PaperCreate.as_view(), name="heldpaper_create"),
    path("papers/<int:pk>/", held.PaperDetail.as_view(), name="heldpaper_detail"),
    path("papers/<int:pk>/<paper_end:act>/", held.PaperEnd.as_view(), name="heldpaper_end"),
]
