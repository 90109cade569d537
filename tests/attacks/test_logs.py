"""I10: newline, ANSI and direction characters of a stranger stay inside one log line."""

import logging
import runpy
import secrets
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.urls import reverse
from gunicorn.config import Config

from salesops.core.logs import LineFormatter


def test_a_user_agent_cannot_forge_a_log_line_or_paint_the_terminal():
    record = logging.LogRecord(
        "axes", logging.WARNING, __file__, 1, "agent %s", ("x\n2026 OK\x1b[31m\u202e",), None
    )
    line = LineFormatter("%(levelname)s %(message)s").format(record)
    assert line == "WARNING agent x\\n2026 OK\\x1b[31m\\u202e"


def test_the_console_of_the_product_uses_it(settings):
    names = {f.get("()") for f in settings.LOGGING["formatters"].values()}
    assert "salesops.core.logs.LineFormatter" in names


def test_the_access_log_holds_no_word_that_opens_something_by_itself():
    """Calendar feeds, one-time links and new passwords are opened by their address alone."""
    words = runpy.run_path(str(Path(settings.BASE_DIR) / "deploy" / "gunicorn.conf.py"))
    logger = words["logger_class"](Config())
    secret = secrets.token_urlsafe(16)
    path = reverse("customers:calendar_feed", args=[secret])
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": path, "SERVER_PROTOCOL": "HTTP/1.1", "PATH_INFO": path,
               "HTTP_REFERER": f"https://sales.example{reverse('notifications:one_time_link', args=[secret])}"}  # fmt: skip
    answer = SimpleNamespace(status="200 OK", headers=[], sent=12)
    atoms = logger.atoms(answer, SimpleNamespace(headers=[]), environ, timedelta(seconds=1))
    line = Config().access_log_format % logger.atoms_wrapper_class(atoms)
    assert secret not in line and "/feeds/" in line and "200" in line
    ordinary = reverse("customers:customer_detail", args=[123])
    environ |= {"RAW_URI": ordinary, "PATH_INFO": ordinary}
    assert ordinary in logger.atoms(answer, SimpleNamespace(headers=[]), environ, timedelta())["r"]
