"""Submitting once: a posted form has a one-time key, and the act happens with it or not at all (B1, B2)."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from salesops.core.errors import Conflict, DomainError
from salesops.core.locking import lock_row
from salesops.ui.models import FormReceipt

KEY_FIELD, VERSION_FIELD = "form_key", "form_version"
_NOT_CONTENT = {KEY_FIELD, "csrfmiddlewaretoken", "next"}


class NotValid(Exception):
    """Undoes the claim of a form that does not validate."""


def content_hash(request: HttpRequest) -> str:
    """What was posted, without the tokens; files count by name and size.

    Keyed, because forms carry passwords: a plain digest of one can be guessed from a copy of the table.
    """
    parts = [request.path]
    parts += [f"{k}={v}" for k, vs in sorted(request.POST.lists()) if k not in _NOT_CONTENT for v in vs]
    parts += [f"{k}={f.name}:{f.size}" for k, fs in sorted(request.FILES.lists()) for f in fs]
    return salted_hmac("salesops.ui.form", "\n".join(parts), algorithm="sha256").hexdigest()


class Submitting:
    """Mixin of form views: validation, the one-time key, the version check, refusals beside their fields."""

    request: HttpRequest
    object: Any
    check_version = False
    # What the service locks before the record itself (the customer of a contact): so does the comparison of versions.
    locks_first: tuple[str, ...] = ()
    success_message: Any = ""

    def form_key(self) -> str:
        return str(uuid.uuid4())

    def shown_version(self) -> Any:
        return version_of(self.object) if self.check_version and self.object is not None else ""

    def submit(self, form: Any) -> HttpResponseBase:
        """The key is taken before anything is looked at, so that a repeat answers as the first did."""
        try:
            with transaction.atomic():
                receipt = self.claim()
                if receipt is not None and receipt.result_url:
                    return redirect(receipt.result_url)
                if form is not None and not form.is_valid():
                    raise NotValid
                self.refuse_stale(form)
                response = self.done(self.call(form))  # type: ignore[attr-defined]
                if receipt is not None:
                    receipt.result_url = response.headers.get("Location", self.request.path)
                    receipt.save(update_fields=["result_url"])
        except NotValid:
            return self.show(form)  # type: ignore[attr-defined]
        except DomainError as error:
            return self.refused(form, error)
        if self.success_message:
            messages.success(self.request, self.success_message)
        return response

    def claim(self) -> FormReceipt | None:
        """Take the key for this act; whoever comes second waits here and gets the first one's answer."""
        key = self.request.POST.get(KEY_FIELD, "")
        if not key:
            return None
        try:
            key = str(uuid.UUID(key))
        except ValueError:
            raise Conflict(_("This form is not valid any more. Reload the page and try again.")) from None
        wanted = content_hash(self.request)
        claimed = FormReceipt.claim(key, user=self.request.user, request_hash=wanted)
        if claimed is not None:
            return claimed
        first = FormReceipt.objects.get(key=key)
        if first.user_id != self.request.user.pk or first.request_hash != wanted:
            raise Conflict(
                _("This form was already sent with other content."),
                way_out=_("Open the form again to enter something new."),
            )
        return first

    def first_answer(self) -> str:
        """Where the same form of the same person led when it was sent before; empty when it was not."""
        try:
            key = uuid.UUID(self.request.POST.get(KEY_FIELD, ""))
        except ValueError:
            return ""
        sent = FormReceipt.objects.filter(key=key, user=self.request.user)
        first = sent.filter(request_hash=content_hash(self.request)).first()
        return first.result_url if first is not None else ""

    def refuse_stale(self, form: Any) -> None:
        """Tell a lost update instead of committing it."""
        shown = self.request.POST.get(VERSION_FIELD, "")
        if not self.check_version or self.object is None or not shown:
            return
        model = type(self.object)
        for name in self.locks_first:
            parent = model._meta.get_field(name).related_model
            lock_row(parent._base_manager, getattr(self.object, f"{name}_id"))
        current = model._default_manager.select_for_update(of=("self",)).get(pk=self.object.pk)
        if version_of(current) == shown:
            return
        if form is None or not any(hasattr(current, name) for name in form.fields):
            raise Conflict(
                _("Somebody changed this record after this page was opened."),
                way_out=_("Look at it as it is now, and decide again."),
            )
        raise Conflict(
            _("Somebody changed this record while you were editing it."),
            way_out=_("Compare the values below with yours; saving again overwrites them."),
            changed=changes(form, current),
        )

    def refused(self, form: Any, error: DomainError) -> HttpResponseBase:
        """The form again, with the sentence beside its field, or above the form.

        A rule of the handbook is named above the form in any case, with its figures and who can release it.
        """
        field = form.field_of(error) if hasattr(form, "field_of") else error.field
        beside = form is not None and bool(field) and field in form.fields
        if beside:
            form.add_error(field, str(error))
        refusal = explained(error) if beside else error
        return self.show(form, status=error.status, refusal=refusal)  # type: ignore[attr-defined]


def explained(error: DomainError) -> DomainError | None:
    """A refusal that is told beside its field stands above the form, too, when a rule or a request is behind it."""
    return error if error.clause or error.release is not None else None


def version_of(obj: Any) -> str:
    """The counter of a record, or where it has none a digest of its values."""
    if hasattr(obj, "version"):
        return str(obj.version)
    values = [(field.attname, str(getattr(obj, field.attname))) for field in obj._meta.concrete_fields]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def changes(form: Any, current: Any) -> list[tuple[Any, Any, Any]]:
    """Label, value now, value typed: for each field where they differ; what the form conceals stays masked."""
    found: list[tuple[Any, Any, Any]] = []
    if form is None:  # an act without a form: only that the record changed is told
        return found
    for name, field in form.fields.items():
        if not hasattr(current, name):
            continue
        theirs, mine = getattr(current, name), form.cleaned_data.get(name)
        if theirs != mine:
            hidden = name in getattr(form, "concealed", ())
            found.append((field.label, field.widget.attrs["placeholder"] if hidden else theirs, mine))
    return found
