"""A passkey is made and used in a real browser with a virtual authenticator."""

from __future__ import annotations

from salesops.security.models import Factor


def with_authenticator(page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_is_made_and_opens_the_door(visitor, cast, live_server):
    base = live_server.url.replace("127.0.0.1", "localhost")
    alice = visitor()
    page = alice.page
    with_authenticator(page)
    page.goto(f"{base}/accounts/sign-in/")
    page.fill("input[name=username]", "alice")
    page.fill("input[name=password]", "correct horse battery")
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/security/passkey/")
    page.fill("input[name=name]", "Laptop")
    page.click("form.house-form button[type=submit]")
    page.wait_for_url(f"{base}/security/recovery/")
    page.click("form.house-form button[type=submit]")
    page.locator(".codes li").first.wait_for()
    assert page.locator(".codes li").count() == 10
    assert Factor.objects.get().name == "Laptop"
    page.context.clear_cookies()
    page.goto(f"{base}/accounts/sign-in/")
    page.fill("input[name=username]", "alice")
    page.fill("input[name=password]", "correct horse battery")
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url("**/second-step/")
    page.click("[data-passkey]")
    page.wait_for_url(f"{base}/")
    assert Factor.objects.get().sign_count > 0


def test_who_is_there_is_not_answered_by_a_touch_alone(visitor, cast, live_server):
    """A stolen key that anybody can touch moves no money: the device must have recognised its person."""
    base = live_server.url.replace("127.0.0.1", "localhost")
    alice = visitor()
    page = alice.page
    session, device = with_authenticator(page)
    page.goto(f"{base}/accounts/sign-in/")
    page.fill("input[name=username]", "alice")
    page.fill("input[name=password]", "correct horse battery")
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/security/passkey/")
    page.fill("input[name=name]", "Key")
    page.click("form.house-form button[type=submit]")
    page.wait_for_url(f"{base}/security/recovery/")
    page.goto(f"{base}/security/confirm/?next=/security/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.evaluate(WEAKEN)  # the browser of a thief asks for a touch only
    page.click("[data-passkey]")
    page.wait_for_selector(".invalid-feedback.d-block")
    assert "/security/confirm/" in page.url
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.click("[data-passkey]")
    page.wait_for_url(f"{base}/security/")


WEAKEN = """() => {
  const box = document.getElementById("passkey-options");
  box.textContent = box.textContent.replace('"required"', '"discouraged"');
}"""
