"""From one September to the next."""

from preau.modules.directory.tests.national.readback import YEARS, Read, level_of, said


def test_pupils_go_up_keep_their_numbers_and_some_come_go_or_stay(sets: dict[tuple[int, int], Read]) -> None:
    for school in range(3):
        for year in YEARS[1:]:
            before, after = sets[school, year - 1], sets[school, year]
            changes = after.manifest["changes"]
            stayed = before.pupils.keys() & after.pupils.keys()
            assert {*changes["finished"], *changes["moved_out"]} == before.pupils.keys() - stayed
            assert set(changes["arrived"]) == after.pupils.keys() - stayed
            for number in stayed:
                old, new = before.pupils[number], after.pupils[number]
                for name in (
                    "ID_NATIONAL",
                    "NOM_DE_FAMILLE",
                    "PRENOM",
                    "DATE_NAISS",
                    "DATE_ENTREE",
                    "ELENOET",
                ):
                    assert said(old, name) == said(new, name)
                repeats = number in changes["repeating"]
                assert level_of(new) == level_of(old) + (not repeats)
                assert said(new, "DOUBLEMENT") == str(int(repeats))
                old_people = {person for child, person in before.links if child == number}
                assert old_people == {person for child, person in after.links if child == number}
            new_sixth = [number for number in changes["arrived"] if level_of(after.pupils[number]) == 0]
            assert len(new_sixth) > 60 and len(changes["arrived"]) > len(new_sixth)
            assert all(
                changes[kind] for kind in ("moved_out", "repeating", "phone_changed", "address_changed")
            )
            for person in changes["phone_changed"]:
                if person in before.people:
                    told = [said(read.people[person], "TEL_PORTABLE") for read in (before, after)]
                    assert told[0] != told[1]
            kept = before.staff.keys() & after.staff.keys()
            assert (
                before.staff.keys() - kept and after.staff.keys() - kept and len(kept) > len(after.staff) / 2
            )
