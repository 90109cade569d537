"""Pictures are drawn anew: what they show stays, where and with what they were taken goes (quality F9)."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from salesops.core.errors import DomainError, InvalidInput

_FRAMES = 200
_MOVING = 20_000_000  # pixels of all frames of a moving picture together: they are held at once
_WHOLE = (
    16_000_000  # a photo of more pixels is drawn at half its size, so that it takes a quarter of the memory
)
_SAVE: dict[str, dict[str, Any]] = {"JPEG": {"quality": 90}, "PNG": {}, "WEBP": {"quality": 90}, "GIF": {}}
_SMALL = {"quality": 80, "optimize": True}
_one_at_a_time = threading.Lock()  # a large picture takes 200 MB while it is drawn


def redraw(source: Path, target: Path, picture_format: str, *, pixels: int) -> None:
    """Write ``source`` anew to ``target`` without metadata, upright. Raises ``InvalidInput``."""
    with source.open("rb") as file, _opened(file, picture_format) as image:
        frames = getattr(image, "n_frames", 1)
        width, height = image.size
        moving = frames > 1 and picture_format in ("GIF", "WEBP")
        if width * height > pixels:
            raise InvalidInput(
                _("This picture has %(width)d × %(height)d pixels; at most %(most)d million are kept.")
                % {"width": width, "height": height, "most": pixels // 1_000_000},
                field="file",
                way_out=_("Make it smaller."),
            )
        if moving and (frames > _FRAMES or width * height * frames > _MOVING):
            raise InvalidInput(
                _("This moving picture is too long or too large."),
                field="file",
                way_out=_("Make it shorter or smaller, or keep one picture of it."),
            )
        if moving:
            _save_moving(image, target, picture_format)
        else:
            _save_still(image, target, picture_format)


def small(file: BinaryIO, picture_format: str, side: int) -> bytes:
    """A JPEG of at most ``side`` pixels each way, of a picture of the store. Raises ``DomainError``."""
    with _opened(file, picture_format) as image:
        image.draft("RGB", (side, side))
        image.thumbnail((side, side))
        if image.has_transparency_data:
            clear = image.convert("RGBA")
            image = Image.new("RGB", clear.size, "white")
            image.paste(clear, mask=clear.getchannel("A"))
        elif image.mode not in ("RGB", "L"):
            image = image.convert("RGB")
        answer = io.BytesIO()
        image.info = {}
        image.save(answer, "JPEG", **_SMALL)
        return answer.getvalue()


@contextmanager
def _opened(file: BinaryIO, picture_format: str) -> Iterator[Image.Image]:
    """The picture, one at a time. Whatever its maker or an attacker put into it ends as a sentence."""
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # bombs are measured below, damage ends in a sentence
            with Image.open(file, formats=[picture_format]) as image:
                yield image
    except DomainError:
        raise
    except Image.DecompressionBombError:
        raise InvalidInput(
            _("This picture is too large to be opened."), field="file", way_out=_("Make it smaller.")
        ) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the disk, not the picture
        raise InvalidInput(
            _("This picture is damaged."), field="file", way_out=_("Open it and save it anew.")
        ) from None


def _save_still(image: Image.Image, target: Path, picture_format: str) -> None:
    width, height = image.size
    if width * height > _WHOLE:
        image.draft(None, (width // 2, height // 2))
    colours = image.info.get("icc_profile")
    ImageOps.exif_transpose(image, in_place=True)
    image.load()
    _strip(image)
    options = dict(_SAVE[picture_format])
    if colours and picture_format != "GIF":
        options["icc_profile"] = colours
    image.save(target, picture_format, **options)


def _save_moving(image: Image.Image, target: Path, picture_format: str) -> None:
    drawn, durations = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(frame.info.get("duration", 100))
        drawn.append(_strip(frame.copy()))
    drawn[0].save(
        target,
        picture_format,
        save_all=True,
        append_images=drawn[1:],
        duration=durations,
        loop=0,
        **_SAVE[picture_format],
    )


def _strip(image: Image.Image) -> Image.Image:
    """Leave the pixels, and the colour that stands for nothing."""
    transparency = image.info.get("transparency")
    image.info = {} if transparency is None else {"transparency": transparency}
    image.getexif().clear()
    return image
