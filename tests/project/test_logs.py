"""No record of any logger carries a link, a token or a code, and each is one line of JSON."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from project import gunicorn, logs

TOKEN = "k5mfa3zq7w2yb6ncxj4hteu5rvgpd2sa"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The output of the product's own handler, attached to a logger of its own."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Redaction())
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield stream
    logger.removeHandler(handler)


log = logging.getLogger("tests.logs")


@pytest.mark.parametrize("door", ["a", "n", "r"])
def test_a_link_is_written_without_its_token(door: str) -> None:
    assert logs.redact(f"GET /{door}/{TOKEN} HTTP/1.1") == f"GET /{door}/[token] HTTP/1.1"


@pytest.mark.parametrize("tail", ["=", "%3D", ").", "%0A", "<br>", "=20and-more", "?x=1", "/"])
def test_a_link_with_foreign_characters_is_redacted_all_the_same(tail: str) -> None:
    assert TOKEN not in logs.redact(f"Not Found: /a/{TOKEN}{tail}")


def test_a_malformed_link_is_redacted_too() -> None:
    assert logs.redact("Not Found: /a/K5MFA3ZQ7W2Y-broken") == "Not Found: /a/[token]"


@pytest.mark.parametrize("text", [TOKEN, TOKEN.upper(), f"x{TOKEN}y", f"https%3A%2F%2Fhost%2Fa%2F{TOKEN}"])
def test_a_bare_token_is_redacted_wherever_it_stands(text: str) -> None:
    assert TOKEN not in logs.redact(text).lower()


@pytest.mark.parametrize(
    "text", ["the code 493027", "code=493027.", "493027", "'493027'", "493 027", "code:493027"]
)
def test_a_code_is_redacted(text: str) -> None:
    assert "[code]" in logs.redact(text)
    assert "027" not in logs.redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "took 0.123456 s",
        "2026-11-25T14:01:00.123456+00:00",
        "1234567 letters",
        "/requests/0b0f7e2e-9f5c-4c7e-8a55-0123456789ab/",
        "/static/app.3f2a9c81.js",
        "/administration/new",
    ],
)
def test_ordinary_numbers_and_paths_stay_readable(text: str) -> None:
    assert logs.redact(text) == text


def test_arguments_are_redacted_as_well(written: io.StringIO) -> None:
    log.warning("Gone: %s", f"/authorize?next=/a/{TOKEN}")
    assert json.loads(written.getvalue())["message"] == "Gone: /authorize?next=/a/[token]"


def test_extra_facts_become_keys_without_secrets(written: io.StringIO) -> None:
    log.info("A letter left.", extra={"letter": 17, "path": f"/r/{TOKEN}", "codes": ["493027"]})
    line = json.loads(written.getvalue())
    assert (line["letter"], line["path"], line["codes"]) == (17, "/r/[token]", "['[code]']")


def test_a_traceback_is_redacted(written: io.StringIO) -> None:
    try:
        raise ValueError(f"no such page: /n/{TOKEN}, code 493027")
    except ValueError:
        log.exception("It broke.")
    line = json.loads(written.getvalue())
    assert "ValueError: no such page: /n/[token]" in line["traceback"]
    assert "493027" not in written.getvalue()


def test_a_record_is_one_line_whatever_it_quotes(written: io.StringIO) -> None:
    log.info("first\nsecond %s", "third\r\nfourth")
    assert written.getvalue().count("\n") == 1


def test_a_wrong_format_string_does_not_lose_the_record(written: io.StringIO) -> None:
    log.info("two %s %s", "one")
    assert "two %s %s" in json.loads(written.getvalue())["message"]


def test_every_logger_ends_at_the_redacting_handler() -> None:
    configuration = logs.configuration()
    assert configuration["root"]["handlers"] == ["line"]
    assert configuration["handlers"]["line"]["filters"] == ["trail", "redaction"]
    for logger in configuration["loggers"].values():
        assert (logger["handlers"], logger["propagate"]) == ([], True)


def test_gunicorn_writes_its_access_lines_through_the_same_filter() -> None:
    assert gunicorn.logconfig_dict == logs.configuration()
    assert "gunicorn.access" in gunicorn.logconfig_dict["loggers"]
