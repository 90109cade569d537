"""The wall for uploads: more than the program takes at once is not written to the disk at all (quality F5)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

_MARK = "salesops.upload_too_large"


class WallHandler(FileUploadHandler):
    """Throws away what comes over the limit, so that the form can say so; the first of the handlers."""

    over = False

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.over = content_length > settings.UPLOAD_LIMIT_MB * 2**20
        if self.over:
            META[_MARK] = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.over:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def was_too_large(request: Any) -> bool:
    return bool(request is not None and request.META.get(_MARK))
