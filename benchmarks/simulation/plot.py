"""Draw the reminders of each day, and above them what was away."""

from datetime import date, datetime, timedelta

from benchmarks.simulation.outcome import Outcome

LEFT, WIDTH, BASE, TALL = 64, 860, 300, 220
COLOURS = {"in time": "#0B5C57", "held up": "#C9772B"}
AWAY = {"workers": "#8A9A96", "beat": "#5B7BA8", "mail server": "#A3415B"}


def bars(outcome: Outcome, *, start: date, days: int) -> str:
    """One bar a day, stacked; one strip for each part that was away, thicker where several processes had it away."""
    step = WIDTH / days
    highest = max((sum(counts.values()) for counts in outcome.by_day.values()), default=1)
    pieces = []
    for number in range(days):
        counts = outcome.by_day.get(f"{start + timedelta(days=number):%Y-%m-%d}", {})
        top = float(BASE)
        for sort, colour in COLOURS.items():
            height = counts.get(sort, 0) / highest * TALL
            if height:
                top -= height
                pieces.append(
                    f'<rect x="{LEFT + number * step:.1f}" y="{top:.1f}" width="{step * 0.8:.1f}"'
                    f' height="{height:.1f}" fill="{colour}"/>'
                )
    for row, (part, colour) in enumerate(AWAY.items()):
        y = 16 + row * 14
        pieces.append(f'<text x="{LEFT - 8}" y="{y + 8}" text-anchor="end" font-size="11">{part}</text>')
        for away, begins, ends in outcome.outages:
            if away == part:
                first = (datetime.fromisoformat(begins).date() - start).days
                hours = datetime.fromisoformat(ends) - datetime.fromisoformat(begins)
                pieces.append(
                    f'<rect x="{LEFT + first * step:.1f}" y="{y}" height="9" fill="{colour}" fill-opacity="0.6"'
                    f' width="{max(hours / timedelta(days=1) * step, 1.5):.1f}"/>'
                )
    for day in range(0, days + 1, 10):
        pieces.append(f'<text x="{LEFT + day * step:.1f}" y="{BASE + 16}" text-anchor="middle">{day}</text>')
    pieces.append(f'<text x="{LEFT - 8}" y="{BASE - TALL + 5}" text-anchor="end">{highest:,}</text>')
    pieces.append(f'<text x="{LEFT - 8}" y="{BASE}" text-anchor="end">0</text>')
    pieces.append(f'<path d="M{LEFT} {BASE}H{LEFT + WIDTH}" stroke="#15211F"/>')
    for place, (sort, colour) in enumerate(COLOURS.items()):
        x = LEFT + place * 210
        label = "left in time" if sort == "in time" else "held up by an outage, caught up"
        pieces.append(f'<rect x="{x}" y="{BASE + 30}" width="11" height="11" fill="{colour}"/>')
        pieces.append(f'<text x="{x + 17}" y="{BASE + 40}">{label}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {BASE + 54}"'
        f' width="{LEFT + WIDTH + 20}" height="{BASE + 54}" font-family="Arial, Helvetica, sans-serif"'
        ' font-size="12" fill="#15211F" role="img"><title>Reminders that arrived on each day</title>'
        f'<rect width="100%" height="100%" fill="#FFFFFF"/>{"".join(pieces)}</svg>\n'
    )
