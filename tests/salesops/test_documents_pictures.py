"""Pictures of hostile and of ordinary people: nothing of the maker stays, nothing large is held, small ones on pages."""

import io
import random
import zipfile

import pytest
from django.urls import reverse
from PIL import Image

from salesops.audit.models import AccessLog
from salesops.core.errors import InvalidInput
from salesops.documents import pictures, services, store
from salesops.documents.kinds import require_content
from tests.factories.customers import make_customer
from tests.factories.documents import AT, make_attachment, office, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def customer(cast):
    return make_customer(cast.alice, name="Picture Ltd")


def noise(kind, mode="RGB", size=(60, 40), **options):
    data = io.BytesIO()
    Image.effect_noise(size, 80).convert(mode).save(data, kind, **options)
    return data.getvalue()


def moving(kind="GIF", frames=4, size=(40, 30)):
    data = io.BytesIO()
    drawn = [Image.new("L", size, n * 9) for n in range(frames)]
    drawn[0].save(data, kind, save_all=True, append_images=drawn[1:], duration=50)
    return data.getvalue()


def test_damaged_pictures_end_in_a_sentence_whatever_is_wrong_with_them(tmp_path):
    """Hundreds of pictures with bytes changed, cut off and put in: drawn or refused, never anything else."""
    dice = random.Random(7)
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = [
        ("JPEG", noise("JPEG", exif=exif)), ("PNG", noise("PNG", "P")), ("PNG", noise("PNG", "RGBA", exif=exif)),
        ("GIF", moving()), ("WEBP", noise("WEBP", exif=exif)), ("WEBP", moving("WEBP")),
    ]  # fmt: skip
    source, target = tmp_path / "source", tmp_path / "target"
    refused = 0
    for _n in range(400):
        kind, data = dice.choice(whole)
        broken = bytearray(data)
        for _m in range(dice.choice([1, 2, 5])):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        source.write_bytes(broken[: dice.randrange(20, len(broken))] if dice.random() < 0.2 else broken)
        try:
            pictures.redraw(source, target, kind, pixels=10**7)
        except InvalidInput:
            refused += 1
    assert 40 < refused < 400


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_no_words_of_the_maker_stay_in_any_kind_of_picture(tmp_path, kind):
    exif = Image.Exif()
    exif[0x010E] = "Canary words"
    options = {"exif": exif} if kind != "GIF" else {"comment": b"Canary words"}
    if kind in ("JPEG", "WEBP"):
        options["xmp"] = b"<x:xmpmeta>Canary words</x:xmpmeta>"
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(noise(kind, **options) + b"<script>Canary words</script>")
    assert b"Canary" in source.read_bytes()
    pictures.redraw(source, target, kind, pixels=10**7)
    assert b"Canary" not in target.read_bytes()
    assert Image.open(target).size == (60, 40)


def test_a_photo_of_many_pixels_is_drawn_at_half_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "_WHOLE", 2000)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(picture("JPEG", (640, 480)))
    pictures.redraw(source, target, "JPEG", pixels=10**7)
    assert Image.open(target).size == (320, 240)


def test_a_moving_picture_is_not_unrolled_into_a_gigabyte(cast, customer):
    """190 frames of a million pixels are 400 kB of file and took 750 MB and half a minute to draw."""
    row = make_attachment(customer, cast.alice, name="short.gif", data=moving())
    assert Image.open(store.path_of(row.file.stored_as)).n_frames == 4
    with pytest.raises(InvalidInput, match="too long"):
        make_attachment(customer, cast.alice, name="long.gif", data=moving(frames=25, size=(1000, 1000)))


def test_parts_of_a_package_do_not_lie_over_each_other(tmp_path):
    """The newer zip bombs name the same bytes many times; the same part twice shows each reader another one."""
    path = tmp_path / "a.docx"
    path.write_bytes(office())
    require_content(path, "docx")
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as package:
        package.writestr("word/document.xml", "<other/>")
    with pytest.raises(InvalidInput):
        require_content(path, "docx")


@pytest.mark.parametrize(
    "data", ["\ufeff<script>x</script>".encode("utf-16"), b"\xef\xbb\xbf \n<svg/>", b"<?php"]
)
def test_a_page_is_no_text_in_any_encoding(tmp_path, data):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(InvalidInput):
        require_content(path, "txt")


def test_a_picture_of_an_iphone_is_refused_with_what_to_set(cast, customer):
    with pytest.raises(InvalidInput) as refused:
        make_attachment(customer, cast.alice, name="IMG_1.HEIC", data=b"\0\0\0\x18ftypheic")
    assert "Most Compatible" in str(refused.value.way_out)


def test_small_pictures_are_for_who_may_see_the_record_now(cast, client, customer):
    row = make_attachment(customer, cast.alice, name="photo.png", data=noise("PNG", "RGBA", (900, 600)))
    plan = make_attachment(customer, cast.alice, name="plan.pdf")
    client.force_login(cast.alice)
    tab = client.get(reverse("customers:customer_detail", args=[customer.pk]) + "?panel=documents.files")
    assert f"/documents/files/{row.pk}/small.jpg" in tab.content.decode()
    assert f"/documents/files/{plan.pk}/small.jpg" not in tab.content.decode()
    sizes = {}
    for name in ("small", "large"):
        answer = client.get(reverse(f"documents:attachment_{name}", args=[row.pk]))
        assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
        assert "attachment" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
        sizes[name] = Image.open(io.BytesIO(answer.content)).size
    assert sizes == {"small": (160, 107), "large": (900, 600)}
    assert AccessLog.objects.filter(purpose="preview").count() == 1
    assert client.get(reverse("documents:attachment_small", args=[plan.pk])).status_code == 404
    client.force_login(cast.carol)
    assert client.get(reverse("documents:attachment_small", args=[row.pk])).status_code == 404
    services.void_file(actor=cast.alice, attachment=row, reason="wrong", at=AT)
    client.force_login(cast.alice)
    assert client.get(reverse("documents:attachment_small", args=[row.pk])).status_code == 404
    page = client.get(reverse("documents:attachment_detail", args=[row.pk])).content.decode()
    assert "large.jpg" not in page


def test_a_picture_changed_behind_the_program_is_not_shown(cast, client, customer):
    row = make_attachment(customer, cast.alice, name="photo.png", data=noise("PNG"))
    store.path_of(row.file.stored_as).write_bytes(noise("PNG"))
    client.force_login(cast.alice)
    assert client.get(reverse("documents:attachment_small", args=[row.pk])).status_code == 409


def test_old_addresses_of_documents_lead_to_the_new_ones(cast, client):
    client.force_login(cast.alice)
    for old, new in (("", ""), ("new/", "new/"), ("7/", "7/"), ("7/download/", "7/download/")):
        answer = client.get(f"/documents/{old}?q=x")
        assert (answer.status_code, answer["Location"]) == (301, f"/documents/documents/{new}")
    assert reverse("documents:document_detail", args=[7]) == "/documents/documents/7/"


def test_a_range_gets_the_whole_file(cast, client, customer):
    row = make_attachment(customer, cast.alice)
    client.force_login(cast.alice)
    answer = client.get(
        reverse("documents:attachment_download", args=[row.pk]), headers={"range": "bytes=0-3"}
    )
    assert answer.status_code == 200 and b"".join(answer) == upload().read()
