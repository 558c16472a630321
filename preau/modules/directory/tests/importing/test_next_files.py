"""The second file: only what the source changed its mind about, and never against a hand without asking."""

from datetime import date

import pytest
from django.db import transaction

from preau.kernel.models import SchoolUnit
from preau.kernel.rules import RuleBroken
from preau.kernel.tenancy.scope import in_every_year
from preau.modules.directory.models import (
    CourseTeacher,
    Enrolment,
    Function,
    GroupMember,
    Guardianship,
    Membership,
    Override,
    PersonRecord,
    SourceRecord,
)
from preau.modules.directory.services import importing
from preau.modules.directory.testing import make_year
from preau.modules.directory.tests.importing.desk import TODAY, Act, Desk, acts
from preau.modules.directory.tests.reading import (
    charge,
    document,
    guardians,
    person,
    place,
    pupil,
    pupils,
    sts,
    teacher,
)


def corrected(desk: Desk, last_name: str, **values: str) -> None:
    """Somebody puts a value right by hand, as the page does."""
    with desk.open(), transaction.atomic():
        record = PersonRecord.objects.get(last_name=last_name)
        for name, value in values.items():
            Override.objects.create(record=record, field=name, value=value, was=getattr(record, name))
            setattr(record, name, value)
        record.save()


def test_a_changed_name_changes(desk: Desk) -> None:
    desk.bring(pupils(pupil(1, PRENOM="Zoe")))
    batch = desk.bring(pupils(pupil(1, PRENOM="Zoé")))
    assert acts(desk.lines(batch)) == [("change", "pupil")]
    assert desk.names() == ["DUPONT1 Zoé"]


def test_a_correction_lasts_as_long_as_the_file_repeats_itself(desk: Desk) -> None:
    desk.bring(pupils(pupil(1, PRENOM="Zoe")))
    corrected(desk, "DUPONT1", first_name="Zoélie")
    desk.bring(pupils(pupil(1, PRENOM="Zoe", TEL_PORTABLE="0612345678")))
    zoe = desk.person("DUPONT1")
    assert (zoe.first_name, zoe.mobile_phone) == ("Zoélie", "06 12 34 56 78")


def test_three_values_are_asked_about(desk: Desk) -> None:
    desk.bring(pupils(pupil(1, PRENOM="Zoe")))
    corrected(desk, "DUPONT1", first_name="Zoélie")
    batch = desk.read(pupils(pupil(1, PRENOM="Zoë"))).batch
    assert batch is not None
    (line,) = desk.lines(batch)
    assert line.act == Act.CONFLICT
    assert line.detail["fields"] == [["first_name", "Zoe", "Zoélie", "Zoë", "conflict"]]


@pytest.mark.parametrize(
    ("choice", "shown", "overrides"), [("ours", "Zoélie", 1), ("file", "Zoë", 0), ("", "Zoélie", 1)]
)
def test_the_answer_counts_and_is_not_asked_again(
    desk: Desk, choice: str, shown: str, overrides: int
) -> None:
    desk.bring(pupils(pupil(1, PRENOM="Zoe")))
    corrected(desk, "DUPONT1", first_name="Zoélie")
    batch = desk.read(pupils(pupil(1, PRENOM="Zoë"))).batch
    assert batch is not None
    if choice:
        desk.decide(desk.lines(batch)[0], fields={"first_name": choice})
    desk.apply(batch)
    assert desk.person("DUPONT1").first_name == shown
    assert desk.count(Override) == {"Override": overrides}
    assert desk.read(pupils(pupil(1, PRENOM="Zoë"))).batch is None


def test_a_change_may_be_refused_and_is_a_correction_then(desk: Desk) -> None:
    desk.bring(pupils(pupil(1, PRENOM="Zoé")))
    batch = desk.read(pupils(pupil(1, PRENOM="Zoe"))).batch
    assert batch is not None
    desk.decide(desk.lines(batch)[0], fields={"first_name": "ours"})
    desk.apply(batch)
    with desk.open():
        kept = Override.objects.get()
    assert (kept.field, kept.value, kept.was) == ("first_name", "Zoé", "Zoe")
    assert desk.person("DUPONT1").first_name == "Zoé"


def test_a_change_of_class_leaves_the_past_alone(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), places=place(1, "6A")))
    batch = desk.bring(pupils(pupil(1), places=place(1, "6B")), day=date(2027, 1, 11))
    assert [line.detail["fields"] for line in desk.lines(batch, Act.CHANGE)] == [
        [["divisions", "6e A", "6e A", "6e B", "change"]]
    ]
    assert desk.classes_of("DUPONT1", date(2027, 1, 10)) == ["6e A"]
    assert desk.classes_of("DUPONT1", date(2027, 1, 11)) == ["6e B"]


def test_a_class_changed_by_hand_is_not_changed_back(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), pupil(2), places=place(1, "6A") + place(2, "6B")))
    with desk.open(), transaction.atomic():
        member = GroupMember.objects.get(record__last_name="DUPONT1")
        other = GroupMember.objects.get(record__last_name="DUPONT2")
        member.group = other.group
        member.save()
    desk.bring(pupils(pupil(1, MEL="z@exemple.fr"), pupil(2), places=place(1, "6A") + place(2, "6B")))
    assert desk.classes_of("DUPONT1") == ["6e B"]
    batch = desk.read(
        pupils(pupil(1, MEL="z@exemple.fr"), pupil(2), places=place(1, "6C") + place(2, "6B"))
    ).batch
    assert batch is not None
    (line,) = desk.lines(batch, Act.CONFLICT)
    assert line.detail["fields"] == [["divisions", "6e A", "6e B", "6e C", "conflict"]]
    desk.decide(line, fields={"divisions": "file"})
    desk.apply(batch)
    assert desk.classes_of("DUPONT1") == ["6e C"]


def test_groups_added_by_hand_stay(desk: Desk) -> None:
    both = place(1, "6A") + place(1, "LAT", "ESP", kind="G")
    desk.bring(pupils(pupil(1), pupil(2), places=both + place(2, "6A") + place(2, "CLUB", kind="G")))
    with desk.open(), transaction.atomic():
        club = GroupMember.objects.get(group__code="CLUB")
        zoe = GroupMember.objects.get(group__code="LAT")
        GroupMember.objects.create(
            group=club.group, record=zoe.record, enrolment=zoe.enrolment, starts_on=TODAY
        )
    moved = place(1, "6A") + place(1, "LAT", "ALL", kind="G")
    desk.bring(pupils(pupil(1), pupil(2), places=moved + place(2, "6A") + place(2, "CLUB", kind="G")))
    assert desk.classes_of("DUPONT1") == ["6e A", "ALL", "CLUB", "LAT"]


def test_who_is_in_no_file_any_more_has_left(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), pupil(2)), guardians([person(1)], [charge(1, 1), charge(2, 1)]))
    batch = desk.bring(pupils(pupil(1)), guardians([person(1)], [charge(1, 1)]))
    assert sorted(acts(desk.lines(batch))) == [("depart", "charge"), ("depart", "pupil")]
    with desk.open():
        assert Enrolment.objects.get(record__last_name="DUPONT2").ends_on == date(2026, 11, 19)
        assert Guardianship.objects.get(pupil__last_name="DUPONT2").ends_on == date(2026, 11, 19)
    assert desk.classes_of("DUPONT2") == [] and desk.classes_of("DUPONT1") == ["6e A"]


def test_who_comes_back_is_the_same_person(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), pupil(2)), guardians([person(1)], [charge(2, 1)]))
    desk.bring(pupils(pupil(1)), guardians([], []))
    desk.bring(pupils(pupil(1), pupil(2)), guardians([person(1)], [charge(2, 1)]), day=date(2027, 3, 1))
    assert len(desk.names()) == 3
    assert desk.classes_of("DUPONT2", date(2027, 3, 2)) == ["6e A"]
    with desk.open():
        assert Guardianship.objects.get().ends_on is None


def test_a_table_that_lacks_somebody_is_a_part_of_something(desk: Desk) -> None:
    desk.bring(b"Nom;Prenom;Date de naissance;Classe\nDURAND;Ana;01/02/2014;6A\nPETIT;Leo;02/03/2014;6A\n")
    again = desk.read(b"Nom;Prenom;Date de naissance;Classe\nDURAND;Ana;01/02/2014;6A\n")
    assert again.batch is None


def test_many_departures_are_asked_about(desk: Desk) -> None:
    those = [pupil(number) for number in range(1, 31)]
    desk.bring(pupils(*those))
    batch = desk.read(pupils(*those[:20])).batch
    assert batch is not None
    assert batch.asks == [{"code": "departures", "number": 10, "of": 30}]


def test_a_few_departures_are_not(desk: Desk) -> None:
    those = [pupil(number) for number in range(1, 31)]
    desk.bring(pupils(*those))
    assert desk.read(pupils(*those[:27])).plan.asks == []


def test_half_the_teachers_gone_is_asked_about(desk: Desk) -> None:
    everybody = [teacher(number) for number in range(1, 13)]
    desk.bring(sts(everybody, {"6A": {"020700": "1 2"}}))
    batch = desk.read(sts(everybody[:5], {"6A": {"020700": "1 2"}})).batch
    assert batch is not None and batch.asks == [{"code": "staff_gone", "number": 7, "of": 12}]
    desk.apply(batch)
    with desk.open():
        assert Membership.objects.on(TODAY).count() == 5


def test_last_years_file_is_asked_about(desk: Desk) -> None:
    batch = desk.read(pupils(pupil(1), year="2025")).batch
    assert batch is not None and batch.asks == [{"code": "other_year", "number": 2025, "of": 2026}]


@pytest.mark.parametrize("uai", ["0999992Y", "0751234A"])
def test_another_schools_file_changes_nothing(desk: Desk, uai: str) -> None:
    """One that has its school here, and a UAI whose letter is wrong."""
    Desk.of_a_new_school("0999992Y", "Collège voisin")
    staged = desk.read(pupils(pupil(1), uai=uai))
    assert staged.batch is None and "autre établissement" in staged.check.files[0].refused


def test_a_unit_nobody_has_is_asked_about_and_becomes_the_schools(desk: Desk) -> None:
    batch = desk.read(pupils(pupil(1), uai="0999991X")).batch
    assert batch is not None and [ask["code"] for ask in batch.asks] == ["other_uai:0999991X"]
    with desk.open():
        with pytest.raises(RuleBroken, match="Répondez"):
            importing.ask_to_apply(actor=None, applied_by=None, batch=batch, said_yes=[])
        assert not SchoolUnit.objects.filter(uai="0999991X").exists()
    desk.apply(batch)
    with desk.open():
        assert Enrolment.objects.get().unit.uai == "0999991X"
        assert importing.undo_import(actor=None, batch=batch, day=TODAY).left == []
        assert not SchoolUnit.objects.filter(uai="0999991X").exists()


def test_pupils_without_addresses_have_not_moved_out(desk: Desk) -> None:
    home = "<ADRESSES><ADRESSE ADRESSE_ID='7'><LIGNE1_ADRESSE>3 rue des Lilas</LIGNE1_ADRESSE></ADRESSE></ADRESSES>"
    with_address = pupils(pupil(1, ADRESSE_ID="7")).replace(b"</DONNEES>", home.encode() + b"</DONNEES>")
    desk.bring(with_address)
    assert desk.read(pupils(pupil(1, ADRESSE_ID="7"))).batch is None
    desk.bring(pupils(pupil(1, ADRESSE_ID="7", MEL="z@exemple.fr")))
    assert desk.person("DUPONT1").address == "3 rue des Lilas"


def test_a_better_source_outranks_a_table(desk: Desk) -> None:
    table = b"Nom;Prenom;Date de naissance;INE;Email;Telephone portable;Classe\nDUPONT1;Zo;01/03/2014;1234567890A;t@exemple.fr;0611111111;6A\n"
    desk.bring(table)
    batch = desk.bring(pupils(pupil(1, INE_RNIE="1234567890A", MEL="s@exemple.fr")))
    (line,) = desk.lines(batch, Act.CHANGE)
    assert line.detail["matched"] == "ine"
    zoe = desk.person("DUPONT1")
    assert (zoe.first_name, zoe.email, zoe.mobile_phone) == ("Zoé", "s@exemple.fr", "06 11 11 11 11")
    assert desk.read(table).batch is None
    desk.bring(table.replace(b"t@exemple.fr", b"neuf@exemple.fr").replace(b"0611111111", b"0622222222"))
    zoe = desk.person("DUPONT1")
    assert (zoe.email, zoe.mobile_phone) == ("s@exemple.fr", "06 22 22 22 22")
    with desk.open():
        assert SourceRecord.objects.filter(record=zoe).count() == 2


def test_head_teachers_and_teachers_follow_the_file(desk: Desk) -> None:
    desk.bring(sts([teacher(1, heads="6A"), teacher(2)], {"6A": {"020700": "1"}}))
    batch = desk.bring(sts([teacher(1), teacher(2, heads="6A")], {"6A": {"020700": "2"}}))
    assert {line.thing for line in desk.lines(batch, Act.CHANGE)} == {"staff", "course"}
    with desk.open():
        now = (
            Function.objects.on(TODAY).filter(kind="head_teacher").values_list("record__last_name", flat=True)
        )
        assert list(now) == ["PROF2"]
        teaching = CourseTeacher.objects.on(TODAY).values_list("record__last_name", flat=True)
        assert list(teaching) == ["PROF2"]
        assert CourseTeacher.objects.on(date(2026, 11, 19)).get().record.last_name == "PROF1"


def test_a_colleague_added_by_hand_keeps_the_course(desk: Desk) -> None:
    desk.bring(sts([teacher(1), teacher(2), teacher(3)], {"6A": {"020700": "1"}}))
    with desk.open(), transaction.atomic():
        first = CourseTeacher.objects.get()
        other = PersonRecord.objects.get(last_name="PROF3")
        CourseTeacher.objects.create(course=first.course, record=other, role="co", starts_on=TODAY)
    desk.bring(sts([teacher(1), teacher(2), teacher(3)], {"6A": {"020700": "1 2"}}))
    with desk.open():
        teaching = CourseTeacher.objects.on(TODAY).values_list("record__last_name", flat=True)
        assert sorted(teaching) == ["PROF1", "PROF2", "PROF3"]


def test_a_level_of_responsibility_changed_by_hand_is_asked_about(desk: Desk) -> None:
    desk.bring(pupils(pupil(1)), guardians([person(1)], [charge(1, 1)]))
    with desk.open(), transaction.atomic():
        link = Guardianship.objects.get()
        link.level = 3
        link.save()
    assert desk.read(guardians([person(1)], [charge(1, 1)])).batch is None
    batch = desk.read(guardians([person(1)], [charge(1, 1, NIVEAU_RESPONSABILITE="2")])).batch
    assert batch is not None
    (line,) = desk.lines(batch, Act.CONFLICT)
    assert line.detail["fields"] == [["level", "1", "3", "2", "conflict"]]
    desk.decide(line, fields={"level": "file"})
    desk.apply(batch)
    with desk.open():
        assert Guardianship.objects.get().level == 2


def test_what_somebody_changes_between_reading_and_applying_stays(desk: Desk) -> None:
    desk.bring(pupils(pupil(1, PRENOM="Zoe")))
    batch = desk.read(pupils(pupil(1, PRENOM="Zoé"))).batch
    assert batch is not None
    corrected(desk, "DUPONT1", first_name="Zoélie")
    done = desk.apply(batch)
    assert desk.person("DUPONT1").first_name == "Zoélie"
    assert done.outcome["stale"] == ["DUPONT1 Zoé"]


def test_the_next_year_knows_its_people_again(desk: Desk) -> None:
    """A year in preparation, filled from its files beside the open one: the same people, other classes."""
    desk.bring(
        pupils(pupil(1), pupil(2), places=place(1, "6A") + place(2, "6A")),
        guardians([person(1)], [charge(1, 1)]),
        sts([teacher(1, heads="6A"), teacher(2)], {"6A": {"020700": "1"}}),
    )
    following = Desk(desk.school, make_year(desk.school, 2027))
    batch = following.bring(
        pupils(pupil(1, MEL="z@exemple.fr"), pupil(3), places=place(1, "5A") + place(3, "6A"), year="2027"),
        guardians([person(1)], [charge(1, 1)]),
        sts([teacher(1, heads="6A"), teacher(4)], {"5A": {"020700": "1"}}, year="2027"),
        day=date(2027, 7, 10),
    )
    known = [line.who for line in following.lines(batch) if line.detail.get("known")]
    assert known == ["DUPONT1 Zoé"]
    with following.open(), in_every_year(reason="both years of the test"):
        assert sorted(Enrolment.objects.values_list("record__last_name", "year__label")) == [
            ("DUPONT1", "2026-2027"),
            ("DUPONT1", "2027-2028"),
            ("DUPONT2", "2026-2027"),
            ("DUPONT3", "2027-2028"),
        ]
    with following.open():
        assert Guardianship.objects.count() == 1
        assert Function.objects.get(kind="head_teacher").record.last_name == "PROF1"
        gone = Membership.objects.get(record__last_name="PROF2")
        assert gone.ends_on == date(2027, 8, 31)
    assert following.classes_of("DUPONT1", date(2027, 9, 1)) == ["5e A"]
    assert desk.classes_of("DUPONT1", date(2027, 7, 1)) == ["6e A"]
    assert desk.person("DUPONT1").email == "z@exemple.fr"


def test_links_to_nobody_and_pupils_of_nowhere_change_nothing_else(desk: Desk) -> None:
    batch = desk.bring(
        pupils(pupil(1), pupil(2), places=place(1, "6A")),
        guardians([person(1)], [charge(1, 1), charge(9, 1), charge(1, 9)]),
    )
    assert desk.names() == ["DUPONT1 Zoé", "DUPONT2 Zoé", "MARTIN1 Ada"]
    assert desk.count(Guardianship) == {"Guardianship": 1}
    causes = {line.detail["code"] for line in desk.lines(batch) if "code" in line.detail}
    assert {"no_division", "unknown_pupil", "charge_to_nobody"} <= causes


def test_the_same_ine_twice_makes_two_people_and_says_so(desk: Desk) -> None:
    batch = desk.bring(pupils(pupil(1, INE_RNIE="1234567890A"), pupil(2, INE_RNIE="1234567890A")))
    assert len(desk.names()) == 2
    assert "ine_twice" in {line.detail.get("code") for line in desk.lines(batch, Act.CHECK)}


def test_nothing_is_kept_of_a_file_cut_off(desk: Desk) -> None:
    whole = pupils(pupil(1), pupil(2))
    staged = desk.read(whole[: len(whole) // 2])
    assert staged.batch is None and desk.names() == []


def test_a_table_without_levels_opens_nothing_and_asks(desk: Desk) -> None:
    table = b"Nom responsable;Prenom responsable;Courriel;Nom de famille enfant;Prenom enfant;Classe enfant\nMARTIN;Ada;a@exemple.fr;DUPONT1;Zo\xc3\xa9;6A\n"
    desk.bring(pupils(pupil(1), places=place(1, "6A")))
    batch = desk.read(table).batch
    assert batch is not None and batch.asks == [{"code": "unclear_levels", "number": 1, "of": 1}]
    desk.apply(batch)
    with desk.open():
        assert Guardianship.objects.get().level == Guardianship.Level.CONTACT


def test_a_child_a_table_names_and_nobody_knows_is_said(desk: Desk) -> None:
    table = b"Nom responsable;Prenom responsable;Courriel;Nom de famille enfant;Prenom enfant;Classe enfant\nMARTIN;Ada;a@exemple.fr;INCONNU;Zo;6A\n"
    desk.bring(pupils(pupil(1), places=place(1, "6A")))
    batch = desk.bring(table)
    assert [line.detail["code"] for line in desk.lines(batch, Act.CHECK)] == ["unknown_child"]
    assert desk.count(Guardianship) == {"Guardianship": 0}


EMPTY = document("BEE_ELEVES", "<ELEVES></ELEVES>")


def test_an_empty_file_sends_nobody_away_without_asking(desk: Desk) -> None:
    desk.bring(pupils(*(pupil(number) for number in range(1, 9))))
    staged = desk.read(EMPTY)
    assert staged.plan.asks == [{"code": "departures", "number": 8, "of": 8}]


def test_a_table_of_teachers_makes_teachers(desk: Desk) -> None:
    desk.bring(
        "Nom;Prenom;Civilite;Fonction;Discipline;Professeur principal de\n"
        "DURAND;Ana;Mme;Professeure;Français;\nPETIT;Leo;M;;Maths;\nROUX;Eve;Mme;Assistante d’éducation;;\n"
        "BRUN;Luc;M;Principal;;\n".encode()
    )
    with desk.open():
        held = dict(Membership.objects.values_list("record__last_name", "profile__code"))
    assert held == {"DURAND": "teacher", "PETIT": "teacher", "ROUX": "aed"}
