"""What is accepted at set-up: the same in each language, each under its own version."""

import pytest

from smart_accounts.services import agreement


def test_a_version_is_one_text_in_one_language() -> None:
    english, german, other = (agreement.version_in(language) for language in ("en", "de", "fr"))
    assert (english, german, other) == (
        agreement.AGREEMENT_VERSION,
        f"{agreement.AGREEMENT_VERSION}-de",
        english,
    )
    texts = [agreement.paragraphs(version) for version in (english, german)]
    assert len(texts[0]) == len(texts[1])
    assert not set(texts[0]) & set(texts[1])
    assert agreement.is_in_force(english)
    assert agreement.is_in_force(german)


def test_an_older_version_is_no_longer_shown() -> None:
    assert not agreement.is_in_force("2020-01")
    with pytest.raises(KeyError):
        agreement.paragraphs("2020-01")
