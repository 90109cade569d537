"""Files on records: what is kept, what is refused, and that nothing is left behind (quality F1-F9)."""

import errno
import io
import os
import signal
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from salesops.documents import services, store
from salesops.documents.kinds import clean_name
from salesops.documents.models import Attachment, StoredFile
from salesops.documents.services.uploads import kept
from salesops.handbook.models import RuleValue
from tests.factories.customers import make_customer
from tests.factories.documents import AT, make_attachment, office, pdf, picture, upload


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def in_store(home):
    return sorted(path for path in home.rglob("*") if path.is_file())


@pytest.fixture
def customer(cast):
    return make_customer(cast.alice)


def set_rule(key, value):
    RuleValue.objects.create(key=key, value=value, from_date=AT.date(), set_at=AT, reason="test")


def test_a_file_is_kept_under_a_random_name_with_its_check_sum(cast, customer, home):
    row = make_attachment(customer, cast.alice, name="Angebot 报价.pdf")
    assert row.file.name == "Angebot 报价.pdf"
    path = store.path_of(row.file.stored_as)
    assert in_store(home) == [path] and path.stat().st_mode & 0o777 == 0o600
    assert store.hash_of(path) == row.file.sha256
    with services.download(actor=cast.alice, attachment=row, at=AT) as file:
        assert file.read() == pdf()
    assert AuditEvent.objects.filter(verb="documents.file_added").count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html>"),
        ("drawing.svg", b"<svg/>"),
        ("run.js", b"alert(1)"),
        ("shell.php", b"<?php"),
        ("setup.exe", b"MZ\x90"),
        ("order.pdf.html", b"<html>"),
        ("order.html.pdf", pdf()),
        ("order.EXE.PDF", pdf()),
        ("PAGE.HTML", b"<html>"),
        ("order.html.", b"<html>"),
        ("order.pdf.", pdf()),
        ("order", pdf()),
        (".pdf", pdf()),
        ("order.pdf", b"<html>"),
        ("order.pdf", b"%PDF-1.7 cut off"),
        ("order.pdf", picture()),
        ("photo.jpg", picture("PNG")),
        ("photo.png", b"\x89PNG\r\n\x1a\n and nothing"),
        ("photo.gif", b"GIF89a/*" + b"alert(1)//" * 20),
        ("photo.heic", b"\0\0\0\x18ftypheic"),
        ("letter.docx", b"PK\x03\x04 no package"),
        ("letter.docx", office("xl/workbook.xml")),
        ("letter.docx", office(word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin")),
        ("list.csv", b"\0\0\0"),
        ("list.csv", b"<script>alert(1)</script>"),
        ("note.txt", b"\xef\xbb\xbf <!DOCTYPE html>"),
        ("note.txt", b"MZ\x90\x00"),
        ("archive.zip", office()),
        ("order.pdf", pdf() + office()),
    ],
)
def test_what_is_not_of_a_kept_type_by_name_and_content_is_refused(cast, customer, home, name, data):
    with pytest.raises(InvalidInput) as refused:
        make_attachment(customer, cast.alice, name=name, data=data)
    assert refused.value.field == "file"
    assert in_store(home) == [] and not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("PLAN.PDF", pdf()),
        ("plan v1.2.pdf", pdf()),
        ("photo.JPEG", picture()),
        ("photo.png", picture("PNG")),
        ("photo.webp", picture("WEBP")),
        ("photo.gif", picture("GIF")),
        ("letter.docx", office()),
        ("sheet.xlsx", office("xl/workbook.xml")),
        ("slides.pptx", office("ppt/presentation.xml")),
        ("list.csv", "名称,数量\n桌子,3\n".encode("gb18030")),
        ("note.txt", "\ufeffmemo 备忘".encode()),
    ],
)
def test_what_people_use_is_kept(cast, customer, name, data):
    row = make_attachment(customer, cast.alice, name=name, data=data)
    assert row.file.size > 0


def test_a_package_that_unpacks_to_a_gigabyte_is_refused(cast, customer, home):
    bomb = office(word__media=b"\0" * 60_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(InvalidInput, match="unpacks"):
        make_attachment(customer, cast.alice, name="letter.docx", data=bomb)
    assert in_store(home) == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\Users\\a\\x.pdf", "x.pdf"),
        ("/abs/x.pdf", "x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("CON.pdf", "CON.pdf"),
        ("gpj\u202e.pdf", "gpj.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
    ],
)
def test_names_are_text_and_never_places(cast, customer, home, raw, shown):
    assert clean_name(raw) == shown
    row = make_attachment(customer, cast.alice, name="x.pdf")
    assert all(home / "store" in path.parents for path in in_store(home)) and row.pk


def test_a_name_of_300_characters_keeps_its_ending(cast, customer):
    class Long:
        name = "报" * 300 + ".pdf"

        def chunks(self):
            yield pdf()

    row = services.add_file(actor=cast.alice, subject=customer, upload=Long(), at=AT)
    assert len(row.file.name) <= 200 and row.file.name.endswith(".pdf")


def test_the_same_name_twice_is_two_files(cast, customer, home):
    first, second = (make_attachment(customer, cast.alice) for _n in range(2))
    assert first.file.stored_as != second.file.stored_as and len(in_store(home)) == 2


def test_nothing_and_too_much_are_refused_and_leave_nothing(cast, customer, home):
    set_rule("documents.max_file_mb", 1)
    with pytest.raises(InvalidInput, match="empty"):
        make_attachment(customer, cast.alice, data=b"")
    with pytest.raises(InvalidInput, match="larger than 1 MiB"):
        make_attachment(customer, cast.alice, data=pdf() + b" " * 2**20)
    assert in_store(home) == [] and not StoredFile.objects.exists()


def test_a_record_has_only_so_many_files_and_so_much_room(cast, customer, home):
    set_rule("documents.max_files_per_record", 1)
    make_attachment(customer, cast.alice)
    with pytest.raises(InvalidInput, match="as many files"):
        make_attachment(customer, cast.alice)
    set_rule("documents.max_record_mb", 1)
    other = make_customer(cast.alice)
    with pytest.raises(InvalidInput, match="as much room"):
        make_attachment(other, cast.alice, data=pdf() + b" " * 2**20 + b"%%EOF")
    assert len(in_store(home)) == 1


def test_a_full_disk_is_a_sentence_and_leaves_nothing(cast, customer, home):
    class Full:
        name = "plan.pdf"

        def chunks(self):
            yield pdf()
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DomainError, match="full") as refused:
        services.add_file(actor=cast.alice, subject=customer, upload=Full(), at=AT)
    assert refused.value.field == "file"
    assert in_store(home) == []


def test_a_picture_loses_the_place_where_it_was_taken(cast, customer):
    exif = Image.Exif()
    exif[0x0110] = "Canary Phone"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)
    exif[0x0112] = 6  # lies on its side
    raw = picture(exif=exif)
    assert b"Canary Phone" in raw
    row = make_attachment(customer, cast.alice, name="photo.jpg", data=raw)
    kept = store.path_of(row.file.stored_as).read_bytes()
    assert b"Canary Phone" not in kept and b"Exif" not in kept
    shown = Image.open(io.BytesIO(kept))
    assert not shown.getexif() and shown.size == (48, 64)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_opened(cast, customer, home):
    huge = bytearray(picture("PNG"))
    huge[16:24] = (50_000).to_bytes(4, "big") * 2
    with pytest.raises(InvalidInput):
        make_attachment(customer, cast.alice, name="photo.png", data=bytes(huge))
    set_rule("documents.max_megapixels", 1)
    with pytest.raises(InvalidInput, match="1100 × 1100"):
        make_attachment(customer, cast.alice, name="photo.png", data=picture("PNG", (1100, 1100)))
    assert in_store(home) == []


def test_a_replacement_keeps_the_version_before_it(cast, customer):
    first = make_attachment(customer, cast.alice, data=pdf("signed"))
    second = services.replace_file(
        actor=cast.alice, attachment=first, upload=upload(data=pdf("other")), at=AT
    )
    first.refresh_from_db()
    assert (first.state, second.state, second.edition) == ("replaced", "current", 2)
    with services.download(actor=cast.alice, attachment=first, at=AT) as file:
        assert file.read() == pdf("signed")
    with pytest.raises(Conflict):
        services.replace_file(actor=cast.alice, attachment=first, upload=upload(data=pdf("third")), at=AT)
    with pytest.raises(Conflict, match="already"):
        services.replace_file(actor=cast.alice, attachment=second, upload=upload(data=pdf("other")), at=AT)


def test_voiding_needs_a_reason_and_keeps_the_file_for_the_audit(cast, customer, home):
    row = make_attachment(customer, cast.alice)
    with pytest.raises(InvalidInput):
        services.void_file(actor=cast.alice, attachment=row, reason=" ", at=AT)
    services.void_file(actor=cast.alice, attachment=row, reason="wrong customer", at=AT)
    row.refresh_from_db()
    with pytest.raises(NotAllowed):
        services.download(actor=cast.alice, attachment=row, at=AT)
    with services.download(actor=cast.aida, attachment=row, at=AT) as file:
        assert file.read()
    assert len(in_store(home)) == 1


def test_a_file_changed_behind_the_program_is_seen_and_not_handed_out(cast, customer):
    row = make_attachment(customer, cast.alice)
    path = store.path_of(row.file.stored_as)
    path.write_bytes(path.read_bytes().replace(b"canary", b"forged"))
    with pytest.raises(DomainError, match="not the one"):
        services.download(actor=cast.alice, attachment=row, at=AT)
    assert services.find_faults() == []  # same size
    assert services.find_faults(contents=True) == [(row.file, "changed")]
    path.unlink()
    assert services.find_faults() == [(row.file, "missing")]


def test_the_database_refuses_to_change_or_remove_what_is_kept(cast, customer):
    row = make_attachment(customer, cast.alice)
    for act in (
        lambda: StoredFile.objects.update(sha256="0" * 64),
        lambda: StoredFile.objects.all()._raw_delete("default"),
        lambda: Attachment.objects.update(subject_id=row.subject_id + 1),
        lambda: Attachment.objects.all()._raw_delete("default"),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            act()


def test_an_upload_undone_with_its_transaction_leaves_at_most_a_leftover_for_the_sweep(cast, customer, home):
    with pytest.raises(RuntimeError), transaction.atomic():
        make_attachment(customer, cast.alice)
        raise RuntimeError
    assert not StoredFile.objects.exists()
    [left] = in_store(home)
    kept = make_attachment(customer, cast.alice)
    assert services.sweep(at=AT) == []  # younger than the grace
    for path in in_store(home):
        old = (AT - timedelta(hours=25)).timestamp()
        os.utime(path, (old, old))
    assert services.sweep(at=AT, dry_run=True) == [left]
    assert services.sweep(at=AT) == [left]
    assert in_store(home) == [store.path_of(kept.file.stored_as)]


def test_who_may_only_look_adds_nothing(cast, customer, home):
    for person in (cast.gina, cast.carol, cast.leo):
        with pytest.raises(NotAllowed):
            make_attachment(customer, person)
    assert in_store(home) == []


def test_the_virus_scanner_has_the_last_word(cast, customer, home, settings):
    settings.VIRUS_SCAN_COMMAND = ["grep", "-q", "-L", "nothing-like-this", "--"]
    settings.VIRUS_SCAN_COMMAND = ["false"]
    with pytest.raises(InvalidInput, match="virus"):
        make_attachment(customer, cast.alice)
    settings.VIRUS_SCAN_COMMAND = ["/does/not/exist"]
    with pytest.raises(DomainError, match="does not answer"):
        make_attachment(customer, cast.alice)
    settings.VIRUS_SCAN_COMMAND = ["true"]
    assert make_attachment(customer, cast.alice)
    assert len(in_store(home)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_new_versions_at_once_exactly_one_wins(home):
    from tests.factories.accounts import make_cast

    cast = make_cast()
    row = make_attachment(make_customer(cast.alice), cast.alice)
    start, answers = threading.Barrier(6), []

    def replace(n):
        try:
            start.wait()
            file = SimpleUploadedFile("plan.pdf", pdf(f"number {n}"))
            services.replace_file(actor=cast.alice, attachment=row, upload=file, at=AT)
            answers.append("done")
        except Conflict:
            answers.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=replace, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done"] + ["told"] * 5
    assert len(in_store(home)) == 2 and StoredFile.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_kill_between_file_and_commit_leaves_no_row_without_file(home):
    """F6: the process is gone after the file is in its place and before its row is committed."""
    connection.close()
    child = os.fork()
    if child == 0:
        connection.connect()
        with kept(upload(), at=AT) as write:
            write()
            os.kill(os.getpid(), signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not StoredFile.objects.exists() and services.find_faults() == []
    [left] = in_store(home)
    assert services.sweep(at=timezone.now() + timedelta(hours=25)) == [left]
    assert in_store(home) == []
