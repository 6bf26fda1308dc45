"""How a statement is held to be true: asserted, denied, feared, planned, alleged, or overtaken by a later figure.

After the ConText idea (Harkema et al. 2009): a cue and a direction. Here the direction is that of the dependency tree:
what governs the statement, what modifies its verb, what stands beside it in its clause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.extract._syntax import NOUN_TAGS, SUBJECTS, children
from pipeline.extract.casualties._cue_words import cue_words
from pipeline.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
PRESENT_TAGS = frozenset({"VBZ", "VBP"})


IMPLICATIVE = frozenset({"go", "manage", "continue", "begin", "start", "use", "proceed", "happen", "come", "get"})
BACK = frozenset({"this", "these", "that", "those", "such", "the", "both"})
GOVERNED = frozenset({"ccomp", "xcomp", "acl", "pcomp", "dobj", "prep", "pobj", "advcl", "csubj", "relcl"})
STATUS_CODES = frozenset({"feared", "alleged", "attributed", "hypothetical"})
STRONGEST_FIRST = (
    Status.DENIED,
    Status.NEGATED,
    Status.HYPOTHETICAL,
    Status.FEARED,
    Status.ALLEGED,
    Status.ATTRIBUTED,
)


def status_of(trigger: Token) -> Status:
    """Return how the statement of a trigger word is held to be true.

    The most telling cue wins: negation and denial, then hypothesis and fear, then allegation and attribution.
    """
    found = {*_from_verb_phrase(trigger), *_from_governors(trigger)}
    if any(_is_claim(t) for t in trigger.doc[trigger.sent.start : trigger.i]) and _is_refuted_next(trigger.sent):
        found.add(Status.DENIED)
    for status in STRONGEST_FIRST:
        if status in found:
            return status
    return Status.ASSERTED


def _from_verb_phrase(trigger: Token) -> Iterator[Status]:
    """Read the auxiliaries and adverbs of the trigger, and of the verb whose predicate or participle it is."""
    modals, words = cue_words("modal"), cue_words("word")
    for verb in _verb_group(trigger):
        for child in verb.children:
            low = child.lower_
            if child.dep_ == "neg":
                yield Status.NEGATED
            elif child.dep_ in {"aux", "auxpass"} and low in modals:
                yield Status(modals[low])
            elif child.dep_ in {"advmod", "acomp", "amod", "oprd"} and words.get(low) in STATUS_CODES:
                yield Status(words[low])
        if words.get(verb.lower_) in STATUS_CODES:
            yield Status(words[verb.lower_])
        if _is_open_infinitive(verb):
            yield Status.HYPOTHETICAL
        yield from _conditions(verb)


def _verb_group(trigger: Token) -> Iterator[Token]:
    """Yield the trigger and the verbs that share its clause: first conjuncts, "are feared dead", "was found dead"."""
    yield trigger
    token = trigger
    while token.dep_ in {"acomp", "attr", "oprd", "conj", "auxpass", "amod"} and token.head != token:
        if token.dep_ == "conj" and (children(token, "aux", "auxpass", "nsubj", "nsubjpass")):
            return
        token = token.head
        yield token


def _is_open_infinitive(verb: Token) -> bool:
    """Tell whether the verb is an infinitive that need not have come true: "to kill two judges", "going to die"."""
    has_to = any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)
    if not has_to or not (verb.tag_ == "VB" or children(verb, "auxpass")):
        return False
    intended = verb.head.lemma_ not in IMPLICATIVE or verb.head.lower_ == "going"  # but "went on to kill"
    return intended and verb.dep_ in {"xcomp", "advcl", "acl", "relcl", "ccomp", "conj"}


def _conditions(verb: Token) -> Iterator[Status]:
    """Read "if", "unless", "whether" on the clause, and the inverted "Had the bomb gone off, ... would"."""
    marks = cue_words("mark")
    for child in children(verb, "mark", "advmod"):
        if child.lower_ in marks:
            yield Status(marks[child.lower_])
        elif child.lower_ == "before" and PRESENT_TAGS & {
            verb.tag_,
            *(c.tag_ for c in children(verb, "aux", "auxpass")),
        }:
            yield Status.HYPOTHETICAL  # "act before another child is killed"


def _from_governors(trigger: Token) -> Iterator[Status]:
    """Read the words that govern the clause of the trigger: "denied that", "fear that", "a plot to", "police said"."""
    below, taken_for_granted = trigger, False
    for token in trigger.ancestors:
        taken_for_granted |= _is_taken_for_granted(below)
        if below.dep_ in GOVERNED:
            found = _from_governor(token, below, planned=below is trigger and below.dep_ == "dobj")
            yield from (status for status in found if not (taken_for_granted and status is Status.DENIED))
        if token.tag_.startswith("V"):
            yield from _from_subject(token)
        if _is_denied(token, below) or any(_denies(c) for c in token.lefts):
            yield Status.DENIED
        below = token


def _is_taken_for_granted(word: Token) -> bool:
    """Tell whether what stands above a word no longer says whether it is so: "denied any part *in the killing*".

    A relative clause and the object of a preposition tell of something known, unless a claim is of it: "denied reports
    of the killing".
    """
    if word.dep_ != "pobj" or not word.tag_.startswith("N"):
        return word.dep_ == "relcl"
    return not any(form in cue_words("claim") for form in word_forms(word.head.head))


def _from_governor(token: Token, below: Token, *, planned: bool) -> Iterator[Status]:
    """Read what one word says of the clause below it; "planning the assassination of a governor" needs no "to"."""
    words = cue_words("verb") if token.tag_.startswith("V") else cue_words("noun")
    open_ended = planned or _is_future(below) or any(c.lower_ == "to" for c in children(below, "aux"))
    for status in (words.get(form) for form in word_forms(token)):
        ruled_out = (
            (status == Status.HYPOTHETICAL and not open_ended)
            or (status == Status.ATTRIBUTED and below.dep_ not in {"ccomp", "xcomp", "acl", "dobj"})
            or (status == Status.DENIED and below.dep_ == "advcl")
            or (status == Status.ALLEGED and (below.dep_ == "advcl" or below.lower_ in {"after", "over", "in"}))
        )
        if status and not ruled_out:
            yield Status(status)


def _is_denied(token: Token, below: Token) -> bool:
    """Tell whether a word denies what stands below it, or is denied itself.

    "Despite claims that ..."; "rejected a claim, spread online, that ..."; "rumours that ... proved untrue".
    """
    if cue_words("word").get(token.lower_) == Status.DENIED:
        return True
    if token.tag_.startswith("V"):
        refuses = any(cue_words("verb").get(form) == Status.DENIED for form in word_forms(token))
        late = any(c.lower_ == "that" for c in children(below, "mark")) and any(map(_is_claim, children(token, "dobj")))
        return (refuses and late) or (_is_within_claim(below, token) and _says_untrue(token))
    return False


def _is_claim(noun: Token) -> bool:
    """Tell whether a noun is of something said: "claim", "rumour"."""
    return any(form in cue_words("claim") for form in word_forms(noun))


def _is_within_claim(word: Token, verb: Token) -> bool:
    """Tell whether a word is a claim that is the subject of a verb, or stands between the two."""
    return any(_is_claim(who) and who.i <= word.i < verb.i for who in children(verb, *SUBJECTS))


def _says_untrue(verb: Token) -> bool:
    """Tell whether a predicate calls its subject untrue: "proved unfounded", "turned out to be false", "are lies"."""
    said = children(verb, "acomp", "attr", "oprd")
    return any(t.lemma_.lower() in cue_words("untrue") for t in said) or any(map(_says_untrue, children(verb, "xcomp")))


def _is_refuted_next(sent: DocSpan) -> bool:
    """Tell whether the next sentence calls the claims of this one untrue: "These claims are false"."""
    following = next((t for t in sent.doc[sent.end :] if not t.is_space), None)
    if following is None:
        return False
    verb = following.sent.root
    back = [t for t in children(verb, *SUBJECTS) if _is_claim(t) and any(c.lower_ in BACK for c in t.lefts)]
    return bool(back) and _says_untrue(verb)


def _denies(word: Token) -> bool:
    """Tell whether a word before "reports that" denies them: "false", or "refuted" read as an adjective."""
    if cue_words("word").get(word.lower_) == Status.DENIED:
        return True
    return word.dep_ == "amod" and any(cue_words("verb").get(form) == Status.DENIED for form in word_forms(word))


def _from_subject(verb: Token) -> Iterator[Status]:
    """Read "unconfirmed reports put", and "it is not true that"."""
    words = cue_words("word")
    for who in children(verb, "nsubj"):
        told = (words.get(c.lower_) for c in children(who, "amod"))
        yield from (Status(status) for status in told if status in STATUS_CODES or status == Status.DENIED)
    if children(verb, "neg") and any(c.lower_ in {"true", "correct"} for c in children(verb, "acomp")):
        yield Status.DENIED


def _is_future(verb: Token) -> bool:
    return any(c.lower_ in {"will", "would", "could", "may", "might"} for c in children(verb, "aux"))


def is_superseded(cue: Match) -> bool:
    """Tell whether a figure is an earlier one: "had earlier given a toll of 14", "the first bulletin spoke of five".

    The verb that gives it stands with an adverb such as "initially", or in the past perfect with a toll, or its subject
    is an earlier report.
    """
    if any(_is_early_report(t) for t in cue.anchor.ancestors if t.tag_ in NOUN_TAGS):  # "an earlier count of 30 dead"
        return True
    giving = next((t for t in cue.anchor.ancestors if gives_figures(t)), None)
    if giving is None:
        return False
    words = cue_words("earlier")
    adverb = any(child.lower_ in words for child in children(giving, "advmod"))
    perfect = cue.role == "toll" and any(child.lower_ == "had" for child in children(giving, "aux"))
    return adverb or perfect or any(_is_early_report(who) for who in children(giving, "nsubj"))


def gives_figures(verb: Token) -> bool:
    """Tell whether a verb gives figures: "put the dead at 18", "spoke of 16"."""
    return verb.lemma_ in cue_words("giving")


def _is_early_report(noun: Token) -> bool:
    early = any(child.lower_ in cue_words("earlier") or child.lower_ == "first" for child in noun.lefts)
    return early and noun.lemma_.lower() in cue_words("report")
