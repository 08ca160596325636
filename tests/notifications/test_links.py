"""Links and codes: derived, never stored, forgiving of mail clients and of nothing else."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from notifications import links
from notifications.links import Label, Seed

SEED = Seed("5d41402a-bc4b-4a76-b971-9d911017c592", "1f" * 16, "k1")
KEYS = {"k2": "newer-key-material-of-the-settings", "k1": "older-key-material-of-the-settings"}
TOKEN = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.LINK_KEYS = dict(KEYS)
    settings.CODE_KEYS = dict(KEYS)
    settings.BASE_URL = "https://accounts.example.com"


def test_a_token_has_160_bits_in_an_alphabet_no_mail_client_strips():
    assert re.fullmatch(r"[a-z2-7]{32}", links.token(Label.AUTHORIZATION, SEED))


def test_the_same_seed_gives_the_same_token():
    assert links.token(Label.STOP, SEED) == links.token(Label.STOP, Seed.unpack(SEED.packed))


def test_a_token_is_the_hmac_the_design_names():
    import hmac
    from base64 import b32encode
    from uuid import UUID

    text = b"authz-link:v1|" + bytes.fromhex(SEED.nonce) + UUID(SEED.uuid).bytes
    expected = b32encode(hmac.digest(KEYS["k1"].encode(), text, "sha256")[:20]).decode().lower()
    assert links.token(Label.AUTHORIZATION, SEED) == expected


@pytest.mark.parametrize(
    "other",
    [
        replace(SEED, uuid="5d41402a-bc4b-4a76-b971-9d911017c593"),
        replace(SEED, nonce="1e" + SEED.nonce[2:]),
        replace(SEED, key_id="k2"),
    ],
)
def test_another_uuid_nonce_or_key_gives_another_token(other):
    assert links.token(Label.AUTHORIZATION, other) != links.token(Label.AUTHORIZATION, SEED)


def test_each_label_gives_its_own_token_and_path():
    urls = {links.url_for(label, SEED) for label in Label}
    assert len({url[-32:] for url in urls}) == 3
    assert {url[:-32] for url in urls} == {f"https://accounts.example.com/{door}/" for door in "anr"}


def test_a_seed_says_nothing_of_its_token():
    token = links.token(Label.AUTHORIZATION, SEED)
    assert token not in SEED.packed
    assert token not in links.hash_of(token)


def test_new_seeds_differ_and_use_the_newest_key():
    first, second = links.new_seed(), links.new_seed()
    assert first != second
    assert first.key_id == second.key_id == "k2"


def test_a_key_that_is_gone_is_named_and_not_replaced(settings):
    settings.LINK_KEYS = {"k2": KEYS["k2"]}
    with pytest.raises(links.UnknownKey):
        links.token(Label.AUTHORIZATION, SEED)


@pytest.mark.parametrize("packed", ["", "x", "a:b", f"{SEED.uuid}:{SEED.nonce}", f"{SEED.uuid}:zz:k1", "::"])
def test_a_broken_seed_is_refused(packed):
    with pytest.raises(links.SeedUnreadable):
        Seed.unpack(packed)


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"{TOKEN}.",
        f"{TOKEN})",
        f"{TOKEN}>",
        f"{TOKEN} ",
        f"{TOKEN}).\u201d",
        f"  {TOKEN}",
        f"{TOKEN[:20]}=\r\n{TOKEN[20:]}",
        f"{TOKEN[:20]}\n{TOKEN[20:]}",
        f"{TOKEN[:20]}= {TOKEN[20:]}",
    ],
)
def test_what_a_mail_client_adds_is_forgiven(text):
    assert links.read(text) == TOKEN


@pytest.mark.parametrize(
    "text",
    ["", ".", TOKEN[:31], TOKEN + "a", TOKEN * 15, "a" * 100_000, TOKEN.upper(), "." + TOKEN]
    + [TOKEN[:10] + foreign + TOKEN[11:] for foreign in "0189-_/\u0430\x00"],
)
def test_what_cannot_be_a_token_reads_as_none(text):
    assert links.read(text) is None


def test_a_code_is_six_digits_and_stays_the_same():
    code = links.code_for("3c59dc04")
    assert re.fullmatch(r"\d{6}", code)
    assert links.code_for("3c59dc04") == code


def test_codes_favour_no_digit():
    codes = [links.code_for(str(number)) for number in range(6_000)]
    assert len(set(codes)) > 5_900
    for place in range(6):
        counts = Counter(code[place] for code in codes)
        assert len(counts) == 10
        # 600 expected; six standard deviations either way.
        assert all(460 < count < 740 for count in counts.values())


def test_a_code_matches_only_its_challenge():
    code = links.code_for("one")
    assert links.code_matches("one", code)
    assert not links.code_matches("two", code)
    assert not links.code_matches("one", "")
    assert not links.code_matches("one", "\u0661\u0662\u0663\u0664\u0665\u0666")


def test_a_code_on_its_way_survives_a_new_key(settings):
    code = links.code_for("one")
    settings.CODE_KEYS = {"k3": "the-newest-key-material-of-settings", **KEYS}
    assert links.code_for("one") != code
    assert links.code_matches("one", code)
