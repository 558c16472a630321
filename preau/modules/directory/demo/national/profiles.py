"""The same people as an ENT takes them: a CSV for each profile, in UTF-8, which keeps ’ and every letter."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from preau.modules.directory.demo.national.classes import FORMATIONS, mef
from preau.modules.directory.demo.national.life import September
from preau.modules.directory.demo.national.people import Pupil
from preau.modules.directory.demo.national.subjects import SUBJECTS

CHILDREN = 3
DIVISIONS = 2


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(row)
        yield line.getvalue()


def _padded(values: Iterable[str], size: int) -> list[str]:
    kept = list(values)[:size]
    return kept + [""] * (size - len(kept))


def _enrolled(september: September) -> Iterator[Pupil]:
    return (pupil for pupil in september.pupils if not pupil.left_on)


def pupils(september: September) -> Iterator[str]:
    return _lines(_pupils(september))


def _pupils(september: September) -> Iterator[Sequence[str]]:
    yield [
        "Id", "Nom", "Nom usage", "Prénom", "Date de naissance", "Sexe", "INE", "Niveau", "MEF", "Régime",
        *["Classe"] * DIVISIONS, "Groupes", "Adresse", "Code postal", "Ville", "Pays",
    ]  # fmt: skip
    for pupil in _enrolled(september):
        home = pupil.family.address
        yield [
            pupil.id, pupil.name, pupil.family.usual_name, pupil.first_name, pupil.born,
            "F" if pupil.girl else "M", pupil.ine, FORMATIONS[pupil.level], mef(pupil), pupil.regime,
            *_padded(pupil.divisions, DIVISIONS), ",".join(pupil.groups),
            ", ".join(filter(None, (home.street, home.complement))), home.postcode, home.town, "FRANCE",
        ]  # fmt: skip


def relatives(september: September) -> Iterator[str]:
    return _lines(_relatives(september))


def _relatives(september: September) -> Iterator[Sequence[str]]:
    yield [
        "Id", "Civilité", "Nom", "Nom usage", "Prénom", "Téléphone domicile", "Téléphone travail",
        "Téléphone portable", "Courriel", "Adresse", "Code postal", "Ville", "Pays",
        *["Id enfant", "Nom enfant", "Prénom enfant", "Classe enfant"] * CHILDREN,
    ]  # fmt: skip
    children: dict[str, list[Pupil]] = {}
    for pupil in _enrolled(september):
        for tie in pupil.ties:
            children.setdefault(tie.person, []).append(pupil)
    for guardian in september.guardians():
        if guardian.id not in children:
            continue
        at_home, mobile, at_work = guardian.phones()
        home = guardian.address
        where = (
            [", ".join(filter(None, (home.street, home.complement))), home.postcode, home.town, "FRANCE"]
            if home
            else [""] * 4
        )
        of_children = [
            value
            for child in children[guardian.id]
            for value in (child.id, child.name, child.first_name, "".join(child.divisions[:1]))
        ]
        yield [
            guardian.id, "MME" if guardian.woman else "M.", guardian.family_name, guardian.usual_name,
            guardian.first_name, at_home, at_work, mobile, guardian.mail, *where,
            *_padded(of_children, 4 * CHILDREN),
        ]  # fmt: skip


def teachers(september: September) -> Iterator[str]:
    return _lines(_teachers(september))


def _teachers(september: September) -> Iterator[Sequence[str]]:
    classes: dict[str, dict[str, None]] = {}
    subjects: dict[str, dict[str, None]] = {}
    labels = {subject.code: subject.label for subject in SUBJECTS.values()}
    for code, services in september.team.services.items():
        for service in services:
            for teacher in service.teachers:
                classes.setdefault(teacher.id, {})[code] = None
                subjects.setdefault(teacher.id, {})[labels[service.subject]] = None
    most = max((len(codes) for codes in classes.values()), default=0)
    yield [
        "Id", "Civilité", "Nom", "Nom usage", "Prénom", "Date de naissance", "Fonction", "Courriel",
        "Professeur principal", "Matière enseignée", *["Classe"] * most,
    ]  # fmt: skip
    for teacher in september.team.teachers():
        year, month, day = teacher.born.split("-")
        usual = teacher.usual_name if teacher.usual_name != teacher.family_name else ""
        yield [
            teacher.id, "MME" if teacher.woman else "M.", teacher.family_name, usual, teacher.first_name,
            f"{day}/{month}/{year}", teacher.function, teacher.mail,
            ",".join(leading.division for leading in teacher.leads),
            ",".join(subjects.get(teacher.id, ())), *_padded(classes.get(teacher.id, ()), most),
        ]  # fmt: skip
