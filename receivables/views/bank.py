"""Pages of bank accounts, statements and lines."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.filters.bank import BankAccountFilter, StatementFilter
from receivables.forms.bank import BankAccountForm, StatementForm
from receivables.models import BankAccount, BankStatement
from receivables.services import bank as services
from receivables.tables.bank import BankAccountTable, StatementTable
from salesops.core.masking import mask_account
from salesops.core.policies import can
from salesops.ui.templatetags.ui import exact, link, money
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class AccountList(RecordListView):
    model, table_class, filterset_class = BankAccount, BankAccountTable, BankAccountFilter
    add_url_name = "receivables:bankaccount_create"
    add_label = _("New bank account")
    default_sort = "name"
    empty_title = _("No bank accounts yet")
    empty_text = _("Open one, then bring in its statements.")

    def base_queryset(self) -> QuerySet:
        return BankAccount.objects.all()


class AccountPage(RecordDetailView):
    model = BankAccount
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return BankAccount.objects.select_related("currency")

    def get_subtitle(self, obj: BankAccount) -> str:
        return obj.bank

    def facts(self, obj: BankAccount) -> list[tuple[Any, Any]]:
        full = can(self.request.user, "view_sensitive", obj)
        return [
            (_("Bank"), obj.bank),
            (_("Account number"), obj.number if full else mask_account(obj.number)),
            (_("Currency"), obj.currency_id),
            (_("State"), "" if obj.active else _("not in use")),
        ]

    def acts(self, obj: BankAccount) -> list[Act]:
        bring = Act(
            _("Bring in a statement"),
            reverse("receivables:bankaccount_upload", args=[obj.pk]),
            "upload",
            primary=True,
        )
        edit = Act(_("Edit"), reverse("receivables:bankaccount_edit", args=[obj.pk]), "edit")
        return [bring, edit] if obj.active else [edit]


class AccountForm:
    """What opening and changing an account share."""

    model, form_class = BankAccount, BankAccountForm

    def save(self, form: Any, account: BankAccount | None, *, actor: Any, at: Any) -> BankAccount:
        names = ("name", "bank", "number", "currency", "active")
        data = {name: form.cleaned_data[name] for name in names}
        return services.save_account(actor=actor, account=account, at=at, **data)


class AccountCreate(AccountForm, RecordCreateView):
    title = _("New bank account")
    asks_again = True

    def perform(self, form: Any, *, actor: Any, at: Any) -> BankAccount:
        return self.save(form, None, actor=actor, at=at)


class AccountEdit(AccountForm, RecordUpdateView):
    asks_again = True

    def perform(self, form: Any, *, actor: Any, at: Any) -> BankAccount:
        return self.save(form, self.object, actor=actor, at=at)


class StatementUpload(ActionView):
    """The file goes through the import: columns, preview, errors by row, progress, undo."""

    model, verb, form_class = BankAccount, "upload", StatementForm
    title = _("Bring in a statement")
    explain = _(
        "The columns are suggested, as they were with the last file of this account; you see every line before it is "
        "taken in. The same file twice, and files that overlap, bring each line once."
    )

    def perform(self, obj: BankAccount, form: Any, *, actor: Any, at: Any) -> Any:
        upload = form.cleaned_data["file"]
        return services.upload_statement(actor=actor, account=obj, upload=upload, at=at)

    def get_success_url(self, obj: Any) -> str:
        return reverse("exchange:importbatch_detail", args=[obj.pk])


class StatementList(RecordListView):
    model, table_class, filterset_class = BankStatement, StatementTable, StatementFilter
    default_sort = "-last_date"
    empty_title = _("No bank statements yet")
    empty_text = _("Open a bank account and bring in the file of its bank.")

    def base_queryset(self) -> QuerySet:
        return BankStatement.objects.select_related("account")


class StatementPage(RecordDetailView):
    model = BankStatement
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return BankStatement.objects.select_related("account", "created_by")

    def facts(self, obj: BankStatement) -> list[tuple[Any, Any]]:
        code = obj.account.currency_id
        return [
            (_("Bank account"), link(obj.account)),
            (pgettext_lazy("from a day", "From"), exact(obj.first_date)),
            (pgettext_lazy("to a day", "To"), exact(obj.last_date)),
            (_("Opening balance"), "" if obj.opening is None else money(obj.opening, code)),
            (_("Closing balance"), "" if obj.closing is None else money(obj.closing, code)),
            (_("File"), obj.file_name),
        ]
