"""The pages that belong to no request: start, help, what went wrong; all safe under the content policy."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings, settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path

from people.refusals import refuse
from project import pages
from project.urls import handler400, handler403, handler404, handler500
from project.urls import urlpatterns as product_urls

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    each
    for each in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
    if (ROOT / "templates" / "email") not in each.parents
)
ERRORS = sorted(each.name for each in (ROOT / "templates").glob("[45]*.html"))


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def lose_the_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("server closed the connection unexpectedly")


def lose_the_connection(request: HttpRequest) -> HttpResponse:
    raise InterfaceError("the connection is closed")


def only_read(request: HttpRequest) -> HttpResponse:
    raise InternalError("cannot execute INSERT in a read-only transaction")


def break_a_rule(request: HttpRequest) -> HttpResponse:
    raise IntegrityError("a letter is promised once")


def suspect(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


urlpatterns = [
    *product_urls,
    path("fail/", fail),
    path("forbid/", forbid),
    path("suspect/", suspect),
    path("lose-the-database/", lose_the_database),
    path("lose-the-connection/", lose_the_connection),
    path("only-read/", only_read),
    path("break-a-rule/", break_a_rule),
    path("read/", read),
]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


@pytest.fixture
def broken(settings: LazySettings) -> Client:
    """A client that reaches views which fail in every way, and is answered as a browser would be."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def title(response: HttpResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/", "Request a Smart Account"),
        ("/help/", "Help"),
        ("/privacy/", "Privacy"),
        ("/accessibility/", "Accessibility"),
        ("/report-abuse/", "Report abuse"),
    ],
)
def test_everybody_may_read_the_public_pages(address: str, heading: str) -> None:
    response = Client().get(address)

    assert response.status_code == 200
    assert f"<h1>{heading}</h1>" in response.content.decode()
    assert f"Operated by {settings.OPERATOR_NAME}" in response.content.decode()
    assert not response.cookies


@pytest.mark.parametrize("address", ["/", "/help/", "/privacy/", "/accessibility/", "/report-abuse/"])
def test_the_public_pages_only_show(address: str) -> None:
    assert Client().post(address).status_code == 405


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing-here/", 404, "Page not found"),
        ("/forbid/", 403, "You may not do that"),
        ("/suspect/", 400, "We could not read that"),
        ("/fail/", 500, "Something went wrong on our side"),
        ("/break-a-rule/", 500, "Something went wrong on our side"),
        ("/lose-the-database/", 503, "We are not available for a moment"),
        ("/lose-the-connection/", 503, "We are not available for a moment"),
        ("/only-read/", 503, "We are not available for a moment"),
    ],
)
def test_what_goes_wrong_is_answered_by_our_own_page(
    broken: Client, address: str, status: int, words: str
) -> None:
    response = broken.get(address)

    assert response.status_code == status
    assert title(response) == f"{words} – Smart Account Requests"


def test_a_body_that_is_too_large_is_a_413(broken: Client) -> None:
    response = broken.post(
        "/read/",
        "text=" + "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1),
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 413
    assert title(response).startswith("That is too large")


def test_a_form_without_its_proof_is_told_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/")

    assert response.status_code == 403
    assert "load the page again" in response.content.decode()


def test_the_page_for_our_own_faults_asks_neither_session_nor_person() -> None:
    class Untouchable(SimpleNamespace):
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was read")

    response = pages.server_error(Untouchable())  # type: ignore[arg-type]

    assert response.status_code == 500
    assert settings.OPERATOR_NAME in response.content.decode()


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_page_has_one_title_and_a_way_on(name: str) -> None:
    html = render_to_string(name, {"SUPPORT_EMAIL": "support@operator.example"})

    heading = re.search(r"<h1>(.*?)</h1>", html)
    assert heading
    assert f"<title>{heading[1]} – Smart Account Requests</title>" in html
    assert "mailto:support@operator.example" in html


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 422, 429, 500, 503])
def test_there_is_a_page_for_every_status_we_answer(status: int) -> None:
    assert f"{status}.html" in ERRORS


def test_a_refusal_names_the_cause_and_the_next_step() -> None:
    response = refuse(
        RequestFactory().get("/"),
        429,
        title="Too many letters today",
        message="You can send the next one from 9 December 2026, 00:00 UTC.",
        next_step="Back to the request",
        next_url="/requests/1/",
        headers={"Retry-After": "3600"},
    )

    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert title(response) == "Too many letters today – Smart Account Requests"
    assert '<a class="btn" href="/requests/1/">Back to the request</a>' in response.content.decode()


def test_a_refusal_escapes_what_it_is_told() -> None:
    response = refuse(RequestFactory().get("/"), 409, title="<b>", message="<script>")

    assert "<b>" not in response.content.decode()
    assert "<script>" not in response.content.decode()


def test_a_signed_in_person_sees_the_address_and_signs_out_by_a_form() -> None:
    person = SimpleNamespace(is_authenticated=True, is_staff=False, email="dana@acme.example")

    html = render_to_string("layout/page.html", {"user": person})

    assert "dana@acme.example" in html
    assert '<form method="post" action="/accounts/logout/">' in html
    assert "Review" not in html


def test_a_stranger_sees_no_account_in_the_bar() -> None:
    html = render_to_string("layout/page.html")

    assert "Sign out" not in html
    assert "Administration" not in html


@pytest.mark.parametrize("context", [{"has_errors": True}, {"forms_with_errors": [1]}])
def test_a_page_with_errors_says_so_first_in_its_title(context: dict[str, object]) -> None:
    assert "<title>Error: " in render_to_string("layout/page.html", context)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: str(each.relative_to(ROOT)))
def test_no_template_breaks_the_content_policy(template: Path) -> None:
    source = template.read_text()

    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"javascript:", source)
    # A block of JSON is data: it is not run, and the policy lets it be.
    scripts = [tag for tag in re.findall(r"<script\b[^>]*>", source) if 'type="application/json"' not in tag]
    assert all(" src=" in tag for tag in scripts)
    assert not re.search(r"(?:src|srcset|action)=\"(?:https?:)?//", source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: str(each.relative_to(ROOT)))
def test_no_comment_of_a_template_reaches_the_page(template: Path) -> None:
    assert not [line for line in template.read_text().splitlines() if line.count("{#") != line.count("#}")]
