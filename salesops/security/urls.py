"""Pages of signing in, sessions and reviews."""

from django.urls import path

from salesops.security.views import door, own, review

app_name = "security"
urlpatterns = [
    path("second-step/", door.SecondStep.as_view(), name="second_step"),
    path("confirm/", door.Confirm.as_view(), name="confirm"),
    path("", own.OwnSecurity.as_view(), name="own"),
    path("app/", own.TotpAdd.as_view(), name="totp_add"),
    path("passkey/", own.PasskeyAdd.as_view(), name="passkey_add"),
    path("passkey/options/", door.PasskeyOptions.as_view(), name="passkey_options"),
    path("recovery/", own.Recovery.as_view(), name="recovery"),
    path("factors/<int:pk>/remove/", own.FactorRemove.as_view(), name="factor_remove"),
    path("people/<int:pk>/reset/", own.FactorReset.as_view(), name="factor_reset"),
    path("sessions/", review.SessionList.as_view(), name="signinsession_list"),
    path("sessions/end-others/", own.EndOthers.as_view(), name="end_others"),
    path("sessions/<int:pk>/", review.SessionPage.as_view(), name="signinsession_detail"),
    path("sessions/<int:pk>/end/", review.SessionEnd.as_view(), name="signinsession_end"),
    path("review/", review.AccessReview.as_view(), name="access_review"),
]
