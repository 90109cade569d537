"""Urls of the register."""

from django.urls import path

from contracts import plan_views, views

app_name = "contracts"
urlpatterns = [
    path("contracts/", views.ContractList.as_view(), name="contract_list"),
    path("contracts/new/", views.ContractCreate.as_view(), name="contract_create"),
    path("contracts/<int:pk>/", views.ContractDetail.as_view(), name="contract_detail"),
    path("contracts/<int:pk>/edit/", views.ContractUpdate.as_view(), name="contract_edit"),
    path("contracts/<int:pk>/activate/", views.ContractActivate.as_view(), name="contract_activate"),
    path("contracts/<int:pk>/plan/", plan_views.ContractPlan.as_view(), name="contract_plan"),
    path("contracts/<int:pk>/accept/", plan_views.ContractAccept.as_view(), name="contract_accept"),
    path("contracts/<int:pk>/complete/", views.ContractComplete.as_view(), name="contract_complete"),
    path("contracts/<int:pk>/terminate/", views.ContractTerminate.as_view(), name="contract_terminate"),
    path("contracts/<int:pk>/void/", views.ContractVoid.as_view(), name="contract_void"),
    path("contracts/<int:pk>/annotate/", views.ContractAnnotate.as_view(), name="contract_annotate"),
]
