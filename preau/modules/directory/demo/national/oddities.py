"""What of a September's files is out of the ordinary: what the manifest lists. Looked for among the people
themselves, so that what chance brought is told too."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from preau.modules.directory.demo.national import neighbours
from preau.modules.directory.demo.national.letters import fits
from preau.modules.directory.demo.national.life import September
from preau.modules.directory.demo.national.numbers import uai
from preau.modules.directory.demo.national.people import (
    CONTACT,
    FATHER,
    FOSTER,
    IN_CHARGE,
    MOTHER,
    WELFARE,
    Guardian,
    Pupil,
    Tie,
)
from preau.modules.directory.demo.national.siecle import groups_first
from preau.modules.directory.demo.national.surnames import LONGEST

Found = dict[str, list[Any]]

_PARTICLES = ("de ", "d’", "d'", "du ", "des ", "dos ", "da ", "le ", "la ", "el ", "ben ")


def _accented(name: str) -> bool:
    return any(not letter.isascii() and letter not in "’œŒ" for letter in name)


# Of a whole name: the family's and the first one together where both count.
_NAMES: dict[str, Callable[[str, str], bool]] = {
    "accent": lambda name, first: _accented(name + first),
    "particle": lambda name, first: name.lower().startswith(_PARTICLES),
    "apostrophe_straight": lambda name, first: "'" in name,
    "apostrophe_typographic": lambda name, first: "’" in name,
    "hyphen": lambda name, first: "-" in name or "-" in first,
    "ligature": lambda name, first: "œ" in name.lower(),
    "letters_outside_latin9": lambda name, first: not fits((name + first).replace("’", "")),
    "name_of_60_characters": lambda name, first: len(name) == LONGEST,
}


def found(september: September) -> Found:
    """Kind to ids, in the order of the files; kinds nothing shows are left out."""
    if september.order.clean:
        return {}
    kinds: Found = {}
    for part in (_of_pupils, _of_families, _of_names, _of_ties, _of_guardians, _of_the_school):
        for kind, item in part(september):
            kinds.setdefault(kind, []).append(item)
    kinds["guardian_in_two_schools"] = list(_in_two_schools(september))
    return {kind: items for kind, items in sorted(kinds.items()) if items}


Item = tuple[str, Any]


def _of_pupils(september: September) -> Iterator[Item]:
    for pupil in september.pupils:
        for kind in _kinds_of(pupil, september):
            yield kind, pupil.id


def _kinds_of(pupil: Pupil, september: September) -> Iterator[str]:
    fake = {division.code for division in september.divisions if division.fake}
    if not pupil.ine:
        yield "pupil_without_ine"
    elif pupil.ine[-2].isdigit():
        yield "ine_of_before"
    if len(pupil.divisions) > 1:
        yield "pupil_in_two_divisions"
    if fake & set(pupil.divisions):
        yield "pupil_in_fake_division"
    if pupil.left_on:
        yield "pupil_left" if pupil.divisions else "pupil_left_without_division"
    elif not pupil.divisions:
        yield "pupil_with_groups_only" if pupil.groups else "pupil_without_division"
    if pupil.segpa:
        yield "segpa_pupil"
    if pupil.repeats:
        yield "pupil_repeating"
    if int(pupil.born[-4:]) <= september.year - 18:
        yield "pupil_of_age"
    if pupil.birth_country != "100" and not pupil.birth_town:
        yield "birthplace_abroad_unknown"
    if pupil.family.usual_name:
        yield "usual_name"
    if pupil.groups and pupil.divisions and groups_first(pupil):
        yield "group_before_division"


def _of_families(september: September) -> Iterator[Item]:
    families: dict[int, list[Pupil]] = {}
    namesakes: dict[tuple[str, str], list[Pupil]] = {}
    for pupil in september.pupils:
        families.setdefault(id(pupil.family), []).append(pupil)
        namesakes.setdefault((pupil.name, pupil.first_name), []).append(pupil)
    for children in families.values():
        if len(children) > 1:
            twins = len({child.born for child in children}) < len(children)
            yield "twins" if twins else "siblings", [child.id for child in children]
    for same in namesakes.values():
        if len(same) > 1:
            yield "homonyms", [pupil.id for pupil in same]


def _of_names(september: September) -> Iterator[Item]:
    for pupil in september.pupils:
        for kind in _name_kinds(pupil.name, pupil.first_name):
            yield kind, pupil.id
    for guardian in september.guardians():
        for kind in _name_kinds(guardian.family_name, guardian.first_name):
            yield f"{kind}_guardian", guardian.id
        if guardian.usual_name:
            yield "usual_name_guardian", guardian.id


def _name_kinds(name: str, first: str) -> Iterable[str]:
    return (kind for kind, shows in _NAMES.items() if shows(name, first))


def _of_ties(september: September) -> Iterator[Item]:
    for pupil in september.pupils:
        parents = [tie.guardian for tie in pupil.ties if tie.kinship in (MOTHER, FATHER) and tie.guardian]
        if len({parent.address.id for parent in parents if parent.address}) > 1:
            yield "separated_parents", [pupil.id, *(parent.id for parent in parents)]
        for tie in pupil.ties:
            for kind in _tie_kinds(tie):
                yield kind, [pupil.id, tie.person]


def _tie_kinds(tie: Tie) -> Iterator[str]:
    if tie.guardian is None:
        yield "link_to_missing_person"
    elif tie.level == IN_CHARGE:
        yield "level_2_contact"
    elif tie.level == CONTACT:
        yield "level_3_contact"
    if tie.kinship == FOSTER:
        yield "foster_worker"
    elif tie.kinship == WELFARE:
        yield "social_welfare"


def _of_guardians(september: September) -> Iterator[Item]:
    tied: set[str] = set()
    mailboxes: dict[str, list[str]] = {}
    written_twice: dict[int, list[Guardian]] = {}
    for pupil in september.pupils:
        for tie in pupil.ties:
            tied.add(tie.person)
            family, guardian = pupil.family, tie.guardian
            if family.again is not None and guardian is not None and tie.kinship == MOTHER:
                both = written_twice.setdefault(family.index, [])
                if guardian not in both:
                    both.append(guardian)
    for guardian in september.guardians():
        if guardian.mail:
            mailboxes.setdefault(guardian.mail, []).append(guardian.id)
        if guardian.id not in tied:
            yield "guardian_without_link", guardian.id
        if guardian.mobile:
            yield f"phone_{guardian.shapes[1]}", guardian.id
    twice = [[guardian.id for guardian in both] for both in written_twice.values() if len(both) > 1]
    for ids in twice:
        yield "person_twice", ids
    for ids in mailboxes.values():
        if len(ids) > 1 and ids not in twice:
            yield "mailbox_of_two", ids


def _of_the_school(september: September) -> Iterator[Item]:
    for division in september.divisions:
        if division.fake:
            yield "fake_division", division.code
        if division.segpa:
            yield "segpa_division", division.code
        if division.code != division.code.rstrip():
            yield "division_code_with_trailing_blank", division.code
        if " " in division.code.strip():
            yield "division_code_with_inner_blank", division.code
    for group in september.groups:
        if not group.label:
            yield "group_without_label", group.code
    for member in september.team.members:
        if member.local:
            yield "sts_local", member.id
        if member.replaces:
            yield "teacher_replaced", [member.replaces, member.id]
    for code, services in september.team.services.items():
        for service in services:
            if not service.mode:
                yield "service_without_mode", [code, service.subject]


def _in_two_schools(september: September) -> Iterator[dict[str, Any]]:
    for shared in neighbours.listed(september.order, september.school, september.year):
        sides = shared.sides()
        yield {
            "same_ids": shared.one_id,
            "sides": [
                {"uai": uai(int(school)), "pupil": pupil, "persons": persons}
                for school, pupil, persons in sides
            ],
        }


def facts(september: September) -> dict[str, Any]:
    """Counts and what a whole set of files must agree on."""
    links = sum(len(pupil.ties) for pupil in september.pupils)
    return {
        "pupils": len(september.pupils),
        "guardians": len(september.guardians()),
        "links": links,
        "divisions": sum(not division.fake for division in september.divisions),
        "groups": len(september.groups),
        "staff": len(september.team.members),
        "teachers": len(september.team.teachers()),
    }
