"""Urls of collection."""

from django.urls import path

from receivables.views import collection, collection_papers, ladders

urlpatterns = [
    path("collection/", collection.CaseList.as_view(), name="collectioncase_list"),
    path("collection/people/", ladders.Overview.as_view(), name="collection_overview"),
    path("collection/run/", ladders.RunPage.as_view(), name="collection_run"),
    path("collection/contacts/", collection.ActionList.as_view(), name="collectionaction_list"),
    path("collection/contacts/<int:pk>/", collection.ActionPage.as_view(), name="collectionaction_detail"),
    path("collection/promises/", collection.PromiseList.as_view(), name="promise_list"),
    path("collection/promises/<int:pk>/", collection.PromisePage.as_view(), name="promise_detail"),
    path(
        "collection/promises/<int:pk>/withdraw/",
        collection.PromiseWithdraw.as_view(),
        name="promise_withdraw",
    ),
    path("collection/ladders/", ladders.PolicyList.as_view(), name="collectionpolicy_list"),
    path("collection/ladders/<int:pk>/", ladders.PolicyPage.as_view(), name="collectionpolicy_detail"),
    path(
        "collection/ladders/<int:pk>/version/",
        ladders.PolicyVersion.as_view(),
        name="collectionpolicy_version",
    ),
    path(
        "collection/ladders/<int:pk>/<int:level>/",
        ladders.LevelEdit.as_view(),
        name="collectionpolicy_level",
    ),
    path("collection/letters/", collection_papers.LetterList.as_view(), name="collectionletter_list"),
    path(
        "collection/letters/<int:pk>/", collection_papers.LetterPage.as_view(), name="collectionletter_detail"
    ),
    path(
        "collection/letters/<int:pk>/receipt/",
        collection_papers.LetterReceipt.as_view(),
        name="collectionletter_receipt",
    ),
    path("collection/plans/", collection_papers.PlanList.as_view(), name="instalmentplan_list"),
    path("collection/plans/<int:pk>/", collection_papers.PlanPage.as_view(), name="instalmentplan_detail"),
    path("collection/legal/", collection_papers.LegalList.as_view(), name="legalstage_list"),
    path("collection/legal/<int:pk>/", collection_papers.LegalPage.as_view(), name="legalstage_detail"),
    path(
        "collection/legal/<int:pk>/<slug:act>/", collection_papers.LegalAct.as_view(), name="legalstage_act"
    ),
    path("collection/limitation/", collection_papers.LimitationList.as_view(), name="limitation"),
    path("collection/<int:pk>/", collection.CasePage.as_view(), name="collectioncase_detail"),
    path("collection/<int:pk>/<slug:act>/", collection.CaseAct.as_view(), name="collectioncase_act"),
]
