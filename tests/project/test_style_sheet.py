"""The style sheet: every pair of colours in use can be read, in light and in dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
SHEET = (STATIC / "app.css").read_text()

# (foreground, background, least contrast): WCAG 2.2, 1.4.3 for text, 1.4.11 for controls and states.
PAIRS = [
    *(
        (ink, ground, 4.5)
        for ink in ("ink", "ink-2")
        for ground in ("page", "surface", "sunk", "wait-bg", "tint")
    ),
    *(("brand", ground, 4.5) for ground in ("page", "surface", "sunk", "tint", "wait-bg")),
    *(("danger", ground, 4.5) for ground in ("page", "surface", "danger-bg", "sunk")),
    ("ink", "danger-bg", 4.5),
    ("ink", "info-bg", 4.5),
    ("ink-2", "info-bg", 4.5),
    ("on-brand", "brand", 4.5),
    ("on-brand", "brand-strong", 4.5),
    ("brand-strong", "tint", 4.5),
    ("on-danger", "danger", 4.5),
    ("on-danger", "danger-strong", 4.5),
    ("wait", "wait-bg", 4.5),
    ("info", "info-bg", 4.5),
    ("edge", "surface", 3),
    ("edge", "page", 3),
    ("ink", "here", 3),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", block))


LIGHT, DARK = (tokens(block) for block in re.findall(r":root \{(.*?)\n\s*\}\n", SHEET, re.DOTALL))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_dark_mode_answers_every_colour_of_the_light_one() -> None:
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize(("foreground", "background", "least"), PAIRS)
def test_a_pair_of_colours_can_be_read(foreground: str, background: str, least: float) -> None:
    if (foreground, background) == ("ink", "here"):
        # The diamond's edge tells it from the page; in dark mode the marigold itself does.
        assert contrast(LIGHT["ink"], LIGHT["here"]) >= least
        assert contrast(DARK["here"], DARK["page"]) >= least
        return
    for mode in (LIGHT, DARK):
        assert contrast(mode[foreground], mode[background]) >= least


def test_every_token_in_use_exists() -> None:
    defined = set(re.findall(r"(--[\w-]+):", SHEET))
    used = set(re.findall(r"var\((--[\w-]+)", SHEET))
    assert used <= defined | {"--flow"}


def test_every_file_that_the_sheet_names_is_ours_and_there() -> None:
    named = re.findall(r"url\(\"?([^\")]+)", SHEET)
    assert named
    for name in named:
        assert (STATIC / name).is_file()


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text().upper()
