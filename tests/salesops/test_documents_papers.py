"""Documents with classes, numbers and versions (DOC-01, DOC-02, DOC-05; domain §3.13)."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.documents import services
from salesops.documents.models import Document, DocumentClass
from salesops.notifications.models import Notification
from tests.factories.documents import AT, make_document, pdf, published, upload


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def test_the_classes_of_the_handbook_are_there_each_with_its_own_numbers(cast):
    names = {row.code: row.name_en for row in DocumentClass.objects.all()}
    for name in ("Market report", "Marketing plan", "Sales contract", "Product requirement", "Project plan"):
        assert name in names.values()
    numbers = [published(cast, code=code).number for code in ("DY", "DY", "YX", "XJ")]
    assert numbers == ["DY-2026-00001", "DY-2026-00002", "YX-2026-00001", "XJ-2026-00001"]


def test_a_document_is_reviewed_by_another_and_gets_its_number_when_published(cast):
    row = make_document(cast)
    with pytest.raises(Conflict, match="reviewed first"):
        services.publish_document(actor=cast.bob, document=row, at=AT)
    row = services.submit_document(actor=cast.alice, document=row, at=AT)
    for person in (cast.alice, cast.mona, cast.gina, cast.root):
        with pytest.raises(NotAllowed):
            services.publish_document(actor=person, document=row, at=AT)
    returned = services.return_document(actor=cast.bob, document=row, note="add the figures", at=AT)
    assert (returned.state, returned.review_note, returned.number) == ("draft", "add the figures", None)
    services.submit_document(actor=cast.alice, document=row, at=AT)
    row = services.publish_document(actor=cast.bob, document=row, at=AT)
    assert (row.state, row.number, str(row.keep_until)) == ("published", "DY-2026-00001", "2031-05-04")


def test_the_reviewer_is_told_states_what_to_change_and_the_author_is_told_in_turn(cast):
    """DOC-04: a document of a reviewed class is neither published nor filed before somebody else has read it."""
    row = make_document(cast)
    services.submit_document(actor=cast.alice, document=row, at=AT)
    assert told(cast.bob) == ["documents.to_review"] and told(cast.alice) == []
    with pytest.raises(InvalidInput, match="what is to be changed"):
        services.return_document(actor=cast.bob, document=row, note="  ", at=AT)
    services.return_document(actor=cast.bob, document=row, note="add the figures of May", at=AT)
    notice = Notification.objects.get(recipient=cast.alice)
    assert notice.kind == "documents.returned" and "add the figures of May" in str(notice.data)
    services.submit_document(actor=cast.alice, document=row, at=AT)
    published = services.publish_document(actor=cast.bob, document=row, at=AT)
    assert told(cast.alice) == ["documents.returned", "documents.published"]
    said = AuditEvent.objects.filter(verb="documents.document_returned").values_list("comment", flat=True)
    assert list(said) == ["add the figures of May"], "what was said stays in the timeline"
    assert published.keep_until, "filed for the years of its class, from the publication on"


def test_a_draft_that_is_given_up_is_not_filed(cast):
    row = services.archive_document(
        actor=cast.alice, document=make_document(cast), reason="not needed", at=AT
    )
    assert (row.state, row.number, row.keep_until, row.published_on) == ("archived", None, None, None)


def told(person):
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def test_nobody_reviews_his_own_and_nothing_is_reviewed_without_a_file(cast):
    own = make_document(cast, reviewer=cast.alice)
    with pytest.raises(InvalidInput, match="other than the author"):
        services.submit_document(actor=cast.alice, document=own, at=AT)
    bare = make_document(cast, upload=None)
    with pytest.raises(InvalidInput, match="no file"):
        services.submit_document(actor=cast.alice, document=bare, at=AT)


def test_the_next_version_supersedes_the_one_before_it_and_keeps_the_number(cast):
    first = published(cast)
    draft = services.next_version(actor=cast.alice, document=first, at=AT)
    with pytest.raises(Conflict, match="already"):
        services.next_version(actor=cast.mona, document=first, at=AT)
    assert (draft.number, draft.edition, draft.file) == (first.number, 2, None)
    draft = services.change_document(
        actor=cast.alice,
        document=draft,
        at=AT,
        document_class=draft.document_class,
        title="Spring market, corrected",
        reviewer=cast.bob,
        upload=upload(data=pdf("two")),
    )
    first.refresh_from_db()
    assert first.state == "published"  # in force until the next one is
    services.submit_document(actor=cast.alice, document=draft, at=AT)
    second = services.publish_document(actor=cast.bob, document=draft, at=AT)
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("superseded", "published", first.number)
    with services.read_document(actor=cast.carol, document=first, at=AT) as file:
        assert file.read() == pdf()


def test_a_published_version_does_not_change_by_any_door(cast):
    row = published(cast)
    with pytest.raises(Conflict, match="Only a draft"):
        services.change_document(
            actor=cast.alice, document=row, at=AT, document_class=row.document_class, title="other"
        )
    for change in ({"title": "other"}, {"file": None}, {"number": "DY-2026-00009"}, {"state": "draft"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.all()._raw_delete("default")


def test_drafts_are_seen_by_who_works_on_them_and_secret_ones_by_their_roles(cast, client):
    draft, secret = make_document(cast), published(cast, code="HB")
    for person, sees_draft, sees_secret in (
        (cast.alice, True, True),
        (cast.bob, True, True),
        (cast.carol, False, True),
        (cast.otto, False, False),
        (cast.gina, True, True),
        (cast.hugo, False, False),
    ):
        client.force_login(person)
        for row, sees in ((draft, sees_draft), (secret, sees_secret)):
            answer = client.get(reverse("documents:document_download", args=[row.pk]))
            assert answer.status_code == (200 if sees else 404), (person, row)


def test_archived_ones_stay_with_who_keeps_them(cast):
    row = published(cast)
    with pytest.raises(NotAllowed):
        services.archive_document(actor=cast.carol, document=row, reason="old", at=AT)
    services.archive_document(actor=cast.alice, document=row, reason="out of date", at=AT)
    seen = {
        person.username
        for person in vars(cast).values()
        if hasattr(person, "username") and Document.objects.visible_to(person).filter(pk=row.pk).exists()
    }
    assert seen == {"alice", "bob", "mona", "gina", "hugo", "lena", "aida", "root"}


def test_a_class_takes_only_letters_that_number_documents(cast):
    facts = {"name_en": "Minutes", "name_zh_hans": "会议纪要", "secrecy": "internal", "keep_years": 3}
    with pytest.raises(InvalidInput, match="something else"):
        services.set_class(actor=cast.mona, at=AT, code="DD", **facts)
    with pytest.raises(NotAllowed):
        services.set_class(actor=cast.alice, at=AT, code="WJ", **facts)
    assert services.set_class(actor=cast.mona, at=AT, code="WJ", **facts).pk
    published(cast)
    with pytest.raises(InvalidInput, match="numbered already"):
        services.set_class(
            actor=cast.mona, at=AT, code="JS", existing=DocumentClass.objects.get(code="DY"), **facts
        )


def test_a_person_writes_reviews_and_publishes_by_the_pages(cast, client):
    client.force_login(cast.alice)
    market = DocumentClass.objects.get(code="DY")
    data = {"document_class": market.pk, "title": "Autumn market", "reviewer": cast.bob.pk, "file": upload()}
    assert client.post(reverse("documents:document_create"), data).status_code == 302
    row = Document.objects.get()
    assert client.post(reverse("documents:document_submit", args=[row.pk])).status_code == 302
    client.force_login(cast.bob)
    assert "Publish" in client.get(reverse("documents:document_detail", args=[row.pk])).content.decode()
    assert client.post(reverse("documents:document_publish", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "published"
    client.force_login(cast.carol)
    shown = client.get(reverse("documents:document_list"), {"q": "autumn", "state": "published"})
    assert row.number in shown.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_publish_or_begin_the_next_version_at_once_exactly_one_does():
    from tests.factories.accounts import make_cast

    cast = make_cast()
    row = services.submit_document(actor=cast.alice, document=make_document(cast), at=AT)
    published_by = at_once(lambda: services.publish_document(actor=cast.bob, document=row, at=AT))
    assert sorted(published_by) == ["done"] + ["told"] * 5
    row.refresh_from_db()
    assert row.number == "DY-2026-00001"
    begun = at_once(lambda: services.next_version(actor=cast.alice, document=row, at=AT))
    assert sorted(begun) == ["done"] + ["told"] * 5


def at_once(act, times=6):
    start, answers = threading.Barrier(times), []

    def one():
        try:
            start.wait()
            act()
            answers.append("done")
        except Conflict:
            answers.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
