"""What the script adds, in the real browser, on small pages of its own: no server, no database."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request, Route, expect

pytestmark = pytest.mark.browser

SITE = "http://site.example"
SCRIPT = (Path(settings.BASE_DIR) / "static" / "app.js").read_text()
FRAME = """<!doctype html><html lang="en"><title>A page</title><body>{body}
<div role="status" id="announcer"></div><script type="module" src="/static/app.js"></script></body></html>"""

Answer = Callable[[Request], str]


class Site:
    """Answers a browser's requests from a function per path, and keeps what was posted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pages: dict[str, Answer] = {}
        self.posted: list[dict[str, list[str]]] = []
        self.failing = False
        page.route(f"{SITE}/**", self.answer)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/static/app.js":
            route.fulfill(body=SCRIPT, content_type="text/javascript")
            return
        if route.request.method == "POST":
            if self.failing and not route.request.is_navigation_request():
                route.abort()
                return
            self.posted.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
        body = self.pages.get(path, lambda _request: "")(route.request)
        route.fulfill(body=body, content_type="text/html")

    def open(self, body: str | Answer, path: str = "/") -> None:
        words = body if callable(body) else lambda _request: body
        self.pages[path] = lambda request: FRAME.format(body=words(request))
        self.page.goto(SITE + path)


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    page = browser.new_page()
    yield Site(page)
    page.unroute_all(behavior="wait")
    page.close()


def test_the_error_summary_takes_the_focus(site: Site) -> None:
    site.open('<input><div tabindex="-1" data-errors id="summary">There is a problem</div>')

    expect(site.page.locator("#summary")).to_be_focused()


def test_characters_are_counted_as_the_server_counts_them(site: Site) -> None:
    words = (
        'data-left="{n} characters left" data-left-one="{n} character left"'
        ' data-over="{n} characters too many" data-over-one="{n} character too many"'
    )
    site.open(
        f'<textarea data-max="3" data-count="count"></textarea><p id="count" {words}>Up to 3 characters</p>'
    )
    count = site.page.locator("#count")

    expect(count).to_have_text("3 characters left")
    site.page.locator("textarea").fill("😀😀")
    expect(count).to_have_text("1 character left")
    site.page.locator("textarea").fill("abcde")
    expect(count).to_have_text("2 characters too many")
    expect(count).to_have_class("over")


def test_a_second_press_sends_nothing(site: Site) -> None:
    site.open(
        '<form method="post" action="/sent/" target="elsewhere" data-submit-once>'
        '<button name="act" value="authorize">Authorize</button></form><iframe name="elsewhere"></iframe>'
    )
    button = site.page.get_by_role("button")

    with site.page.expect_response("**/sent/"):
        button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    button.evaluate("button => button.click()")
    site.page.evaluate("() => fetch('/')")

    assert site.posted == [{"act": ["authorize"]}]


def test_a_row_is_added_without_losing_what_was_typed(site: Site) -> None:
    def rows(request: Request) -> str:
        values = parse_qs(request.post_data or "", keep_blank_values=True).get("address", [""])
        if request.method == "POST":
            values = [*values, ""]
        fields = "".join(
            f'<input id="address-{n}" name="address" value="{value}">' for n, value in enumerate(values)
        )
        return (
            f'<form method="post"><div id="rows">{fields}</div><button name="action" value="add" '
            'data-add-row="rows" data-said="A row was added.">Add</button></form>'
        )

    site.open(rows)
    site.page.locator("#address-0").fill("ana@acme.example")
    site.page.get_by_role("button").click()

    expect(site.page.locator("#address-1")).to_be_focused()
    expect(site.page.locator("#address-0")).to_have_value("ana@acme.example")
    expect(site.page.locator("#announcer")).to_have_text("A row was added.")
    assert site.posted == [{"address": ["ana@acme.example"], "action": ["add"]}]


def test_an_update_that_fails_becomes_a_plain_submit(site: Site) -> None:
    site.open(
        lambda request: (
            f'<h1>{request.method}</h1><form method="post"><div id="part"></div>'
            '<button data-update="part">Update</button></form>'
        )
    )
    site.failing = True

    site.page.get_by_role("button").click()

    expect(site.page.get_by_role("heading")).to_have_text("POST")


def test_a_change_of_country_updates_the_fields_below_it(site: Site) -> None:
    def company(request: Request) -> str:
        country = parse_qs(request.post_data or "").get("country", [""])[0]
        label = "State" if country == "US" else "Region"
        return (
            '<form method="post"><select name="country" aria-label="Country" data-update-on-change="update">'
            '<option value="">Choose one</option><option value="US">United States</option></select>'
            '<button id="update" name="update" value="1" data-update="fields">Update</button>'
            f'<div id="fields"><label>{label} <input id="city" name="city"></label></div></form>'
        )

    site.open(company)
    expect(site.page.locator("#update")).to_be_hidden()

    site.page.get_by_role("combobox").select_option("US")

    expect(site.page.get_by_label("State")).to_be_visible()
    assert site.posted == [{"country": ["US"], "update": ["1"], "city": [""]}]


def test_the_live_explanation_follows_the_field(site: Site) -> None:
    site.pages["/explain/"] = lambda request: (
        f"<p>{parse_qs(request.post_data or '')['domain'][0]}: checked</p>"
    )
    site.open(
        '<form><input type="hidden" name="csrfmiddlewaretoken" value="proof">'
        '<input name="authorizer" value="a">'
        '<input name="domain" aria-label="Domain" data-live="/explain/" data-live-region="words" '
        'data-live-with="authorizer"><div id="words" role="status"></div></form>'
    )

    site.page.get_by_label("Domain").fill("acme.example")

    expect(site.page.locator("#words")).to_have_text("acme.example: checked")
    assert site.posted == [
        {"domain": ["acme.example"], "csrfmiddlewaretoken": ["proof"], "authorizer": ["a"]}
    ]


def test_a_status_refreshes_itself_and_is_spoken(site: Site) -> None:
    seen = iter(["Waiting", "Waiting", *["Authorized"] * 1000])
    site.open(lambda _request: f'<div id="now" data-refresh="0.05"><p data-say>{next(seen)}</p></div>')

    expect(site.page.locator("#now")).to_have_text("Authorized")
    expect(site.page.locator("#announcer")).to_have_text("Authorized")


def test_a_refresh_waits_while_somebody_is_inside(site: Site) -> None:
    served = itertools.count(1)
    site.page.clock.install()
    site.open(
        lambda _request: (
            f'<div id="now" data-refresh="30"><a href="#">Seen {next(served)}</a></div>'
            '<a id="outside" href="#">Elsewhere</a>'
        )
    )
    site.page.locator("#now a").focus()

    site.page.clock.run_for("05:00")
    # This answer comes after those of whatever the script asked before.
    site.page.evaluate("() => fetch('/other/').then(answer => answer.text())")
    expect(site.page.locator("#now")).to_have_text("Seen 1")
    assert next(served) == 2

    site.page.locator("#outside").focus()
    site.page.clock.run_for("00:31")
    expect(site.page.locator("#now")).to_have_text("Seen 3")


def test_a_new_csrf_token_alone_is_no_change(site: Site) -> None:
    count = iter(range(1000))
    site.open(
        lambda _request: (
            '<div id="now" data-refresh="0.05"><form>'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{next(count)}"></form></div>'
        )
    )
    mark = site.page.locator("#now form").element_handle()
    site.page.wait_for_event("response", predicate=lambda response: response.url == SITE + "/")
    site.page.wait_for_event("response", predicate=lambda response: response.url == SITE + "/")

    assert mark.evaluate("form => form.isConnected")
