from datetime import date, datetime, timedelta

import pytest

from preau.kernel.ui.days import Awaited, Change, DayLine, Slot, awaited_lines, day_in_words, short_day

TODAY = date(2026, 11, 17)


def at(clock):
    hour, minute = clock.split(":")
    return datetime(2026, 11, 17, int(hour), int(minute))


def slot(title, start, end, **more):
    return Slot(title, at(start), at(end), **more)


MORNING = [
    slot("Maths", "8:05", "9:00"),
    slot("Français", "9:00", "9:55"),
    slot("Anglais", "11:05", "12:00"),
]


def lines(now, slots=MORNING):
    line = DayLine("Mardi", slots, at(now) if now else None)
    return [(each.slot.title if each.slot else "", each.state, each.words) for each in line.lines]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 16), "hier"),
        (date(2026, 11, 17), "aujourd’hui"),
        (date(2026, 11, 18), "demain"),
        (date(2026, 11, 19), "jeu. 19 novembre"),
        (date(2026, 12, 1), "mar. 1er décembre"),
        (date(2027, 3, 12), "ven. 12 mars 2027"),
    ],
)
def test_a_day_is_said_as_people_say_it(day, words):
    assert day_in_words(day, TODAY) == words


def test_every_day_of_the_week_has_a_short_name():
    names = [short_day(date(2026, 11, 16) + timedelta(days=n)).split()[0] for n in range(7)]

    assert names == ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]


def test_the_lesson_that_is_going_on_says_until_when():
    assert lines("9:30") == [
        ("Maths", "past", ""),
        ("Français", "now", "En cours, jusqu’à 09:55"),
        ("Anglais", "next", "À suivre"),
    ]


def test_between_two_lessons_a_mark_stands_and_the_next_one_says_how_soon():
    assert lines("10:45") == [
        ("Maths", "past", ""),
        ("Français", "past", ""),
        ("", "mark", "10:45"),
        ("Anglais", "next", "Dans 20 minutes"),
    ]


@pytest.mark.parametrize(("now", "place"), [("7:00", 0), ("17:00", 3)])
def test_before_and_after_the_day_the_mark_stands_at_its_ends(now, place):
    assert lines(now)[place] == ("", "mark", now.zfill(5))


def test_another_day_has_no_mark_and_nothing_is_past():
    assert {state for _title, state, _words in lines(None)} == {"later"}


def test_what_does_not_take_place_is_neither_going_on_nor_next():
    gone = Change("Annulé", "wrong", gone=True)
    slots = [slot("Maths", "8:05", "9:00", change=gone), slot("Français", "9:00", "9:55", change=gone)]

    assert lines("8:30", [*slots, MORNING[2]]) == [
        ("Maths", "now", ""),
        ("Français", "later", ""),
        ("Anglais", "next", "À suivre"),
    ]


def test_slots_come_in_order_and_long_gaps_are_said():
    day = DayLine("Mardi", list(reversed(MORNING)))

    assert [(line.slot.title, line.free) for line in day.lines] == [
        ("Maths", ""),
        ("Français", ""),
        ("Anglais", "1 h 10 sans cours"),
    ]


def test_two_lessons_at_once_make_no_gap():
    slots = [slot("A", "8:00", "12:00"), slot("B", "9:00", "10:00"), slot("C", "12:00", "13:00")]

    assert [line.free for line in DayLine("Mardi", slots).lines] == ["", "", ""]


def test_an_empty_day_has_no_mark_either():
    assert list(DayLine("Mercredi", [], at("10:00")).lines) == []


def test_a_subject_keeps_its_hue_whatever_the_lesson_is_called():
    assert slot("Contrôle", "8:00", "9:00", subject="Maths").hue == slot("Maths ", "9:00", "10:00").hue


def test_what_waits_comes_in_the_order_in_which_it_presses():
    def due(days):
        return Awaited(str(days), "Signer", "/", None if days is None else TODAY + timedelta(days=days))

    found = awaited_lines([due(None), due(4), due(1), due(0), due(-1), due(-3)], TODAY)

    assert [(line.due, line.kind) for line in found] == [
        ("En retard de 3 jours", "wrong"),
        ("En retard d’un jour", "wrong"),
        ("Aujourd’hui", "warn"),
        ("Avant demain soir", "quiet"),
        ("Avant le sam. 21 novembre", "quiet"),
        ("", "quiet"),
    ]
