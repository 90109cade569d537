"""Urls of the bank."""

from django.urls import path

from receivables.views import bank, bank_claims, bank_lines

urlpatterns = [
    path("bank-accounts/", bank.AccountList.as_view(), name="bankaccount_list"),
    path("bank-accounts/new/", bank.AccountCreate.as_view(), name="bankaccount_create"),
    path("bank-accounts/<int:pk>/", bank.AccountPage.as_view(), name="bankaccount_detail"),
    path("bank-accounts/<int:pk>/edit/", bank.AccountEdit.as_view(), name="bankaccount_edit"),
    path("bank-accounts/<int:pk>/upload/", bank.StatementUpload.as_view(), name="bankaccount_upload"),
    path("bank-statements/", bank.StatementList.as_view(), name="bankstatement_list"),
    path("bank-statements/<int:pk>/", bank.StatementPage.as_view(), name="bankstatement_detail"),
    path("bank-lines/", bank_lines.LineList.as_view(), name="bankline_list"),
    path("bank-lines/<int:pk>/", bank_lines.LinePage.as_view(), name="bankline_detail"),
    path("bank-lines/<int:pk>/decide/", bank_lines.LineDecide.as_view(), name="bankline_decide"),
    path("bank-lines/<int:pk>/book/", bank_lines.LineBook.as_view(), name="bankline_book"),
    path("bank-lines/<int:pk>/aside/", bank_lines.LineAside.as_view(), name="bankline_aside"),
    path("bank-lines/<int:pk>/reopen/", bank_lines.LineReopen.as_view(), name="bankline_reopen"),
    path("bank-lines/<int:pk>/claim/", bank_claims.LineClaim.as_view(), name="bankline_claim"),
    path("bank-claims/", bank_claims.ClaimList.as_view(), name="bankclaim_list"),
    path("bank-claims/<int:pk>/", bank_claims.ClaimPage.as_view(), name="bankclaim_detail"),
    path("bank-claims/<int:pk>/refuse/", bank_claims.ClaimRefuse.as_view(), name="bankclaim_refuse"),
    path("bank-claims/<int:pk>/withdraw/", bank_claims.ClaimWithdraw.as_view(), name="bankclaim_withdraw"),
]
