"""Draw the drains as bars."""

from typing import Any

OURS = "ours"


def bars(rows: dict[str, dict[str, Any]]) -> str:
    """One bar a contestant, its length the rate and a whisker the spread."""
    shown = {name: one for name, one in rows.items() if one}
    longest = max(one["highest"] for one in shown.values())
    scale, height = 420 / longest, 34
    bars = []
    for place, (name, one) in enumerate(shown.items()):
        top = 12 + place * height
        width, low, high = (one[key] * scale for key in ("rate", "lowest", "highest"))
        colour = "#0B5C57" if name == OURS else "#8A9A96"
        bars.append(
            f'<text x="238" y="{top + 15}" text-anchor="end">{name}</text>'
            f'<rect x="246" y="{top}" width="{width:.1f}" height="20" fill="{colour}"/>'
            f'<path d="M{246 + low:.1f} {top + 10}H{246 + high:.1f}" stroke="#15211F"/>'
            f'<text x="{252 + high:.1f}" y="{top + 15}">{one["rate"]:,.0f}</text>'
        )
    total = 20 + len(shown) * height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 {total}" width="740" height="{total}" '
        'font-family="Arial, Helvetica, sans-serif" font-size="13" fill="#15211F" role="img">'
        "<title>Letters per second, a server that answers at once</title>"
        f'<rect width="740" height="{total}" fill="#FFFFFF"/>{"".join(bars)}</svg>\n'
    )
