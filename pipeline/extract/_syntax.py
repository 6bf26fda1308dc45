"""Small helpers over the dependency tree (ClearNLP labels), shared by the finders.

Whitespace and unparsed tokens carry the label "dep" and no tag; none of these helpers returns them as a noun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as DocSpan

NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
FINITE_TAGS = frozenset({"VBD", "VBP", "VBZ"})
SUBJECTS = ("nsubj", "nsubjpass")
RELATIVES = frozenset({"who", "which", "that", "whom"})


def sentences(doc: Doc) -> Iterator[DocSpan]:
    """Yield the parsed sentences in text order; blocks that were not parsed are left out."""
    for sent in doc.sents:
        if sent.root.tag_:
            yield sent


def word_at(token: Token, distance: int) -> Token | None:
    """Return the token that many places to the right (to the left if negative), None beyond the document."""
    i = token.i + distance
    return token.doc[i] if 0 <= i < len(token.doc) else None


def low_at(token: Token, distance: int) -> str:
    """Return that token in lower case, blank beyond the document."""
    found = word_at(token, distance)
    return found.lower_ if found is not None else ""


def char_span(start: Token, end: Token) -> Span:
    """Return the characters from one token to another, both included."""
    return Span(start.idx, end.idx + len(end))


def trimmed(sent: DocSpan) -> Span:
    """Return the characters of a sentence without the blanks around it."""
    first = next((t for t in sent if not t.is_space), sent[0])
    last = next((t for t in reversed(sent) if not t.is_space), first)
    return char_span(first, last)


def text_of(span: Span, sent: DocSpan) -> str:
    """Return the text of a stretch of a sentence; `Doc.text` would be built anew for each."""
    return sent.text[span.start - sent.start_char : span.end - sent.start_char]


def children(token: Token, *labels: str) -> list[Token]:
    """Return the children with one of the labels, in text order."""
    return [child for child in token.children if child.dep_ in labels]


def conjuncts(token: Token) -> list[Token]:
    """Return a token and what is coordinated with it further right, in text order."""
    found = [token]
    for member in found:
        found += [c for c in member.children if c.dep_ == "conj" and c.i > member.i and c not in found]
    return sorted(found, key=lambda t: t.i)


def first_conjunct(token: Token) -> Token:
    """Return the leftmost member of the coordination that the token is in."""
    while token.dep_ == "conj" and token.head.i < token.i:
        token = token.head
    return token


def is_passive(verb: Token) -> bool:
    """Tell whether a verb form is passive: "was killed", "being held"."""
    return any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.children)


def subject(verb: Token) -> Token | None:
    """Return the subject of a verb, of its coordinated or governing verb if it has none of its own."""
    seen: set[int] = set()
    while verb.i not in seen:
        seen.add(verb.i)
        own = children(verb, *SUBJECTS, "expl", "csubj")
        if own:
            return own[0]
        if verb.dep_ == "relcl":
            return verb.head
        below_verb = verb.dep_ == "ROOT" and verb.head != verb  # "shot" of "were found shot dead"
        if below_verb or verb.dep_ in {"conj", "xcomp", "aux", "auxpass", "acomp", "attr", "oprd"}:
            verb = verb.head
        else:
            return None
    return None


def antecedent(token: Token) -> Token:
    """Return the noun that a relative pronoun stands for, or the token itself."""
    if token.lower_ not in RELATIVES:
        return token
    clause = token
    while clause.dep_ not in {"ROOT", "relcl"} and clause.head != clause:
        clause = clause.head
    return clause.head if clause.dep_ == "relcl" else token


def ancestors(token: Token) -> Iterator[Token]:
    """Yield the token and its heads up to the root."""
    yield token
    yield from token.ancestors


def noun_left_edge(noun: Token) -> Token:
    """Return where the noun phrase of a noun begins, without what hangs on it from the right."""
    left = noun
    for child in noun.lefts:
        if child.dep_ in {"punct", "cc"} and child.i < left.i and not child.is_quote:
            continue
        edge = child.left_edge
        if edge.i < left.i and not edge.is_space:
            left = edge
    return left


def prepositional(token: Token, *words: str) -> Iterator[Token]:
    """Yield the objects of the prepositions of a token, of the given words or all."""
    for prep in children(token, "prep", "agent", "dative"):
        if not words or prep.lower_ in words:
            yield from objects_of(prep)


def objects_of(prep: Token) -> Iterator[Token]:
    """Yield the objects of a preposition, through a second one ("because of", "out of")."""
    for child in prep.children:
        if child.dep_ in {"pobj", "pcomp"} and child.i > prep.i:
            if child.tag_ in {"IN", "TO"}:
                yield from objects_of(child)
            else:
                yield child
        elif child.dep_ == "prep" and child.i == prep.i + 1:
            yield from objects_of(child)
