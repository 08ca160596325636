"""The letters as staff see them before anybody gets one."""

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.urls import reverse
from django.utils import translation

from notifications import preview
from notifications.emails import KINDS
from people.models import Person

every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def asked(rf):
    """Ask a view as somebody; the staff door in front of it has tests of its own."""

    def ask(view, *names, as_=None, method="get", query=""):
        request = getattr(rf, method)(f"/preview/{query}")
        request.user = as_ or Person(email="ops@operator.example", is_staff=True)
        return view(request, *names)

    return ask


def test_the_index_lists_every_kind(asked):
    page = asked(preview.index).content.decode()
    for kind in KINDS:
        assert f'href="{reverse("preview_letter", args=[kind])}"' in page
    assert "Answer by 9 December: Smart Account SAR-7K2M-94QD" in page
    assert "Bis 9. Dezember antworten: Smart Account SAR-7K2M-94QD" in page


@every_kind
def test_a_letter_is_shown_framed_as_text_and_with_its_headers(asked, kind):
    for language, because in (("en", "You get this because"), ("de", "Sie erhalten diese E-Mail, weil")):
        page = asked(preview.letter, kind, query=f"?language={language}").content.decode()
        assert f'src="{reverse("preview_frame", args=[kind])}?language={language}"' in page
        assert " sandbox " in page
        assert because in page
        assert "Auto-Submitted: auto-generated" in page
        assert f"Content-Language: {language}" in page


@every_kind
@pytest.mark.parametrize("query", ["", "?hostile=1&language=de", "?dark=1"])
def test_a_frame_is_the_letter_and_may_load_nothing(asked, kind, query):
    response = asked(preview.frame, kind, query=query)
    policy = response["Content-Security-Policy"]
    assert response.content.startswith(b"<!doctype html>")
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_around_the_frame_carries_no_style_of_its_own(asked):
    page = asked(preview.letter, "nomination", query="?narrow=1&dark=1&hostile=1").content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert "?language=en&amp;hostile=1&amp;dark=1" in page


def test_a_letter_is_shown_in_the_language_of_the_page_unless_another_is_asked_for(asked):
    with translation.override("de"):
        assert b'lang="de"' in asked(preview.frame, "nomination").content
        assert b'lang="en"' in asked(preview.frame, "nomination", query="?language=en").content


def test_dark_is_dark_whatever_the_browser_prefers(asked):
    assert b"@media all" in asked(preview.frame, "nomination", query="?dark=1").content
    assert b"@media all" not in asked(preview.frame, "nomination").content


@pytest.mark.parametrize("view", [preview.letter, preview.frame])
def test_an_unknown_kind_is_not_found(asked, view):
    with pytest.raises(Http404):
        asked(view, "carrier_pigeon")


@pytest.mark.parametrize(
    ("view", "names"), [(preview.index, ()), (preview.letter, ("held",)), (preview.frame, ("held",))]
)
def test_strangers_sign_in_and_people_find_nothing(asked, view, names):
    response = asked(view, *names, as_=AnonymousUser())
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    with pytest.raises(Http404):
        asked(view, *names, as_=Person(email="dana@acme-robotics.example"))


@pytest.mark.parametrize(
    ("view", "names"), [(preview.index, ()), (preview.letter, ("held",)), (preview.frame, ("held",))]
)
def test_nothing_can_be_posted(asked, view, names):
    assert asked(view, *names, method="post").status_code == 405


@pytest.mark.parametrize("middleware", [CSPMiddleware, XFrameOptionsMiddleware])
def test_the_sites_own_policy_does_not_replace_the_frames(rf, middleware):
    def answer(request):
        request.user = Person(email="ops@operator.example", is_staff=True)
        return preview.frame(request, "nomination")

    response = middleware(answer)(rf.get("/preview/nomination/frame/"))
    assert response["Content-Security-Policy"] == preview.LETTER_POLICY
    assert response["X-Frame-Options"] == "SAMEORIGIN"
