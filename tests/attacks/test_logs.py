"""I10: newline, ANSI and direction characters of a stranger stay inside one log line."""

import logging

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
