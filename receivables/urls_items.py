"""Urls of what makes money due and of what is objected to."""

from django.urls import path

from receivables.views import disputes, retention
from receivables.views import tax_invoices as tax

urlpatterns = [
    path("receivables/<int:pk>/dispute/", disputes.ReceivableDispute.as_view(), name="receivable_dispute"),
    path("receivables/<int:pk>/resolve/", disputes.ReceivableResolve.as_view(), name="receivable_resolve"),
    path("receivables/<int:pk>/hold-back/", retention.HoldBack.as_view(), name="receivable_hold_back"),
    path("receivables/<int:pk>/release/", retention.Release.as_view(), name="receivable_release"),
    path("retentions/", retention.RetentionList.as_view(), name="retention_list"),
    path("tax-invoices/", tax.TaxInvoiceList.as_view(), name="taxinvoice_list"),
    path("tax-invoices/new/", tax.TaxInvoiceCreate.as_view(), name="taxinvoice_create"),
    path("tax-invoices/<int:pk>/", tax.TaxInvoiceDetail.as_view(), name="taxinvoice_detail"),
    path("tax-invoices/<int:pk>/issue/", tax.TaxInvoiceIssue.as_view(), name="taxinvoice_issue"),
    path("tax-invoices/<int:pk>/deliver/", tax.TaxInvoiceDeliver.as_view(), name="taxinvoice_deliver"),
    path("tax-invoices/<int:pk>/void/", tax.TaxInvoiceVoid.as_view(), name="taxinvoice_void"),
    path("tax-invoices/<int:pk>/red/", tax.TaxInvoiceRed.as_view(), name="taxinvoice_red"),
    path("tax-invoices/<int:pk>/annul/", tax.TaxInvoiceAnnul.as_view(), name="taxinvoice_annul"),
    path("disputes/", disputes.DisputeList.as_view(), name="dispute_list"),
    path("disputes/<int:pk>/", disputes.DisputeDetail.as_view(), name="dispute_detail"),
    path("disputes/<int:pk>/follow/", disputes.DisputeFollow.as_view(), name="dispute_follow"),
]
