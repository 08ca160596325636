"""`make pictures`: take the pictures of the docs from a running demo, so that they never go stale.

Start `make run` first (same DATA_DIR and PORT). Sends one request of its own, answers it and withdraws nothing:
use a demo that you can throw away.
"""

import json
import os
import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PATIENCE_SECONDS = 60


def main() -> None:
    """Walk the way of the reference example and take a picture at each stop."""
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / "var")
    base = f"http://localhost:{os.environ.get('PORT') or 8000}"
    people = {person["full_name"]: person for person in json.loads((data_dir / "demo.json").read_text())}
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(base)
        take(page, "landing")
        page.get_by_role("link", name="Sign in").first.click()
        page.locator("[name=login]").fill(people["Dana Whitfield"]["address"])
        page.locator("[name=password]").fill(people["Dana Whitfield"]["password"])
        page.get_by_role("button", name="Sign in").click()
        began = time.time()
        ask(page)
        letter = wait_for_letter(data_dir, "nomination", after=began)
        page.get_by_role("link", name="See where your request is").click()
        page.get_by_text("Letter handed to the mail system").wait_for()
        take(page, "request")
        link = re.search(r"http://\S+/a/[a-z2-7]{32}", part(letter, "plain"))
        assert link is not None
        authorizer = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        authorizer.goto(link[0])
        take(authorizer, "authorize")
        written = browser.new_context(viewport={"width": 700, "height": 900}).new_page()
        written.set_content(part(letter, "html"))
        take(written, "nomination-letter")
        browser.close()


def ask(page: Page) -> None:
    """Send the reference example's request."""
    page.get_by_role("button", name="Request a Smart Account").click()
    page.get_by_label("No, the person specified below").check()
    page.get_by_label("Email Address").fill("priya.raman@acme-robotics.example")
    page.get_by_label("Message to Creator").fill("Account request")
    take(page, "who-authorizes")
    page.locator(".btns .btn").click()
    page.get_by_label("Account Name").fill("CCO Esup, Inc.")
    for _ in range(3):
        page.locator(".btns .btn").click()
    page.get_by_role("button", name="Submit Request").click()


def take(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


def wait_for_letter(data_dir: Path, kind: str, *, after: float) -> EmailMessage:
    """Return the newest letter of a kind kept after a moment (seconds since the epoch)."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for path in sorted((data_dir / "mail").glob(f"*-{kind}-*.eml"), reverse=True):
            if path.stat().st_mtime >= after - 1:
                message = message_from_bytes(path.read_bytes(), policy=policy.default)
                assert isinstance(message, EmailMessage)
                return message
    raise SystemExit(f"No {kind} letter came within {PATIENCE_SECONDS} s.")


def part(letter: EmailMessage, sort: str) -> str:
    body = letter.get_body((sort,))
    return str(body.get_content()) if body else ""


if __name__ == "__main__":
    main()
