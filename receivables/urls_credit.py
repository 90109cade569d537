"""Urls of credit: holds, assessments."""

from django.urls import path

from receivables.views import assessments, holds, provisions, risks, standing

urlpatterns = [
    path("provisions/", provisions.ProvisionRunList.as_view(), name="provisionrun_list"),
    path("provisions/new/", provisions.ProvisionRunCreate.as_view(), name="provisionrun_create"),
    path("provisions/items/", provisions.ProvisionLineList.as_view(), name="provisionline_list"),
    path(
        "provisions/items/<int:pk>/rate/", provisions.ProvisionLineRate.as_view(), name="provisionline_rate"
    ),
    path("provisions/<int:pk>/", provisions.ProvisionRunDetail.as_view(), name="provisionrun_detail"),
    path("provisions/<int:pk>/submit/", provisions.ProvisionRunSubmit.as_view(), name="provisionrun_submit"),
    path("risks/", risks.RiskList.as_view(), name="riskwarning_list"),
    path("risks/report/", risks.RiskReport.as_view(), name="risk_report"),
    path("risks/<int:pk>/", risks.RiskDetail.as_view(), name="riskwarning_detail"),
    path("risks/<int:pk>/answer/", risks.RiskAnswer.as_view(), name="riskwarning_answer"),
    path("credit/releases/", standing.OverrideList.as_view(), name="credit_overrides"),
    path("holds/", holds.HoldList.as_view(), name="credithold_list"),
    path("holds/new/", holds.HoldCreate.as_view(), name="credithold_create"),
    path("holds/<int:pk>/", holds.HoldDetail.as_view(), name="credithold_detail"),
    path("assessments/", assessments.AssessmentList.as_view(), name="creditassessment_list"),
    path("assessments/new/", assessments.AssessmentCreate.as_view(), name="creditassessment_create"),
    path("assessments/<int:pk>/", assessments.AssessmentDetail.as_view(), name="creditassessment_detail"),
    path("assessments/<int:pk>/edit/", assessments.AssessmentEdit.as_view(), name="creditassessment_edit"),
    path(
        "assessments/<int:pk>/submit/", assessments.AssessmentSubmit.as_view(), name="creditassessment_submit"
    ),
]
