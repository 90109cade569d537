"""Own profile and password; the mailed link (A4-A6)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from salesops.accounts import forms
from salesops.accounts.models import User
from salesops.accounts.services import passwords, people
from salesops.accounts.signin import address_is_tired, door, guessed_too_often, tired_answer
from salesops.audit.services import access
from salesops.core.errors import DomainError
from salesops.ui.links import record_url
from salesops.ui.views import ActionView


class OwnPage(ActionView):
    """An act on oneself."""

    model = User
    verb = "view"

    def get_object(self) -> User:
        return User.objects.get(pk=self.request.user.pk)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object), record_url(self.object))]


class Profile(OwnPage):
    form_class, title = forms.ProfileForm, gettext_lazy("My settings")
    submit_label = gettext_lazy("Save")
    success_message = gettext_lazy("Saved.")

    def get_initial(self) -> dict[str, Any]:
        me = self.object
        return {"phone": me.phone, "language": me.language, "theme": me.theme}

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> User:
        return people.update_profile(person=obj, at=at, **form.cleaned_data)


class PasswordChange(OwnPage):
    form_class, title = forms.PasswordChangeForm, gettext_lazy("Change password")
    success_message = gettext_lazy("Your password is changed; other sessions have ended.")

    def get_explain(self, obj: User) -> Any:
        if obj.must_change_password:
            return _("An administrator set your password. Choose one of your own to go on.")
        return _("At least ten signs. A short sentence is easier to keep than one strange word.")

    def submit(self, form: Any) -> HttpResponseBase:
        """Guessing the old one at somebody's open session ends like guessing at the door."""
        if guessed_too_often(self.object, self.at) or address_is_tired(self.request):
            return tired_answer(self.request)
        return super().submit(form)

    def refused(self, form: Any, error: DomainError) -> HttpResponseBase:
        if error.field == "old_password":
            me = self.object
            access.log_sign_in_failed(name=me.username, at=self.at, request=self.request, person=me)
        return super().refused(form, error)

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> User:
        data = form.cleaned_data
        person = passwords.change_password(
            person=obj, at=at, old=data["old_password"], new=data["new_password1"]
        )
        old_key = self.request.session.session_key
        update_session_auth_hash(self.request, person)
        door.renewed(self.request, person, old_key)
        return person

    def get_success_url(self, obj: Any) -> str:
        return "/"


@method_decorator(never_cache, "dispatch")
class Forgotten(View):
    """The same answer whether the address is known or not (A3)."""

    http_method_names = ["get", "post", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, forms.ForgottenForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if address_is_tired(request):
            return tired_answer(request)
        form = forms.ForgottenForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        passwords.ask_for_link(email=form.cleaned_data["email"], at=timezone.now())
        return redirect("accounts:password_forgotten_sent")

    def show(self, request: HttpRequest, form: Any) -> HttpResponse:
        context = {"form": form, "title": _("Forgotten password")}
        return render(request, "accounts/forgotten.html", context)


class ForgottenSent(View):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "accounts/forgotten_sent.html", {"title": _("Look into your mail")})


class ResetPassword(PasswordResetConfirmView):
    """The link of the mail: works once, for a day, and not for people who have left."""

    template_name = "accounts/reset.html"
    form_class = forms.NewPasswordForm
    http_method_names = ["get", "post", "head"]
    title = gettext_lazy("New password")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A dead link is told before the method is looked at, so other methods are refused first (Z20)."""
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        return super().dispatch(request, *args, **kwargs)

    def get_user(self, uidb64: str) -> User | None:
        return passwords.person_of_link(uidb64)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("user", None)
        return kwargs

    def form_valid(self, form: Any) -> HttpResponseBase:
        token = self.request.session.get(INTERNAL_RESET_SESSION_TOKEN, "")
        try:
            passwords.reset_password(
                person=self.user, token=token, at=timezone.now(), new=form.cleaned_data["new_password1"]
            )
        except DomainError as error:
            form.add_error("new_password1" if error.field else None, str(error))
            return self.form_invalid(form)
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return redirect("accounts:login")
