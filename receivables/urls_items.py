"""Urls of what makes money due and of what is objected to."""

from django.urls import path

from receivables.views import disputes

urlpatterns = [
    path("receivables/<int:pk>/dispute/", disputes.ReceivableDispute.as_view(), name="receivable_dispute"),
    path("receivables/<int:pk>/resolve/", disputes.ReceivableResolve.as_view(), name="receivable_resolve"),
    path("disputes/", disputes.DisputeList.as_view(), name="dispute_list"),
    path("disputes/<int:pk>/", disputes.DisputeDetail.as_view(), name="dispute_detail"),
    path("disputes/<int:pk>/follow/", disputes.DisputeFollow.as_view(), name="dispute_follow"),
]
