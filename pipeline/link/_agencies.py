"""Finds the news agency that an article credits: in its dateline, byline, sign-off, authors or source.

What the running text says of an agency ("a doctor told Reuters") is no credit. Neither is help: "The Associated Press
contributed to this report" stands under the work of somebody else. The names stand in lexicons/agencies.csv; its column
`pos` tells how a form must stand in a credit:
    name      anywhere
    code      in capitals and by itself, since the letters are those of given names and towns too
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipeline.lexicons import load_lexicon
from pipeline.records import MarkKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.records import Article

# "Orla (dpa) - Two miners ...", where cleaning saw no dateline
OPENING = re.compile(r"[^()\n]{0,60}\([^()\n]{2,40}\)\.?\s?[-–—:]")
BRACKETED = re.compile(r"\([^()]{2,60}\)|/[^/\s]{2,12}/")
RIGHTS = re.compile(r"\W{0,3}(?:copyright\b|©|\(c\))[^.]{1,80}", re.IGNORECASE)
# Reuters signs so without naming itself: "(Reporting by Ana Paz; Editing by Jo Lee)".
SIGNED_BY_REUTERS = re.compile(r"\W{0,2}\((?:reporting|writing) by\b.{1,250}\bediting by\b", re.IGNORECASE)
# "Contributing: AP", "with inputs from PTI", and the credits of pictures
HELP = re.compile(
    r"\b(?:contribut\w{1,5}|inputs?|additional|compiled|photos?|pictures?|images?|videos?)\b", re.IGNORECASE
)
OPENING_PARAGRAPHS = 2  # the title, then the text
CLOSING_CHARACTERS = 60
CLOSING_PARAGRAPHS = 2  # "IANS", then the initials of its editors
BEFORE_CODE = r"(?:^|[(\[/,|;:©–—-]|\b(?i:by|source|via|copyright|(?:19|20)\d\d)\b)\W{0,3}"
AFTER_CODE = r"(?=\W{0,3}(?:$|[)\]/,|;–—-]|(?i:staff|news|writer|correspondent|reporter|agency|in)\b))"


def find_agency(article: Article) -> str:
    """Return the name of the agency that an article credits; blank if it credits none, or several in one line."""
    credited = (_agencies_in(line) for line in _find_credits(article))
    agencies = next((found for found in credited if found), frozenset())
    return "".join(agencies) if len(agencies) == 1 else ""


def _find_credits(article: Article) -> Iterator[str]:
    """Yield the lines in which an agency would be credited, the surest first."""
    text, paragraphs = article.text, article.paragraphs
    openings = (OPENING.match(text, span.start, span.end) for span in paragraphs[:OPENING_PARAGRAPHS])
    for span in (*article.marked(MarkKind.DATELINE), *(Span(*opening.span()) for opening in openings if opening)):
        yield from BRACKETED.findall(text, span.start, span.end)
    for span in article.marked(MarkKind.BYLINE, MarkKind.SECTION_LABEL):
        yield text[span.start : span.end]
    closing = paragraphs[-CLOSING_PARAGRAPHS:]
    below = [span for span in article.marked(MarkKind.INSERT) if closing and span.start >= closing[-1].end]
    for span in (*closing, *below):  # the rights in a line further up are those of a picture
        for found in (RIGHTS.match(text, span.start, span.end), _sign_off_pattern().search(_tail(text, span))):
            if found:
                yield found[0]
    yield from article.authors
    if "/" not in article.source:  # an address may say anything
        yield article.source


def _tail(text: str, span: Span) -> str:
    return text[max(span.start, span.end - CLOSING_CHARACTERS) : span.end]


def _agencies_in(line: str) -> frozenset[str]:
    if SIGNED_BY_REUTERS.match(line):
        return frozenset({"Reuters"})
    if HELP.search(line):
        return frozenset()
    return frozenset(_load_names()[_key(match["name"] or match["code"])] for match in _credit_pattern().finditer(line))


def _key(form: str) -> str:
    return " ".join(re.split(r"[\s-]+", form.lower()))


@cache
def _load_names() -> Mapping[str, str]:
    return {_key(entry.form): entry.label for entry in load_lexicon("agencies")}


@cache
def _forms(pos: str) -> str:
    """Return the forms of one kind as alternatives, the longest first."""
    forms = sorted((entry.form for entry in load_lexicon("agencies") if entry.pos == pos), key=len, reverse=True)
    return "|".join(r"[\s-]{1,2}".join(map(re.escape, _key(form).split())) for form in forms)


@cache
def _credit_pattern() -> re.Pattern[str]:
    name = rf"(?<!\w)(?P<name>(?i:{_forms('name')}))(?!\w)"
    return re.compile(rf"{name}|{BEFORE_CODE}(?P<code>{_forms('code').upper()})(?!\w){AFTER_CODE}")


@cache
def _sign_off_pattern() -> re.Pattern[str]:
    """Compile what stands behind the last sentence, or in a line of its own: "- AFP", "(PTI)", "Reuters"."""
    form = rf"(?:(?i:{_forms('name')})|{_forms('code').upper()})"
    return re.compile(rf"(?:^|[.!?\"'”’])\s{{0,3}}(?:[-–—]{{1,2}}|[(\[])?\s?{form}(?:/{form})?[)\]]?$")
