"""Plain text is filled to lines that every mail client shows well."""

from notifications import filling


def test_filling_keeps_rows_quotations_addresses_and_the_signature():
    text = (
        "One\ntwo\nhttps://x.example/a\nthree\n\n  Label           "
        + "word " * 20
        + "\n\n> "
        + "q " * 60
        + "\n\n--\nend"
    )
    filled = filling.fill(text).splitlines()
    assert filled[:3] == ["One two", "https://x.example/a", "three"]
    assert filled[5].startswith(" " * 18 + "word")
    assert all(line.startswith("> q") for line in filled if "q" in line)
    assert "-- " in filled
    assert all(len(line) <= filling.WIDTH for line in filled)


def test_long_words_of_scripts_without_spaces_are_broken_and_domains_are_not():
    domain = "a" * 63 + "." + "b" * 63 + ".example"
    filled = filling.fill("\u5f20" * 200 + "\n\n" + domain).splitlines()
    assert max(map(len, filled[:3])) <= filling.WIDTH
    assert filled[-1] == domain
