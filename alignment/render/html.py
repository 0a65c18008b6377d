"""Proofs as a page of nested disclosure boxes: no scripts, nothing loaded, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from alignment.render.branches import Notes, likely
from alignment.render.outline import Item, Outline
from alignment.render.sections import Section

MOST_OPEN = 40
"""Items of a proof up to which all boxes are open at first; of a larger one the top two levels."""

HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
"""

STYLE = """\
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
.proof ul { list-style: none; margin: 0; padding-left: 1.3rem; border-left: 1px solid #8885; }
.proof li { margin: .35rem 0; }
.proof summary { cursor: pointer; }
.note { display: block; font-size: .85rem; opacity: .75; margin-left: 1.1rem; }
.absent > span:first-child, .defeated > span:first-child { font-style: italic; }
.shared { font-size: .85rem; opacity: .75; }
dt { font-weight: 600; }"""


def page(title: str, sections: Sequence[Section], sources: Sequence[tuple[str, str]], notes: Notes) -> str:
    """A whole page: the claim, its proofs, the sources."""
    body = [f"<h1>{escape(title)}</h1>"]
    for section in sections:
        if section.title:
            body.append(f"<h2>{escape(section.title)}</h2>")
        if section.items:
            body.append(proof_html(section.items, notes))
        body += [f"<p>{escape(sentence)}</p>" for sentence in section.closing]
    if sources:
        listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in sources)
        body.append(f"<h2>Sources</h2>\n<dl>{listed}</dl>")
    return HEAD.format(title=escape(title), style=STYLE) + "\n".join(body) + "\n</body>\n</html>\n"


def proof_html(items: Outline, notes: Notes) -> str:
    """One proof as nested lists, to stand within a page that has `STYLE` or its own."""
    parts, depth = ['<div class="proof">'], -1
    closers: list[str] = []
    for at, item in enumerate(items):
        while depth >= item.depth:
            parts.append(closers.pop())
            depth -= 1
        nested = at + 1 < len(items) and items[at + 1].parent == at
        start, end = _tags(item, nested=nested, open_=len(items) <= MOST_OPEN or item.depth < 2)
        parts.append(start + _text(item, notes, nested=nested))
        closers.append(end)
        depth = item.depth
    parts += [*reversed(closers), "</div>"]
    return "\n".join(parts)


def _tags(item: Item, *, nested: bool, open_: bool) -> tuple[str, str]:
    outer = ("div", "div") if item.depth == 0 else ("li", "li")
    start, end = f'<{outer[0]} class="{item.kind}">', f"</{outer[1]}>"
    if nested:
        return f"{start}<details{' open' if open_ else ''}>", f"</ul></details>{end}"
    return start, end


def _text(item: Item, notes: Notes, *, nested: bool) -> str:
    shared = f' <span class="shared">({escape(item.elsewhere)})</span>' if item.elsewhere else ""
    sentence = f"<span>{escape(item.text if item.elsewhere else likely(item))}</span>{shared}"
    told = "".join(f'<span class="note {kind}">{escape(text)}</span>' for kind, text in notes(item))
    return f"<summary>{sentence}{told}</summary><ul>" if nested else sentence + told
