"""Pictures are drawn anew: what they show stays, where and with what they were taken goes (quality F9)."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from salesops.core.errors import InvalidInput

_FRAMES = 200
_SAVE: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90},
    "GIF": {},
}


def redraw(source: Path, target: Path, picture_format: str, *, pixels: int) -> None:
    """Write ``source`` anew to ``target`` without metadata, upright. Raises ``InvalidInput``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(source, formats=[picture_format]) as image:
                frames = getattr(image, "n_frames", 1)
                width, height = image.size
                if width * height > pixels or frames > _FRAMES or width * height * frames > pixels * 4:
                    raise _too_large(width, height, pixels)
                _save(image, target, picture_format, frames)
    except InvalidInput:
        raise
    except Image.DecompressionBombError:
        raise InvalidInput(
            _("This picture is too large to be opened."), field="file", way_out=_("Make it smaller.")
        ) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, MemoryError):
        raise InvalidInput(
            _("This picture is damaged."), field="file", way_out=_("Open it and save it anew.")
        ) from None


def _too_large(width: int, height: int, pixels: int) -> InvalidInput:
    return InvalidInput(
        _("This picture has %(width)d × %(height)d pixels; at most %(most)d million are kept.")
        % {"width": width, "height": height, "most": pixels // 1_000_000},
        field="file",
        way_out=_("Make it smaller."),
    )


def _save(image: Image.Image, target: Path, picture_format: str, frames: int) -> None:
    options = dict(_SAVE[picture_format])
    colours = image.info.get("icc_profile")
    if colours and picture_format != "GIF":
        options["icc_profile"] = colours
    if frames > 1 and picture_format in ("GIF", "WEBP"):
        drawn = [_bare(frame) for frame in ImageSequence.Iterator(image)]
        durations = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(image)]
        drawn[0].save(
            target,
            picture_format,
            save_all=True,
            append_images=drawn[1:],
            duration=durations,
            loop=0,
            **options,
        )
        return
    _bare(ImageOps.exif_transpose(image)).save(target, picture_format, **options)


def _bare(image: Image.Image) -> Image.Image:
    """A copy with the same pixels and nothing else."""
    copy = image.copy()
    transparency = copy.info.get("transparency")
    copy.info = {} if transparency is None else {"transparency": transparency}
    copy.getexif().clear()
    return copy
