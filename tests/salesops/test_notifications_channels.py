"""Preferences, quiet hours, the daily digest and group robots."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from salesops.audit.models import RowChange
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services import outbox
from salesops.notifications.models import GroupRobot, NoticeHours, NoticePreference, Notification
from salesops.notifications.registry import NoticeKind, kinds
from salesops.notifications.selectors import unread_count
from salesops.notifications.services import notify
from salesops.notifications.services.digest import send_digests
from salesops.notifications.services.preferences import save_preferences
from salesops.notifications.services.robots import document_of, save_robot, send_test
from salesops.notifications.services.timing import Hours, allowed_from
from salesops.notifications.webhooks import WebhookError, check_url, post_json
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db
MONDAY_4PM = datetime(2026, 5, 11, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
MONDAY_11PM = datetime(2026, 5, 11, 15, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 5, 16, 4, 0, tzinfo=UTC)
URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-key-7731"


@pytest.fixture
def kind(monkeypatch):
    entry = NoticeKind("test.due", gettext_lazy("Traditional Chinese"), "%(name)s", mail=True)
    monkeypatch.setitem(kinds._entries, "test.due", entry)
    return "test.due"


def all_wanted(but=()):
    """Every pair as it stands by default, without some."""
    return [
        (k.key, c)
        for k in kinds
        for c in ("app", "mail", "group")
        if (c != "mail" or k.mail) and (k.key, c) not in but
    ]


def local(moment):
    return timezone.localtime(moment).strftime("%a %H:%M")


# --- preferences and quiet hours ------------------------------------------------------------------------


def test_a_channel_that_is_switched_off_stays_silent_and_the_notice_is_still_there(cast, kind):
    save_preferences(actor=cast.alice, at=MONDAY_4PM, wanted=all_wanted({(kind, "mail"), (kind, "app")}))
    assert NoticePreference.objects.filter(user=cast.alice).count() == 2
    notify(cast.alice, kind, "one", {"name": "R-1"}, at=MONDAY_4PM)
    notify(cast.carol, kind, "one", {"name": "R-1"}, at=MONDAY_4PM)
    assert unread_count(cast.alice) == 0 and Notification.objects.filter(recipient=cast.alice).count() == 1
    assert [m.payload["to"] for m in OutboxMessage.objects.all()] == ["carol@example.com"]
    save_preferences(actor=cast.alice, at=MONDAY_4PM, wanted=all_wanted())
    notify(cast.alice, kind, "two", {"name": "R-2"}, at=MONDAY_4PM)
    assert unread_count(cast.alice) == 1


def test_mail_waits_for_the_end_of_quiet_hours_and_days_off_but_not_when_urgent(cast, kind, monkeypatch):
    notify(cast.alice, kind, "night", {"name": "x"}, at=MONDAY_11PM)
    notify(cast.alice, kind, "weekend", {"name": "x"}, at=SATURDAY)
    assert [local(m.not_before) for m in OutboxMessage.objects.order_by("pk")] == ["Tue 07:00", "Mon 07:00"]
    urgent = NoticeKind("test.now", "now", mail=True, urgent=True)
    monkeypatch.setitem(kinds._entries, "test.now", urgent)
    notify(cast.alice, "test.now", "now", {}, at=MONDAY_11PM)
    assert OutboxMessage.objects.order_by("-pk")[0].not_before == MONDAY_11PM
    save_preferences(
        actor=cast.alice, at=MONDAY_4PM, wanted=all_wanted(), quiet_from=0, quiet_to=0, workdays_only=False
    )
    notify(cast.alice, kind, "own", {"name": "x"}, at=SATURDAY)
    assert OutboxMessage.objects.order_by("-pk")[0].not_before == SATURDAY


@pytest.mark.parametrize(
    ("start", "end", "hour", "expected"),
    [
        (21, 7, 20, 20),
        (21, 7, 21, 7),
        (21, 7, 6, 7),
        (21, 7, 7, 7),
        (12, 14, 13, 14),
        (12, 14, 14, 14),
        (5, 5, 5, 5),
    ],
)
def test_quiet_hours_hold_over_midnight_and_within_a_day(db, start, end, hour, expected):
    at = timezone.make_aware(datetime(2026, 5, 11, hour, 0))
    moment = allowed_from(Hours(start, end, False, False), at=at)
    assert timezone.localtime(moment).hour == expected and moment >= at


def test_a_person_chooses_on_a_page_and_nobody_for_others(cast, client, kind):
    client.force_login(cast.alice)
    page = client.get(reverse("notifications:preferences"))
    assert f'value="{kind}|mail" checked' in page.content.decode()
    data = {"wanted": [f"{k}|{c}" for k, c in all_wanted({(kind, "mail")})] + ["no.such|mail", "x"], "digest": "yes",
            "quiet_from": "22", "user": cast.carol.pk}  # fmt: skip
    assert client.post(reverse("notifications:preferences"), data).status_code == 302
    hours = NoticeHours.objects.get()
    assert (hours.user, hours.quiet_from, hours.quiet_to, hours.digest) == (cast.alice, 22, None, True)
    assert list(NoticePreference.objects.values_list("user__username", "kind", "channel", "wanted")) == [
        ("alice", kind, "mail", False)
    ]
    client.post(reverse("notifications:preferences"), {**data, "quiet_from": "99"})
    assert NoticeHours.objects.get().quiet_from == 22


# --- the digest -------------------------------------------------------------------------------------------


def run(day, at):
    return send_digests(day, actor=None, at=at, dry_run=False)


def test_the_digest_goes_out_once_a_day_in_the_readers_language(cast, kind):
    cast.alice.language = "zh-hant"
    cast.alice.save()
    save_preferences(actor=cast.alice, at=MONDAY_4PM, wanted=all_wanted(), digest=True)
    for n in range(3):
        notify(cast.alice, kind, f"d{n}", {"name": f"R-{n}"}, "/x/", at=MONDAY_4PM + timedelta(minutes=1))
    assert not OutboxMessage.objects.filter(kind="mail").exists()  # one mail a day instead of many
    morning = datetime(2026, 5, 12, 0, 5, tzinfo=UTC)
    run(date(2026, 5, 12), morning)
    run(date(2026, 5, 12), morning + timedelta(minutes=20))
    for message in OutboxMessage.objects.filter(kind="mail"):
        outbox.deliver(message.pk, at=morning + timedelta(minutes=30))
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert sent.to == ["alice@example.com"] and "3" in sent.subject and "則通知" in sent.subject
    assert all(f"R-{n}" in sent.body for n in range(3))


def test_days_made_up_later_bring_one_digest_and_days_off_none(cast, kind):
    notify(
        cast.alice, kind, "before", {"name": "R"}, at=MONDAY_4PM - timedelta(hours=1)
    )  # went out by itself
    save_preferences(actor=cast.alice, at=MONDAY_4PM, wanted=all_wanted(), digest=True)
    mails = OutboxMessage.objects.filter(kind="mail", payload__template="digest")
    notify(cast.alice, kind, "d", {"name": "R"}, at=MONDAY_4PM + timedelta(hours=1))
    late = datetime(2026, 5, 14, 1, 0, tzinfo=UTC)
    for day in (12, 13, 14):
        run(date(2026, 5, day), late)
    assert [m.payload["context"]["count"] for m in mails] == [1]
    notify(cast.alice, kind, "e", {"name": "R"}, at=late + timedelta(hours=1))
    later = late + timedelta(days=1)
    for day in (15, 18):
        run(date(2026, 5, day), later)
    run(date(2026, 5, 16), later)
    assert mails.all().count() == 2


def test_a_first_digest_after_the_holidays_misses_nothing(cast, kind):
    """The handbook sends digests, nobody chose anything: what was held back on Thursday comes on Monday."""
    make_rule("notifications.digest", True)
    notify(cast.alice, kind, "d", {"name": "R"}, at=datetime(2026, 5, 7, 8, 0, tzinfo=UTC))
    run(date(2026, 5, 11), datetime(2026, 5, 11, 0, 5, tzinfo=UTC))
    assert [m.payload["context"]["count"] for m in OutboxMessage.objects.filter(kind="mail")] == [1]


def test_a_digest_holds_no_kind_without_mail_and_what_the_bell_does_not_ring_for(cast, kind, monkeypatch):
    """Mail refused: not in the digest either. The bell refused, mail wanted: in the digest, where else."""
    quiet = NoticeKind("test.quiet", "Quiet %(name)s", mail=True)
    monkeypatch.setitem(kinds._entries, quiet.key, quiet)
    wanted = all_wanted({(kind, "mail"), (quiet.key, "app")})
    save_preferences(actor=cast.alice, at=MONDAY_4PM, wanted=wanted, digest=True)
    later = MONDAY_4PM + timedelta(hours=1)
    for one in (kind, quiet.key):
        notify(cast.alice, one, one, {"name": "R"}, at=later)
    run(date(2026, 5, 12), datetime(2026, 5, 12, 0, 5, tzinfo=UTC))
    (message,) = OutboxMessage.objects.filter(kind="mail")
    assert [line["kind"] for line in message.payload["context"]["lines"]] == [quiet.key]


# --- the centre -------------------------------------------------------------------------------------------


def test_the_centre_filters_by_kind_and_marks_the_ticked_ones_of_oneself(cast, client, kind):
    mine = [notify(cast.alice, kind, f"n{n}", {"name": f"Mine {n}"}, at=MONDAY_4PM) for n in range(3)]
    other = notify(
        cast.alice, "jobs.run_finished", "o", {"job": "x", "business_date": "2026-05-01"}, at=MONDAY_4PM
    )
    carols = notify(cast.carol, kind, "c", {"name": "Carols"}, at=MONDAY_4PM)
    client.force_login(cast.alice)
    page = client.get(reverse("notifications:notification_list"), {"kind": kind})
    assert {n.pk for n in page.context["page"]} == {n.pk for n in mine}
    assert [(key, count) for key, _label, count in page.context["counts"]] == [
        (kind, 3),
        ("jobs.run_finished", 1),
    ]
    client.post(
        reverse("notifications:notification_read_all"),
        {"some": "1", "ids": [mine[0].pk, carols.pk, "x", "9" * 30]},
    )
    assert unread_count(cast.alice) == 3 and unread_count(cast.carol) == 1
    client.post(reverse("notifications:notification_read_all"), {"kind": kind})
    assert list(Notification.objects.filter(recipient=cast.alice, read_at=None)) == [other]


# --- robots -----------------------------------------------------------------------------------------------


def make_robot(cast, **fields):
    values = {"name": "Group A", "style": "wecom", "url": URL, "kinds": [], "team": None, "language": "en"}
    return save_robot(actor=cast.root, at=MONDAY_4PM, **{**values, **fields})


def test_one_group_hears_a_thing_once_and_only_about_its_people(cast, kind):
    robot = make_robot(cast, kinds=[kind], team=cast.group_a)
    everywhere = make_robot(cast, name="All", style="feishu", kinds=[kind])
    make_robot(cast, name="Other", kinds=["jobs.run_failed"])
    make_robot(cast, name="Off", kinds=[kind], is_active=False)
    for person in (cast.alice, cast.bob, cast.carol):
        notify(person, kind, "same", {"name": "R-1"}, "/x/1/", at=MONDAY_4PM)
    sent = OutboxMessage.objects.filter(kind="robot")
    assert {(m.payload["robot"], m.key) for m in sent} == {
        (robot.pk, f"robot:{robot.pk}:same"),
        (everywhere.pk, f"robot:{everywhere.pk}:same"),
    }
    payload = sent[0].payload
    assert "secret-key" not in json.dumps([m.payload for m in sent])
    assert document_of(robot, payload)["text"]["content"].startswith("Traditional Chinese\nR-1\nhttp")
    assert document_of(everywhere, payload)["msg_type"] == "text"
    everywhere.language = "zh-hant"
    assert document_of(everywhere, payload)["content"]["text"].startswith("繁體中文")


def test_the_address_of_a_robot_is_shown_to_nobody(cast, client):
    """P3: not on pages, in the form, the history, or the list."""
    robot = make_robot(cast)
    save_robot(actor=cast.root, at=MONDAY_4PM, robot=robot, name="Renamed", url="")
    robot.refresh_from_db()
    assert robot.url == URL
    client.force_login(cast.root)
    for name in ("grouprobot_detail", "grouprobot_edit"):
        page = client.get(reverse(f"notifications:{name}", args=[robot.pk])).content.decode()
        assert "Renamed" in page and "secret-key" not in page
    history = RowChange.objects.filter(table_name="notifications_grouprobot")
    assert history.exists()
    assert "secret-key" not in json.dumps([[row.old, row.new] for row in history])


def test_robots_are_kept_by_administrators_alone(cast):
    with pytest.raises(NotAllowed):
        save_robot(actor=cast.mona, at=MONDAY_4PM, name="x", style="wecom", url=URL)
    robot = make_robot(cast)
    with pytest.raises(NotAllowed):
        send_test(robot=robot, actor=cast.aida, at=MONDAY_4PM)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://0x7f.1/", "https://2130706433/",
        "https://169.254.169.254/latest", "https://10.0.0.1/", "https://192.168.1.1:8443/", "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1]/",
        "https://user:word@example.com/", "https://example.com/#x", "ftp://example.com/", "file:///etc/passwd",
        "https:///x", "https://exa mple.com/", "https://example.com/\r\nX: y", "https://example.com\\@10.0.0.1/",
        "https://[::1", "gopher://127.0.0.1:25/", "https://100.64.0.1/", "https://224.0.0.1/", "https://0177.0.0.1/", "",
    ],
)  # fmt: skip
def test_an_address_into_our_own_network_is_refused_when_it_is_typed(cast, url):
    """I6."""
    with pytest.raises(WebhookError):
        check_url(url)
    with pytest.raises(InvalidInput):
        make_robot(cast, url=url)
    assert not GroupRobot.objects.exists()


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.5"], ["::1"], ["169.254.169.254"], []]
)
def test_a_name_that_leads_into_our_own_network_is_refused_after_resolving(addresses):
    with pytest.raises(WebhookError):
        post_json("https://chat.example.com/hook", {}, resolver=lambda host, port: addresses)


class Chat(BaseHTTPRequestHandler):
    """A chat program on this machine: takes messages, or misbehaves by path."""

    taken: list = []

    def do_POST(self):
        self.taken.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        status = {"/redirect": 302, "/broken": 500}.get(self.path, 200)
        body = {"/refuse": b'{"errcode": 93000}', "/long": b"x" * 200_000, "/text": b"hello"}.get(
            self.path, b'{"errcode": 0}'
        )
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def chat(settings):
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    Chat.taken = []
    server = HTTPServer(("127.0.0.1", 0), Chat)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_message_is_posted_once_to_the_address_that_was_checked(cast, kind, chat):
    robot = make_robot(cast, url=f"{chat}/ok", kinds=[kind])
    notify(cast.alice, kind, "same", {"name": "R-1"}, at=MONDAY_4PM)
    message = OutboxMessage.objects.get(kind="robot")
    outbox.deliver(message.pk, at=MONDAY_4PM)
    outbox.deliver(message.pk, at=MONDAY_4PM)
    assert Chat.taken == [("/ok", {"msgtype": "text", "text": {"content": "Traditional Chinese\nR-1"}})]
    # The name is asked once; the connection goes to what was answered and checked then.
    asked = []
    port = chat.rpartition(":")[2]
    post_json(
        f"http://chat.example:{port}/ok",
        {"a": 1},
        resolver=lambda host, p: asked.append(host) or ["127.0.0.1"],
    )
    assert asked == ["chat.example"] and len(Chat.taken) == 2
    assert robot.is_active


@pytest.mark.parametrize("path", ["redirect", "broken", "refuse", "long", "text"])
def test_what_the_other_side_does_wrong_is_an_error_that_is_tried_again(cast, client, chat, path):
    robot = make_robot(cast, url=f"{chat}/{path}")
    message = send_test(robot=robot, actor=cast.root, at=MONDAY_4PM)
    outbox.deliver(message.pk, at=MONDAY_4PM)
    message.refresh_from_db()
    assert message.done_at is None and message.attempts == 1 and message.not_before > MONDAY_4PM
    assert f"/{path}" not in message.last_error and len(Chat.taken) == 1
    client.force_login(cast.root)
    shown = client.get(reverse("notifications:grouprobot_detail", args=[robot.pk])).content.decode()
    assert "WebhookError" in shown
