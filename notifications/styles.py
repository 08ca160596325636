"""Write the letters' style sheet into their templates while these are loaded, once per process.

Mail clients drop style sheets, so every element carries its declarations. Inlining a finished letter
costs 0.3 ms; our classes stand still in the templates, so each set of classes is inlined once instead and
the letter costs nothing. The sheet therefore holds rules of one class each; what needs ``@media`` stays in
``dark.css``.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape, unescape
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader

_CLASSES = re.compile(r'\bclass="([^"]*)"')
_STYLE = re.compile(r'style="([^"]*)"')


class StylesLoader(FileSystemLoader):
    """Loads templates; in those that end in .html each ``class`` gets its ``style`` beside it."""

    def __init__(self, folder: Path, *, sheet: str) -> None:
        super().__init__(folder)
        self.sheet = (folder / sheet).read_text(encoding="utf-8")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, name, is_fresh = super().get_source(environment, template)
        if template.endswith(".html"):
            source = _CLASSES.sub(lambda match: match[0] + _attribute(match[1], self.sheet), source)
        return source, name, is_fresh


@lru_cache(maxsize=256)
def _attribute(classes: str, sheet: str) -> str:
    inlined = css_inline.inline_fragment(f'<div class="{escape(classes)}"></div>', sheet)
    style = _STYLE.search(inlined)
    return f' style="{escape(unescape(style[1]), quote=False)}"' if style else ""
