"""Notices exist once per person and key; their mail goes out once, in the recipient's language, unforged."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from salesops.core.errors import InvalidInput
from salesops.jobs.errors import JobFailed
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services import outbox
from salesops.jobs.services.runs import run_job
from salesops.notifications.models import Notification
from salesops.notifications.registry import NoticeKind, kinds
from salesops.notifications.selectors import unread_count
from salesops.notifications.services import mail_to, mark_all_read, mark_read, notify

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def kind(monkeypatch):
    entry = NoticeKind("test.due", gettext_lazy("Traditional Chinese"), "%(name)s: %(due_date)s", mail=True)
    monkeypatch.setitem(kinds._entries, "test.due", entry)
    return "test.due"


def send_all():
    for message in OutboxMessage.objects.order_by("pk"):
        outbox.deliver(message.pk, at=AT)


def test_the_same_notice_twice_is_one_notice_and_one_mail(cast, kind):
    for _n in range(2):
        notify(cast.alice, kind, "due:1", {"name": "R-1", "due_date": "2026-05-09"}, "/x/", at=AT)
    send_all()
    send_all()
    assert Notification.objects.count() == 1
    assert [m.to for m in mail.outbox] == [["alice@example.com"]]


def test_a_notice_is_written_in_the_language_of_who_reads_it(cast, kind):
    notice = notify(cast.alice, kind, "due:1", {"name": "R-1", "due_date": "2026-05-09"}, at=AT)
    with translation.override("en"):
        assert notice.text == f"R-1: {date_format(date(2026, 5, 9))}"
    with translation.override("zh-hans"):
        assert notice.text == "R-1: 2026年5月9日"


def test_mail_has_text_and_html_and_a_link(cast, kind):
    notify(cast.alice, kind, "due:1", {"name": "<b>R&D</b>", "due_date": "2026-05-09"}, "/x/1/", at=AT)
    send_all()
    message = mail.outbox[0]
    assert f"<b>R&D</b>: {date_format(date(2026, 5, 9))}" in message.body
    assert "/x/1/" in message.body
    html = message.alternatives[0][0]
    assert "&lt;b&gt;R&amp;D&lt;/b&gt;" in html


def test_who_has_left_gets_no_mail(cast, kind):
    notify(cast.leo, kind, "due:1", {"name": "R-1"}, at=AT)
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["a@example.com\nBcc: b@example.com", "a@example.com\r\n", "a@example.com,b@example.com", "", "nobody",
     "A <a@example.com>", "a@example.com;b@example.com", "a@exa\u2028mple.com"],
)  # fmt: skip
def test_an_address_that_is_not_one_clean_line_is_refused(db, kind, address):
    with pytest.raises(InvalidInput):
        mail_to(address, "en", "notice", {"kind": kind, "data": {}}, "k", at=AT)
    assert not OutboxMessage.objects.exists()


def test_a_subject_with_a_line_break_is_refused(db, monkeypatch):
    monkeypatch.setitem(kinds._entries, "test.bad", NoticeKind("test.bad", "Hello %(name)s"))
    context = {"kind": "test.bad", "data": {"name": "x\r\nBcc: b@example.com"}}
    with pytest.raises(InvalidInput):
        mail_to("a@example.com", "en", "notice", context, "k", at=AT)


def test_people_read_only_their_own(cast, kind):
    mine = notify(cast.alice, kind, "a", {"name": "1"}, at=AT)
    other = notify(cast.carol, kind, "a", {"name": "2"}, at=AT)
    with pytest.raises(Notification.DoesNotExist):
        mark_read(other, actor=cast.alice, at=AT)
    notify(cast.alice, kind, "b", {"name": "3"}, at=AT)
    assert unread_count(cast.alice) == 2
    assert mark_read(mine, actor=cast.alice, at=AT).read_at == AT
    assert mark_all_read(actor=cast.alice, at=AT) == 1
    assert unread_count(cast.carol) == 1
    assert list(Notification.objects.visible_to(cast.root)) == []


def test_administrators_learn_of_a_failed_run(cast):
    def breaks(report):
        raise InvalidInput("There is no rate.")

    with pytest.raises(JobFailed):
        run_job("test", AT.date(), actor=None, at=AT, dry_run=False, work=breaks)
    notice = Notification.objects.get()
    assert notice.recipient == cast.root
    assert "There is no rate." in notice.text
