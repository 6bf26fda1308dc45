"""Casualty mentions -> stories, each of one incident, one period or one old event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.assemble._figures import ANY_PERSON, LOOSE, size_of
from pipeline.assemble._settings import WEAK, Setting, days_between, is_elsewhere, is_other_time, latest, setting_of
from pipeline.assemble._tolls import TOLL_RULE, name_of
from pipeline.records import DateBasis, EventType, Feature, Measure, Qualifier, RecordType, Scope, Span, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.records import Article, CasualtyMention, DateMention, Mentions, PlaceMention

COUNTED_STATUSES = frozenset({Status.ASSERTED, Status.ATTRIBUTED, Status.ALLEGED, Status.SUPERSEDED})
OLD_DAYS = 300
HARMLESS = frozenset({EventType.DISASTER, EventType.ARREST})  # a storm in which nobody dies is weather
DAY, MONTH = 1, 4  # UCDP date_prec
RECALLED_DAYS = 60
DYING, DYING_DAYS = ("killed.subject.", "killed.state."), 31
ANY_WEEKDAY = "XXXX-WXX-"


@dataclass(slots=True)
class Story:
    """What an article tells of one incident.

    Attributes:
        record_type: incident, series or background.
        members: indices of the casualty mentions, in text order.
        settings: where and when each of them is.
    """

    record_type: RecordType
    members: list[int] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)

    @property
    def place(self) -> PlaceMention | None:
        """The most local place that a mention names beside its casualties; of a series the widest."""
        places = [s.place for s in self.settings if s.place is not None]
        near = [s.place for s in self.settings if s.place is not None and s.place_near]
        if self.record_type is RecordType.SERIES:
            return max(near or places, key=_coarseness, default=None)
        local = [p for p in near if p.feature is not Feature.COUNTRY]
        return min(local or places, key=_coarseness, default=None)

    @property
    def date(self) -> DateMention | None:
        """The date of what happened, else that on which something was said of it."""
        said = [s.said for s in self.settings if s.said is not None]
        return self.own_date or min(said, key=lambda d: d.date_prec, default=None)

    @property
    def own_date(self) -> DateMention | None:
        """The most precise date that a mention of the story names, the first of equals; none of an arrest for it."""
        later = {id(s.said) for s in self.settings if s.of_harm}
        settings = [s for s in self.settings if id(s.date) not in later]
        dates = [s.date for s in settings if s.date is not None]
        near = [s.date for s in settings if s.date is not None and s.date_near]
        return min(near or dates, key=lambda d: (d.role in WEAK, d.date_prec), default=None)


def _coarseness(place: PlaceMention) -> int:
    order = (Feature.CITY, Feature.FACILITY, Feature.ADM2, Feature.ADM1, Feature.REGION, Feature.COUNTRY)
    return order.index(place.feature or Feature.COUNTRY)


def gather_stories(mentions: Mentions, article: Article) -> list[Story]:
    """Sort the counted mentions of an article into stories, in the order in which the article first tells of them.

    Mentions with a number are read first: one without ("protesters' deaths", in a headline) tells nothing that could
    make a story of its own where there are others.

    Args:
        mentions: what was found in the article.
        article: the article, for its paragraphs and its day of publication.
    """
    stories: list[Story] = []
    settings = {i: setting_of(mentions.casualties[i], mentions, article.paragraphs) for i in _counted(mentions)}
    recalled = {i for i, setting in settings.items() if _is_recalled(setting.date, mentions, article.published)}
    if len(recalled) == len(settings):  # an old killing that is now before a court is the news
        recalled = set()
    for index in sorted(settings, key=lambda i: (*_lateness(mentions.casualties[i]), i)):
        mention, setting = mentions.casualties[index], settings[index]
        kind = RecordType.BACKGROUND if index in recalled else _kind(mention)
        story = _fitting(mention, setting, kind, stories, mentions.casualties)
        if story is None and mention.scope is Scope.MIXED and not _is_of_an_attack(mention, mentions):
            continue  # "her eleven casualties", of a football team
        if story is None:
            story = Story(kind)
            stories.append(story)
        story.members.append(index)
        mixed_beside = mention.scope is Scope.MIXED and len(story.members) > 1
        story.settings.append(Setting() if mixed_beside else setting)
    stories += [] if stories else _unharmed(mentions, article)
    _mark_background(stories)
    return sorted(stories, key=lambda s: min(s.members))


def _unharmed(mentions: Mentions, article: Article) -> Iterator[Story]:
    """Yield the story of an attack or accident of which only is told that nobody died in it: "no casualties"."""
    for i, mention in enumerate(mentions.casualties):
        if is_nobody(mention) and _is_of_an_attack(mention, mentions):
            yield Story(RecordType.INCIDENT, [i], [setting_of(mention, mentions, article.paragraphs)])
            return


def _is_of_an_attack(mention: CasualtyMention, mentions: Mentions) -> bool:
    """Tell whether the sentence of a mention, or the one before, tells of an attack or accident."""
    before = max((s.start for s in mentions.sentences if s.end <= mention.sentence.start), default=0)
    told = Span(before, mention.sentence.end)
    acts = (a for a in mentions.acts if a.event_type is not None and a.event_type not in HARMLESS)
    return any(told.holds(act.evidence.span) for act in acts)


def is_nobody(mention: CasualtyMention) -> bool:
    """Tell whether somebody says that no one at all died: "no one was killed", "there were no casualties"."""
    dead = mention.measure in {Measure.KILLED, Measure.KILLED_OR_INJURED}
    zero = mention.status is Status.NEGATED and mention.count.high == 0
    return dead and zero and frozenset(mention.groups) <= ANY_PERSON


def _lateness(mention: CasualtyMention) -> tuple[bool, bool]:
    """Return what makes a mention read later: it recalls something, or has no number."""
    return mention.scope is Scope.BACKGROUND, mention.count.qualifier in LOOSE


def _counted(mentions: Mentions) -> Iterator[int]:
    for i, mention in enumerate(mentions.casualties):
        told = mention.reject_reason is None and mention.status in COUNTED_STATUSES and mention.count.high != 0
        if told and (mention.scope is not Scope.SUBSET or _is_own_incident(mention, mentions)):
            yield i


def _is_own_incident(part: CasualtyMention, mentions: Mentions) -> bool:
    """Tell whether a part is a toll of its own.

    That is a dated part of a series ("17 of them died in Osh on Monday"), and the deaths among the casualties of one
    incident ("31 casualties, seven of them fatal").
    """
    total = mentions.casualties[part.parent] if part.parent is not None else None
    if total is None or part.evidence.rule_id.startswith("part."):
        return False
    if total.scope is Scope.MIXED:
        return not any(m.scope is Scope.SERIES_TOTAL for m in mentions.casualties)
    if total.scope is not Scope.SERIES_TOTAL:
        return False
    setting = setting_of(part, mentions)
    return setting.date is not None and setting.date.date_prec == DAY


def _is_recalled(when: DateMention | None, mentions: Mentions, published: str) -> bool:
    """Tell whether a date shows that an old incident is recalled: "in February 2019", told in news of some Tuesday."""
    if when is None or when.basis not in {DateBasis.EXPLICIT, DateBasis.RELATIVE} or when.date_prec < MONTH:
        return False
    newest = published or latest(d.date_start for d in mentions.dates if d.date_prec == DAY)
    if newest:
        return days_between(when.date_end, newest) > RECALLED_DAYS
    return any(d.value.startswith(ANY_WEEKDAY) for d in mentions.dates)


def _kind(mention: CasualtyMention) -> RecordType:
    if mention.scope is Scope.BACKGROUND:
        return RecordType.BACKGROUND
    return RecordType.SERIES if mention.scope is Scope.SERIES_TOTAL else RecordType.INCIDENT


def _fitting(
    mention: CasualtyMention,
    setting: Setting,
    kind: RecordType,
    stories: Sequence[Story],
    casualties: Sequence[CasualtyMention],
) -> Story | None:
    """Return the story that a mention goes on with: of those it does not contradict, the last one told."""
    if mention.scope is Scope.MIXED:
        return _fitting_mixed(setting, stories)
    told_of = _pointed_at(mention, setting, stories, casualties) if mention.scope is not Scope.SUBSET else None
    if told_of is not None:
        return told_of
    fitting = [s for s in stories if _fits(mention, setting, kind, s, casualties)]
    if mention.separate:
        fitting = [
            s
            for s in fitting
            if _is_told_beside(mention, s, casualties) or _is_restated(mention, setting, s, casualties)
        ]
    placed = [s for s in fitting if setting.place is not None and s.place is not None and _same_place(setting, s)]
    return next(reversed(placed or fitting), None)


def _is_told_beside(mention: CasualtyMention, story: Story, casualties: Sequence[CasualtyMention]) -> bool:
    """Tell whether a story has a mention in the same sentence: "In another raid one died, two fled"."""
    return any(casualties[i].sentence == mention.sentence for i in story.members)


def _is_restated(
    mention: CasualtyMention, setting: Setting, story: Story, casualties: Sequence[CasualtyMention]
) -> bool:
    return _same_place(setting, story) and size_of(mention) == _size(story, mention, casualties)


def _pointed_at(
    mention: CasualtyMention, setting: Setting, stories: Sequence[Story], casualties: Sequence[CasualtyMention]
) -> Story | None:
    """Return the last story that "he", "the boy", "both men", or a person told of before can point back to."""
    for story in reversed(stories):
        members = [casualties[i] for i in story.members]
        if mention.anaphoric and size_of(mention) <= max(size_of(m) for m in members):
            return story
        if mention.count.qualifier is Qualifier.IMPLICIT_ONE and any(_same_person(mention, m) for m in members):
            return story
        if _is_named_later(mention, setting, story, members):
            return story
    return None


def _same_person(one: CasualtyMention, other: CasualtyMention) -> bool:
    """Tell whether two mentions share a name or an age: "a 14-year-old boy", "Bo Lind, 14"."""
    same_age = one.age is not None and one.age == other.age and one.measure is other.measure
    return _same_name(one, other) or (same_age and not _are_two_names(one, other))


def _are_two_names(one: CasualtyMention, other: CasualtyMention) -> bool:
    names = name_of(one), name_of(other)
    return all(names) and not {*names[0]} & {*names[1]}


def _is_named_later(
    mention: CasualtyMention, setting: Setting, story: Story, members: Sequence[CasualtyMention]
) -> bool:
    """Tell whether a name is that of the single person killed before: "a boy was shot ... Bo Lind died on Sunday"."""
    killed = [m for m in members if m.measure is Measure.KILLED]
    dies = mention.evidence.rule_id.startswith(DYING) and bool(name_of(mention)) and not mention.separate
    single = bool(killed) and all(m.count.qualifier is Qualifier.IMPLICIT_ONE and not name_of(m) for m in killed)
    if not (dies and single) or story.record_type is not RecordType.INCIDENT:
        return False
    if setting.date is None or story.date is None:
        return setting.place is None or not setting.place_near
    return 0 <= days_between(story.date.date_start, setting.date.date_end) <= DYING_DAYS


def _same_name(one: CasualtyMention, other: CasualtyMention) -> bool:
    """Tell whether two mentions share a capitalised last word: "Ana Ruiz", "Ruiz"."""
    last = one.group_text.split()[-1:]
    return bool(last) and last[0][:1].isupper() and last[0] in other.group_text.split()


def _fitting_mixed(setting: Setting, stories: Sequence[Story]) -> Story | None:
    """A figure of killed or injured adds nothing to a toll: it goes to any story that it does not contradict."""
    fitting = [s for s in stories if not is_elsewhere(setting.place, s.place)]
    return fitting[-1] if fitting else None


def _fits(
    mention: CasualtyMention,
    setting: Setting,
    kind: RecordType,
    story: Story,
    casualties: Sequence[CasualtyMention],
) -> bool:
    same_size = 0 < size_of(mention) == _size(story, mention, casualties)
    if kind is RecordType.BACKGROUND and story.record_type is RecordType.INCIDENT and same_size and not setting.date:
        kind = RecordType.INCIDENT
    if kind is not story.record_type and not _restates(mention, setting, kind, story, same_size=same_size):
        return False
    if is_elsewhere(setting.place, story.place) and not (same_size and not setting.place_near):
        return False
    moves = mention.scope is Scope.CUMULATIVE_UPDATE or TOLL_RULE in mention.evidence.rule_id
    adds = mention.additive and _is_told_beside(mention, story, casualties)  # "rose to 57 after 16 more were found"
    if moves or adds or not is_other_time(setting.date, story.own_date):
        return True
    return same_size and size_of(mention) > 1 and _is_next_day(setting.date, story.date)


def _is_next_day(one: DateMention | None, other: DateMention | None) -> bool:
    """Tell whether two dates are at most a day apart, as "on Monday night" and "early on Tuesday" are."""
    if one is None or other is None or not one.date_start or not other.date_start:
        return False
    return abs(days_between(one.date_start, other.date_start)) <= 1


def _restates(mention: CasualtyMention, setting: Setting, kind: RecordType, story: Story, *, same_size: bool) -> bool:
    """Tell whether a mention without a setting of its own repeats a series total, or says nothing new of it."""
    if story.record_type is not RecordType.SERIES or kind is not RecordType.INCIDENT:
        return False
    if setting.date is not None and setting.date.date_prec == DAY:
        return False
    loose = mention.count.qualifier in LOOSE | {Qualifier.IMPLICIT_ONE} or mention.anaphoric
    return same_size or (loose and mention.measure is Measure.KILLED)


def _size(story: Story, mention: CasualtyMention, casualties: Sequence[CasualtyMention]) -> int:
    """Return the largest number that a story has for the measure of a mention."""
    same = [casualties[i] for i in story.members if casualties[i].measure is mention.measure]
    return max((size_of(m) for m in same), default=0)


def _same_place(setting: Setting, story: Story) -> bool:
    return not is_elsewhere(setting.place, story.place)


def _mark_background(stories: Sequence[Story]) -> None:
    """An incident long before the newest one told, in an article about the newest, is background."""
    dated = [s for s in stories if s.record_type is RecordType.INCIDENT and s.date is not None and s.date.date_start]
    newest = latest([s.date.date_start for s in dated if s.date is not None])
    for story in dated:
        when = story.date
        if when is not None and len(dated) > 1 and days_between(when.date_end or when.date_start, newest) > OLD_DAYS:
            story.record_type = RecordType.BACKGROUND
