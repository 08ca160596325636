"""Words of the pure rules, in the language of the page."""

from django import template

from people import speaking

register = template.Library()


@register.filter
def say(words: str) -> str:
    """Return what a rule said in the language of the page."""
    return speaking.say(words)
