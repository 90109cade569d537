"""What the lock-out shows."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


def locked_out(request: HttpRequest, credentials: dict, *args: object, **kwargs: object) -> HttpResponse:
    """Answer 429 to an address that guessed too often for one user name; it opens again by itself."""
    return HttpResponse(_("Too many attempts. Try again in 15 minutes."), status=429)
