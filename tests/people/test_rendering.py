"""How a form looks: what is wrong, what is optional and what describes a control are tied to it."""

from html.parser import HTMLParser

from django import forms
from django.template import engines

from people import rendering


class Wishes(forms.Form):
    address = forms.EmailField(label="Email Address", help_text="At work.", max_length=254)
    message = forms.CharField(label="Message to Creator", required=False, max_length=5, widget=forms.Textarea)
    country = forms.ChoiceField(choices=[("", "Choose one"), ("CA", "Canada")], required=False)
    answer = forms.ChoiceField(
        label="Your answer",
        choices=[("authorize", "Authorize"), ("decline", "Decline")],
        widget=rendering.Choices(hints={"decline": "This ends your part."}),
    )
    agreed = forms.BooleanField(label="I agree", help_text="For the company.")
    page = forms.CharField(widget=forms.HiddenInput, required=False)


class Elements(HTMLParser):
    """Keeps every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, name: str) -> dict[str, str | None]:
        return next(attrs for _tag, attrs in self.found if attrs.get("name") == name)

    def ids(self) -> set[str]:
        return {attrs["id"] or "" for _tag, attrs in self.found if "id" in attrs}


def render(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


def test_every_description_and_label_points_at_something_on_the_page() -> None:
    elements = Elements(str(Wishes({})))

    pointed = [
        target
        for _tag, attrs in elements.found
        for attribute in ("for", "aria-describedby", "data-count")
        for target in (attrs.get(attribute) or "").split()
    ]

    assert pointed
    assert set(pointed) <= elements.ids()


def test_a_wrong_field_says_so_above_its_control() -> None:
    html = Wishes({"address": "nonsense"})["address"].as_field_group()

    assert 'class="field err"' in html
    assert html.index("err-msg") < html.index("<input")
    control = Elements(html).named("address")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_address_helptext id_address_error"


def test_an_address_is_typed_into_a_text_field() -> None:
    control = Elements(Wishes()["address"].as_field_group()).named("address")

    assert control["type"] == "text"
    assert control["inputmode"] == "email"
    assert control["class"] == "input"


def test_nothing_is_cut_by_the_browser() -> None:
    assert "maxlength" not in str(Wishes())


def test_a_text_area_tells_its_limit() -> None:
    html = Wishes()["message"].as_field_group()

    control = Elements(html).named("message")
    assert control["data-max"] == "5"
    assert control["aria-describedby"] == "id_message_count"
    assert "Up to 5 characters" in html


def test_only_optional_fields_are_marked() -> None:
    form = Wishes()

    assert "(optional)" in form["message"].as_field_group()
    assert "(optional)" not in form["address"].as_field_group()
    assert "(optional)" not in form["agreed"].as_field_group()


def test_a_page_that_says_what_is_optional_can_leave_out_the_marks() -> None:
    class Quiet(Wishes):
        unmarked = ("message",)

    class Silent(Wishes):
        unmarked = "__all__"

    assert "(optional)" not in Quiet()["message"].as_field_group()
    assert "(optional)" in Quiet()["country"].as_field_group()
    assert "(optional)" not in str(Silent())


def test_radios_are_cards_with_hints_and_none_is_chosen() -> None:
    html = Wishes()["answer"].as_field_group()

    assert html.count('class="choice"') == 2
    assert "checked" not in html
    assert 'aria-describedby="id_answer_1_hint"' in html
    assert 'id="id_answer_1_hint">This ends your part.' in html


def test_wrong_radios_carry_their_message_on_the_fieldset() -> None:
    html = Wishes({})["answer"].as_field_group()

    assert '<fieldset aria-describedby="id_answer_error">' in html
    assert "aria-invalid" not in html


def test_the_error_summary_links_to_the_control_of_every_error() -> None:
    form = Wishes({"address": "nonsense"})
    form.add_error(None, "The whole is wrong.")
    form.add_error("page", "A hidden thing is wrong.")

    html = render('{% include "layout/errors.html" %}', form=form)

    assert 'href="#id_address"' in html
    assert 'href="#id_answer_0"' in html
    assert 'href="#id_agreed"' in html
    assert "<span>The whole is wrong.</span>" in html
    assert "<span>A hidden thing is wrong.</span>" in html


def test_the_error_summary_covers_several_forms_and_things_outside_of_them() -> None:
    forms_with_errors = [Wishes({}, prefix="one"), Wishes({}, prefix="two")]
    html = render(
        '{% include "layout/errors.html" with forms=forms_with_errors more=more %}',
        forms_with_errors=forms_with_errors,
        more=[("row-3", "Address 3 is wrong")],
    )

    assert 'href="#id_one-address"' in html
    assert 'href="#id_two-address"' in html
    assert '<a href="#row-3">Address 3 is wrong</a>' in html


def test_a_page_without_errors_has_no_summary() -> None:
    assert render('{% include "layout/errors.html" %}', form=Wishes()).strip() == ""
    assert render('{% include "layout/errors.html" %}').strip() == ""


def test_what_a_person_typed_is_escaped() -> None:
    html = str(Wishes({"address": "<b>", "message": "</textarea><script>"}))

    assert "<b>" not in html
    assert "<script>" not in html


def test_the_nameplate_shows_both_forms_of_a_domain_that_has_two() -> None:
    html = render(
        '{% include "layout/plate.html" with label="Domain" identifier=name %}', name="xn--bcher-kva.example"
    )

    assert "bücher.example</p>" in html
    assert "xn--bcher-kva.example</code>" in html


def test_the_nameplate_shows_a_plain_domain_once() -> None:
    html = render(
        '{% include "layout/plate.html" with label="Domain" identifier=name %}', name="acme.example"
    )

    assert html.count("acme.example") == 1


def test_the_rail_says_every_state_in_words() -> None:
    stops = [
        {"state": "done", "what": "Request sent"},
        {"state": "now", "what": "Two checks", "pair": [{"state": "ended", "what": "Authorization"}]},
        {"state": "todo", "what": "Set-up"},
    ]
    html = render('{% include "layout/rail.html" %}', stops=stops)

    for words in ("Completed: ", "Now: ", "Ended: ", "Not started: "):
        assert words in html


def test_the_progress_bar_counts_the_pages_only_when_their_number_is_known() -> None:
    known = render('{% include "layout/step.html" with step=3 steps=5 %}')
    unknown = render('{% include "layout/step.html" with step=1 steps=5 open=True %}')

    assert "Step 3 of 5" in known
    assert known.count('class="done"') == 2
    assert known.count('class="now"') == 1
    assert "Step 1<" in unknown


def test_an_empty_fact_reads_not_provided() -> None:
    facts = [
        {"term": "Company", "value": "", "change_url": "/x/"},
        {"term": "Administrators", "lines": ["a@x.example", "b@x.example"]},
    ]
    html = render('{% include "layout/facts.html" %}', facts=facts)

    assert "Not provided" in html
    assert '<a href="/x/">Change<span class="vh"> Company</span></a>' in html
    assert html.count("<li>") == 2
