"""Log lines that stay one line: what strangers send cannot forge an entry or paint the terminal (I10)."""

from __future__ import annotations

import logging
import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """``text`` with every control and direction character written as its escape."""
    return _CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


class LineFormatter(logging.Formatter):
    """Escapes the message; a traceback below it keeps its lines, they are ours."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = one_line(record.message)
        return super().formatMessage(record)
