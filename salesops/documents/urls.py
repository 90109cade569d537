"""Pages of files, documents and prints."""

from django.urls import path, re_path

from salesops.documents.views import attachments, papers, printing

app_name = "documents"
urlpatterns = [
    path("documents/", papers.DocumentList.as_view(), name="document_list"),
    path("documents/new/", papers.DocumentCreate.as_view(), name="document_create"),
    path("documents/<int:pk>/", papers.DocumentPage.as_view(), name="document_detail"),
    path("documents/<int:pk>/edit/", papers.DocumentEdit.as_view(), name="document_edit"),
    path("documents/<int:pk>/submit/", papers.DocumentSubmit.as_view(), name="document_submit"),
    path("documents/<int:pk>/return/", papers.DocumentReturn.as_view(), name="document_return"),
    path("documents/<int:pk>/publish/", papers.DocumentPublish.as_view(), name="document_publish"),
    path("documents/<int:pk>/revise/", papers.DocumentRevise.as_view(), name="document_revise"),
    path("documents/<int:pk>/archive/", papers.DocumentArchive.as_view(), name="document_archive"),
    path("documents/<int:pk>/download/", papers.DocumentDownload.as_view(), name="document_download"),
    path("classes/", papers.ClassList.as_view(), name="documentclass_list"),
    path("classes/new/", papers.ClassCreate.as_view(), name="documentclass_create"),
    path("classes/<int:pk>/", papers.ClassPage.as_view(), name="documentclass_detail"),
    path("classes/<int:pk>/edit/", papers.ClassEdit.as_view(), name="documentclass_edit"),
    path("files/", attachments.AttachmentList.as_view(), name="attachment_list"),
    path("files/<int:pk>/", attachments.AttachmentPage.as_view(), name="attachment_detail"),
    path("files/<int:pk>/download/", attachments.AttachmentDownload.as_view(), name="attachment_download"),
    path("files/<int:pk>/small.jpg", attachments.AttachmentThumbnail.as_view(), name="attachment_small"),
    path(
        "files/<int:pk>/large.jpg",
        attachments.AttachmentThumbnail.as_view(side="large"),
        name="attachment_large",
    ),
    path("files/<int:pk>/replace/", attachments.AttachmentReplace.as_view(), name="attachment_replace"),
    path("files/<int:pk>/void/", attachments.AttachmentVoid.as_view(), name="attachment_void"),
    path("on/<str:kind>/<int:key>/add/", attachments.AttachmentAdd.as_view(), name="attachment_add"),
    path("print/<str:key>/<int:pk>/", printing.PrintPage.as_view(), name="print"),
    path("print/<str:key>/<int:pk>.pdf", printing.PrintPage.as_view(as_pdf=True), name="print_pdf"),
    path("letterhead/", printing.LetterheadList.as_view(), name="letterhead_list"),
    path("letterhead/new/", printing.LetterheadCreate.as_view(), name="letterhead_create"),
    path("letterhead/<int:pk>/", printing.LetterheadPage.as_view(), name="letterhead_detail"),
    path("texts/", printing.PrintTextList.as_view(), name="printtext_list"),
    path("texts/new/", printing.PrintTextCreate.as_view(), name="printtext_create"),
    path("texts/<int:pk>/", printing.PrintTextPage.as_view(), name="printtext_detail"),
    path("store/", attachments.StoreCheck.as_view(), name="store_check"),
    # Where documents were before: addresses in mails, notices and bookmarks go on working.
    path("", papers.DocumentMoved.as_view(), name="document_moved"),
    re_path(
        r"^(?P<rest>(?:new|[0-9]{1,18}(?:/[a-z]+)?)/)$", papers.DocumentMoved.as_view(), name="document_moved"
    ),
]
