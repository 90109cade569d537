"""Urls of approvals."""

from django.urls import path

from salesops.approvals.views import acts, authority, flows, requests

app_name = "approvals"
urlpatterns = [
    path("requests/", requests.RequestList.as_view(), name="approvalrequest_list"),
    path("requests/<int:pk>/", requests.RequestPage.as_view(), name="approvalrequest_detail"),
    path("requests/<int:pk>/decide/", acts.Decide.as_view(), name="approvalrequest_decide"),
    path("requests/<int:pk>/withdraw/", acts.Withdraw.as_view(), name="approvalrequest_withdraw"),
    path("requests/<int:pk>/resubmit/", acts.Resubmit.as_view(), name="approvalrequest_resubmit"),
    path("requests/<int:pk>/edit/", acts.EditReason.as_view(), name="approvalrequest_edit"),
    path("requests/<int:pk>/add-signer/", acts.AddSigner.as_view(), name="approvalrequest_add_signer"),
    path("requests/<int:pk>/pass-up/", acts.PassUp.as_view(), name="approvalrequest_pass_up"),
    path("requests/<int:pk>/copy/", acts.SendCopy.as_view(), name="approvalrequest_send_copy"),
    path("ask/<str:key>/<int:pk>/", requests.AskFor.as_view(), name="approvalrequest_ask"),
    path("authority/", authority.Authority.as_view(), name="authority"),
    path("flows/", flows.FlowList.as_view(), name="approvalflow_list"),
    path("flows/<int:pk>/", flows.FlowPage.as_view(), name="approvalflow_detail"),
    path("flows/<int:pk>/simulate/", flows.Simulate.as_view(), name="approvalflow_simulate"),
    path("flows/<int:pk>/new-version/", flows.NewVersion.as_view(), name="approvalflow_new_version"),
    path("flows/<int:pk>/edit/", flows.EditFlow.as_view(), name="approvalflow_edit"),
    path("flows/<int:pk>/publish/", flows.Publish.as_view(), name="approvalflow_publish"),
    path("flows/<int:pk>/discard/", flows.Discard.as_view(), name="approvalflow_discard"),
    path("flows/<int:pk>/add-route/", flows.AddRoute.as_view(), name="flowroute_create"),
    path("routes/<int:pk>/edit/", flows.EditRoute.as_view(), name="flowroute_edit"),
    path("routes/<int:pk>/remove/", flows.RemoveRoute.as_view(), name="flowroute_remove"),
    path("routes/<int:pk>/add-step/", flows.AddStep.as_view(), name="flowstep_create"),
    path("steps/<int:pk>/edit/", flows.EditStep.as_view(), name="flowstep_edit"),
    path("steps/<int:pk>/remove/", flows.RemoveStep.as_view(), name="flowstep_remove"),
]
