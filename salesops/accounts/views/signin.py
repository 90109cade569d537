"""The door: sign in, sign out, the demo's personas (A1-A3, A8, A9, S1, S5, Z20)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from salesops.accounts.forms import SignInForm
from salesops.accounts.models import User
from salesops.accounts.selectors import demo_people
from salesops.accounts.signin import BACKEND, address_is_tired, door, tired_answer
from salesops.audit.services import access


class SignIn(LoginView):
    """User name and password; a refused address waits, a refused combination waits, nobody is told more."""

    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ["get", "post", "head"]

    @method_decorator(sensitive_post_parameters("password"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and address_is_tired(request):
            return tired_answer(request)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        person = form.get_user()
        if (step := door.after_password(self.request, person, self.get_redirect_url())) is not None:
            return step
        response = super().form_valid(form)
        door.opened(self.request, person, "password")
        access.log_sign_in(actor=person, at=timezone.now(), request=self.request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        if not getattr(self.request, "axes_locked_out", False):
            name = self.request.POST.get("username", "")
            access.log_sign_in_failed(name=name, at=timezone.now(), request=self.request)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        people = [
            {
                "username": person.username,
                "name": person.name,
                "initials": person.initials,
                "line": _(person.demo_line),
            }
            for person in demo_people()
        ]
        return context | {"title": gettext_lazy("Sign in"), "personas": people}


class DemoSignIn(RedirectURLMixin, View):
    """One click as a person of the demo company; anywhere else this page does not exist."""

    http_method_names = ["post"]
    next_page = "/"

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        person = demo_people().filter(username=request.POST.get("username", "")).first()
        if person is None:
            raise Http404
        if request.user.is_authenticated:
            logout(request)
        login(request, person, backend=BACKEND)
        door.opened(request, person, "demo")
        access.log_sign_in(actor=person, at=timezone.now(), request=request, way="demo")
        return redirect(self.get_success_url())


class SignOut(View):
    """POST only: a link or an image must not sign anybody out (Z20)."""

    http_method_names = ["post"]

    @method_decorator(never_cache)
    def post(self, request: HttpRequest) -> HttpResponseBase:
        person = request.user if request.user.is_authenticated else None
        door.closed(request.session.session_key)
        logout(request)
        if isinstance(person, User):
            access.log_sign_out(actor=person, at=timezone.now(), request=request)
        response = redirect(settings.LOGOUT_REDIRECT_URL)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response
