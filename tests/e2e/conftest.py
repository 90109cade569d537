"""A real browser against a live server with committed data; left out, and said so, without a Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from salesops.accounts.models import User
from salesops.handbook.models import RuleValue
from tests.factories.rules import make_rule

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs an event loop beside the ORM

AXE = next((Path(__file__).parent / "vendor").rglob("axe*.js"), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--in-process-gpu"]  # fmt: skip


FACTORS = "security.second_factor_roles"  # the journeys sign in by password alone
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FRAME = [
    ".side",
    ".topbar",
    ".bottom-bar",
]  # the same on every page of a person, and more than half of most pages
RUN_AXE = """async ({theme, options, without}) => {
    document.documentElement.setAttribute('data-bs-theme', theme);
    while (document.querySelector('.htmx-request')) await new Promise(done => setTimeout(done, 20));
    const found = await axe.run({exclude: without.map(part => [part])}, options);
    return found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
}"""


def find_chromium() -> str | None:
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    return None


def pytest_collection_modifyitems(config, items):
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.e2e)
            if find_chromium() is None:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium on this machine: browser journeys left out")
                )


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """One person at one screen; remembers everything the browser complained about."""

    def __init__(self, browser, base: str, *, phone: bool = False, language: str = "en") -> None:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        self.context = browser.new_context(
            viewport=size, locale=language, has_touch=phone, base_url=base, reduced_motion="reduce"
        )
        self.base = base
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.has_axe = False
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _console(self, message) -> None:
        # The browser logs every answer above 399; that a form was refused is no fault of the page.
        refused = "status of 409" in message.text or "status of 422" in message.text
        if message.type == "error" and not refused:
            self.complaints.append(f"console: {message.text}")

    def sign_in(self, username: str, password: str = "correct horse battery") -> None:
        if not RuleValue.objects.filter(key=FACTORS).exists():
            make_rule(FACTORS, "none")
        self.page.goto("/accounts/sign-in/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("form:has(input[name=password]) button[type=submit]")
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def come_in(self, person: User) -> None:
        """As somebody who signed in before: with a session, past the page for it; whoever was here goes."""
        if not RuleValue.objects.filter(key=FACTORS).exists():
            make_rule(FACTORS, "none")
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        self.context.clear_cookies()
        self.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": self.base, "httpOnly": True}]
        )

    def goto(self, path: str) -> None:
        response = self.page.goto(path)
        assert response is not None and response.status == 200, (
            f"{path} answered {response and response.status}"
        )

    def quiet(self) -> None:
        """Wait until no part of the page is still on its way."""
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")

    def axe(self, theme: str = "light", *, frame: bool = True) -> list[str]:
        """What axe-core finds on the page when no part of it is still on its way, in a theme (WCAG 2.2 AA rules).

        Without ``frame`` navigation and search, which are those of the person's other pages, are left out.
        """
        assert AXE is not None
        if not self.has_axe:  # from now on it is there on every page before the page's own scripts
            self.page.evaluate(AXE.read_text())
            self.page.add_init_script(path=AXE)
            self.has_axe = True
        # Only colours differ between the themes.
        rules = LEVELS if theme == "light" else ["color-contrast", "link-in-text-block"]
        # Only what is wrong is written out, and without a selector for it: that takes half the time.
        options = {"runOnly": rules, "resultTypes": ["violations"], "selectors": False}
        given = {"theme": theme, "options": options, "without": [] if frame else FRAME}
        return [
            f"{urlsplit(self.page.url).path} {theme} {found}" for found in self.page.evaluate(RUN_AXE, given)
        ]

    def no_sideways_scroll(self) -> bool:
        return self.page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
        )


@pytest.fixture
def visitor(browser, live_server, request):
    """Makes visitors and checks at the end that no page of theirs complained."""
    made: list[Visitor] = []

    def make(**options) -> Visitor:
        made.append(Visitor(browser, live_server.url, **options))
        return made[-1]

    yield make
    if folder := os.environ.get("E2E_SCREENSHOTS"):
        for number, one in enumerate(made):
            if not one.page.is_closed():
                one.page.screenshot(path=f"{folder}/{request.node.name}-{number}.png", full_page=True)
    complaints = [c for v in made for c in v.complaints]
    for one in made:
        one.context.close()
    assert not complaints, complaints
