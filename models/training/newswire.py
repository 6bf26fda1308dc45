"""Expand the grammar of newswire.txt into training documents with trees and names.

The treebanks hold little news of violence: "shot dead two guards" is parsed as a noun by what they teach. These
sentences are invented, so their trees are known.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.tokens import Doc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.vocab import Vocab

GRAMMAR = Path(__file__).with_name("newswire.txt")
PART = re.compile(r"\((?P<open>\w+)|(?P<close>\))|\{(?P<slot>[^}]+)\}|(?P<word>[^\s()]+(?:\([^\s()]*)?)")
MAX_SENTENCES = 3
ONSETS = (*"bdfghjklmnprstvwz", "ch", "sh", "kh", "gh", "br", "tr", "mb", "nd", "")
NUCLEI = ("a", "a", "e", "i", "o", "u", "ai", "ou", "aa", "ia")
CODAS = ("", "", "", "n", "r", "l", "s", "m", "k", "ng", "sh")
NO_SPACE_BEFORE = frozenset({".", ",", "-", "'s"})


@dataclass(slots=True)
class Node:
    """A word with what hangs on it, `before` and `after` in text order; `name` are the words of the entity it heads."""

    form: str
    tag: str
    label: str = "ROOT"
    before: list[Node] = field(default_factory=list)
    after: list[Node] = field(default_factory=list)
    entity: str = ""
    name: list[Node] = field(default_factory=list)

    def words(self) -> Iterator[Node]:
        """Yield the words of the phrase in text order."""
        for child in self.before:
            yield from child.words()
        yield self
        for child in self.after:
            yield from child.words()


class Grammar:
    """The rules of newswire.txt."""

    def __init__(self, text: str) -> None:
        self.rules: dict[str, list[str]] = defaultdict(list)
        self.labels: dict[str, str] = {}
        for line in text.splitlines():
            if line.strip() and not line.startswith("#"):
                head, alternatives = line.split(" = ", 1)
                name, _, label = head.partition("@")
                self.rules[name] += alternatives.split(" | ")
                if label:
                    self.labels[name] = label

    def expand(self, name: str, rng: random.Random) -> Node:
        """Return a random expansion of a rule."""
        node = self._phrase(iter(list(PART.finditer(rng.choice(self.rules[name])))), rng)
        if name in self.labels:
            node.entity = self.labels[name]
            node.name = [word for word in node.words() if word.tag != "DT" or word is not next(node.words())]
        return node

    def _phrase(self, parts: Iterator[re.Match[str]], rng: random.Random) -> Node:
        """Read a phrase up to its closing bracket or the end."""
        before: list[Node] = []
        after: list[Node] = []
        head: Node | None = None
        for part in parts:
            if part["close"]:
                break
            node, is_head = self._part(part, parts, rng)
            if is_head:
                head = node
            else:
                (before if head is None else after).append(node)
        if head is None:
            message = "a phrase without a head"
            raise ValueError(message)
        head.before[:0] = before
        head.after += after
        return head

    def _part(self, part: re.Match[str], parts: Iterator[re.Match[str]], rng: random.Random) -> tuple[Node, bool]:
        if part["open"]:
            node = self._phrase(parts, rng)
            node.label = part["open"]
            return node, False
        if part["slot"]:
            slot = part["slot"]
            if slot.startswith("*"):
                return self.expand(slot[1:], rng), True
            name, _, label = slot.partition(":")
            node = self.expand(name, rng)
            node.label = label
            return node, False
        form, _, rest = part["word"].partition("/")
        tag, _, label = rest.rpartition(":") if ":" in rest else (rest, "", "")
        is_head = form.startswith("*")
        form = form.removeprefix("*")
        return Node(_coin(rng) if form == "@" else form, tag, label), is_head


def _coin(rng: random.Random) -> str:
    """Make up a name, so that names are learned by where they stand and not by heart."""
    syllables = [rng.choice(ONSETS) + rng.choice(NUCLEI) + rng.choice(CODAS) for _ in range(rng.randint(2, 3))]
    return "".join(syllables).capitalize()


def newswire_docs(vocab: Vocab, sentences: int, seed: int) -> Iterator[Doc]:
    """Yield documents of one to three invented sentences, `sentences` in all."""
    rng = random.Random(seed)
    grammar = Grammar(GRAMMAR.read_text(encoding="utf-8"))
    left = sentences
    while left > 0:
        roots = [grammar.expand("S", rng)]
        while len(roots) < min(left, rng.randint(1, MAX_SENTENCES)) and _has_stop(roots[-1]):
            roots.append(grammar.expand("S", rng))
        yield _doc(vocab, roots)
        left -= len(roots)


def _has_stop(root: Node) -> bool:
    """Tell whether a sentence ends in a stop; a headline stands alone."""
    return bool(root.after) and root.after[-1].form == "."


def _doc(vocab: Vocab, roots: list[Node]) -> Doc:
    nodes = [_tidy(list(root.words())) for root in roots]
    words = [node for sentence in nodes for node in sentence]
    place = {id(node): i for i, node in enumerate(words)}
    heads = list(range(len(words)))
    for node in words:
        for child in (*node.before, *node.after):
            if id(child) in place:
                heads[place[id(child)]] = place[id(node)]
    forms = [w.form for w in words]
    return Doc(
        vocab,
        words=[_opening(form, words[i - 1].tag if i else ".") for i, form in enumerate(forms)],
        spaces=[_space(a, b) for a, b in zip(words, [*words[1:], None], strict=True)],
        tags=[w.tag for w in words],
        heads=heads,
        deps=["ROOT" if heads[i] == i else w.label for i, w in enumerate(words)],
        ents=_entities(words, place),
    )


def _tidy(words: list[Node]) -> list[Node]:
    """Drop a comma that stands before a stop, another comma or the end."""
    kept = []
    for i, word in enumerate(words):
        following = words[i + 1].form if i + 1 < len(words) else "."
        if word.form != "," or following not in {",", "."}:
            kept.append(word)
    return kept


def _opening(form: str, previous_tag: str) -> str:
    """Capitalise the first word of a sentence and of a quote."""
    return form[:1].upper() + form[1:] if previous_tag in {".", "``"} else form


def _space(word: Node, following: Node | None) -> bool:
    closes = following is not None and (following.tag == "''" or following.form in NO_SPACE_BEFORE)
    return following is not None and not closes and word.tag != "``" and word.form != "-"


def _entities(words: list[Node], place: dict[int, int]) -> list[str]:
    tags = ["O"] * len(words)
    for node in words:
        inside = sorted(place[id(w)] for w in node.name if id(w) in place)
        for i in inside:
            tags[i] = f"{'B' if i == inside[0] else 'I'}-{node.entity}"
    return tags
