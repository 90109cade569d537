"""Urls of receivables."""

from django.urls import path

from receivables import urls_bank, urls_collection, urls_credit, urls_figures, urls_items, urls_money
from receivables.views import ageing, credit, entries, given_up, items, money, month, standing, waiting

app_name = "receivables"
urlpatterns = [
    path("receivables/", items.ReceivableList.as_view(), name="receivable_list"),
    path("receivables/mine/", items.MyReceivables.as_view(), name="my_receivables"),
    path("receivables/new/", items.ReceivableCreate.as_view(), name="receivable_create"),
    path("receivables/<int:pk>/", items.ReceivableDetail.as_view(), name="receivable_detail"),
    path("receipts/", money.ReceiptList.as_view(), name="receipt_list"),
    path("receipts/new/", money.ReceiptCreate.as_view(), name="receipt_create"),
    path("receipts/open-items/", money.OpenItems.as_view(), name="open_items"),
    path("receipts/<int:pk>/", money.ReceiptDetail.as_view(), name="receipt_detail"),
    path("receipts/<int:pk>/allocate/", money.ReceiptAllocate.as_view(), name="receipt_allocate"),
    path("receipts/<int:pk>/reverse/", money.ReceiptReverse.as_view(), name="receipt_reverse"),
    path("entries/", entries.EntryList.as_view(), name="receiptentry_list"),
    path("entries/<int:pk>/", entries.EntryPage.as_view(), name="receiptentry_detail"),
    path("entries/<int:pk>/mend/", entries.EntryMend.as_view(), name="receiptentry_mend"),
    path("receivables/<int:pk>/write-off/", given_up.WriteOff.as_view(), name="receivable_write_off"),
    path("receipts/<int:pk>/refund/", given_up.ReceiptRefund.as_view(), name="receipt_refund"),
    path("credit-notes/<int:pk>/refund/", given_up.CreditNoteRefund.as_view(), name="creditnote_refund"),
    path("adjustments/", given_up.AdjustmentList.as_view(), name="adjustment_list"),
    path("adjustments/<int:pk>/", given_up.AdjustmentDetail.as_view(), name="adjustment_detail"),
    path("adjustments/<int:pk>/recover/", given_up.Recover.as_view(), name="adjustment_recover"),
    path("refunds/", given_up.RefundList.as_view(), name="refund_list"),
    path("refunds/<int:pk>/", given_up.RefundDetail.as_view(), name="refund_detail"),
    path("refunds/<int:pk>/pay/", given_up.RefundPay.as_view(), name="refund_pay"),
    path("refunds/<int:pk>/reverse/", given_up.RefundReverse.as_view(), name="refund_reverse"),
    path("postings/", waiting.PostingList.as_view(), name="postingentry_list"),
    path("postings/<int:pk>/", waiting.PostingPage.as_view(), name="postingentry_detail"),
    path("postings/<int:pk>/mend/", waiting.PostingMend.as_view(), name="postingentry_mend"),
    path("credit-notes/", money.CreditNoteList.as_view(), name="creditnote_list"),
    path("credit-notes/new/", money.CreditNoteCreate.as_view(), name="creditnote_create"),
    path("credit-notes/<int:pk>/", money.CreditNoteDetail.as_view(), name="creditnote_detail"),
    path("credit-notes/<int:pk>/allocate/", money.CreditNoteAllocate.as_view(), name="creditnote_allocate"),
    path("credit-notes/<int:pk>/reverse/", money.CreditNoteReverse.as_view(), name="creditnote_reverse"),
    path("settlements/<int:pk>/reverse/", money.LineReverse.as_view(), name="settlementline_reverse"),
    path("unallocated/", money.Unallocated.as_view(), name="unallocated"),
    path("ageing/", ageing.AgeingPage.as_view(), name="ageing"),
    path("ageing/items/", ageing.AgeingItems.as_view(), name="ageing_items"),
    path("credit/<int:pk>/why/", standing.WhyBlocked.as_view(), name="why_blocked"),
    path("credit/<int:pk>/<slug:part>/", credit.CreditRows.as_view(), name="credit_rows"),
    path("today/", month.FinanceDay.as_view(), name="finance_day"),
    path("check/", month.BookChecks.as_view(), name="check"),
    path("months/", month.MonthList.as_view(), name="periodlock_list"),
    path("months/close/", month.MonthClose.as_view(), name="periodlock_close"),
]
urlpatterns += urls_figures.urlpatterns
urlpatterns += urls_items.urlpatterns
urlpatterns += urls_bank.urlpatterns
urlpatterns += urls_credit.urlpatterns
urlpatterns += urls_collection.urlpatterns
urlpatterns += urls_money.urlpatterns
