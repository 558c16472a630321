"""The exports of SIECLE and STS-web of one September, in memory.

Their shape is the national one; but they are in UTF-8 and names keep their small letters and every sign, so
that the demonstration reads as people write. Files with all that hurts in real ones: `national/`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from html import escape
from io import BytesIO
from typing import BinaryIO

from preau.modules.directory.demo.families import Adult, Child, Home, Tie
from preau.modules.directory.demo.schools import SUBJECTS
from preau.modules.directory.demo.september import (
    FUNCTIONS,
    SEGPA_GROUP,
    Seat,
    September,
    Taught,
    is_in_files,
)
from preau.modules.directory.demo.staff import Colleague
from preau.modules.directory.models import Thing

# National codes of the courses of study, by level; the second are those of a SEGPA.
MEFS = {
    "6e": ("10010012110", "16410002110"),
    "5e": ("10110001110", "16510002110"),
    "4e": ("10210001110", "16610002110"),
    "3e": ("10310019110", "16710002110"),
}
_CODES = {short: code for short, code, *_ in SUBJECTS}
_LABELS = {short: label for short, _, label, *_ in SUBJECTS}
_DAY_PUPIL, _HALF_BOARDER = "0", "2"


def files(september: September) -> list[tuple[str, BinaryIO]]:
    """All that the office brings after a rentrée, as uploads."""
    uai = september.plan.units[0][0]
    written = {
        "Nomenclature.xml": _siecle("BEE_NOMENCLATURES", "3.1", september, _nomenclature(september)),
        "Structures.xml": _siecle("BEE_STRUCTURES", "2.0", september, _structures(september)),
        "ElevesAvecAdresses.xml": _siecle("BEE_ELEVES", "3.0", september, _pupils(september)),
        "ResponsablesAvecAdresses.xml": _siecle("BEE_RESPONSABLES", "2.1", september, _guardians(september)),
        f"sts_emp_{uai}_{september.year}.xml": _sts(september, uai, in_segpa=False),
    }
    if september.in_segpa:
        # A unit of its own, with its own posts and groups.
        segpa = september.plan.units[1][0]
        written[f"sts_emp_{segpa}_{september.year}.xml"] = _sts(september, segpa, in_segpa=True)
    return [(name, _upload(pieces)) for name, pieces in written.items()]


def structure_alone(september: September) -> list[tuple[str, BinaryIO]]:
    """What there is in June of the year to come: its classes."""
    pieces = _siecle("BEE_STRUCTURES", "2.0", september, _structures(september))
    return [("Structures.xml", _upload(pieces))]


def _upload(pieces: Iterable[str]) -> BinaryIO:
    return BytesIO("".join(pieces).encode())


def _leaves(*fields: tuple[str, str]) -> str:
    return "".join(f"<{name}>{escape(value, quote=False)}</{name}>" for name, value in fields if value)


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _siecle(root: str, version: str, september: September, data: Iterable[str]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} VERSION="{version}">\n<PARAMETRES>'
    yield _leaves(
        ("UAJ", september.plan.units[0][0]),
        ("ANNEE_SCOLAIRE", str(september.year)),
        ("DATE_EXPORT", f"01/09/{september.year}"),
    )
    yield "</PARAMETRES>\n<DONNEES>\n"
    yield from data
    yield f"</DONNEES>\n</{root}>\n"


def _nomenclature(september: September) -> Iterator[str]:
    yield "<MEFS>\n"
    for level, (mef, segpa) in MEFS.items():
        yield f'<MEF CODE_MEF="{mef}">{_leaves(("LIBELLE_LONG", f"{level[0]}EME"))}</MEF>\n'
        if september.plan.has_segpa:
            yield f'<MEF CODE_MEF="{segpa}">{_leaves(("LIBELLE_LONG", f"{level[0]}EME SEGPA"))}</MEF>\n'
    yield "</MEFS>\n<MATIERES>\n"
    for short, code, label, *_ in SUBJECTS:
        fields = _leaves(("CODE_GESTION", short), ("LIBELLE_EDITION", label))
        yield f'<MATIERE CODE_MATIERE="{code}">{fields}</MATIERE>\n'
    yield "</MATIERES>\n"


def _structures(september: September) -> Iterator[str]:
    uai = september.plan.units[0][0]
    yield "<DIVISIONS>\n"
    for code in september.divisions:
        mef = MEFS[f"{code[0]}e"][0]
        yield (
            f'<DIVISION CODE_STRUCTURE="{code}">{_leaves(("LIBELLE_LONG", code), ("CODE_RNE", uai))}'
            f"<MEFS_APPARTENANCE><MEF_APPARTENANCE><CODE_MEF>{mef}</CODE_MEF></MEF_APPARTENANCE>"
            "</MEFS_APPARTENANCE></DIVISION>\n"
        )
    yield "</DIVISIONS>\n<GROUPES>\n"
    for code, gathering in september.gatherings.items():
        yield (
            f'<GROUPE CODE_STRUCTURE="{code}">{_leaves(("LIBELLE_LONG", gathering.label))}'
            f"{_of_divisions('CODE_STRUCTURE', gathering.divisions)}</GROUPE>\n"
        )
    yield "</GROUPES>\n"


def _of_divisions(attribute: str, codes: Iterable[str]) -> str:
    inner = "".join(f'<DIVISION_APPARTENANCE {attribute}="{code}"/>' for code in codes)
    return f"<DIVISIONS_APPARTENANCE>{inner}</DIVISIONS_APPARTENANCE>"


def _pupils(september: September) -> Iterator[str]:
    yield "<ELEVES>\n"
    for rank, seat in enumerate(september.seats):
        yield _pupil(september, seat, _HALF_BOARDER if rank % 3 else _DAY_PUPIL)
    yield "</ELEVES>\n<STRUCTURES>\n"
    for seat in september.seats:
        places = "".join(
            f"<STRUCTURE>{_leaves(('CODE_STRUCTURE', code), ('TYPE_STRUCTURE', kind))}</STRUCTURE>"
            for kind, code in (("D", seat.division), *(("G", code) for code in seat.groups))
        )
        number = september.register.number(Thing.PUPIL, seat.child.key)
        yield f'<STRUCTURES_ELEVE ELEVE_ID="{number}">{places}</STRUCTURES_ELEVE>\n'
    yield "</STRUCTURES>\n"
    yield from _addresses(september, (seat.child.home for seat in september.seats))


def _pupil(september: September, seat: Seat, regime: str) -> str:
    register, child = september.register, seat.child
    first_day = date(september.year, 9, 1)
    leaves_on = first_day + timedelta(days=child.leaves_after) if child.leaves_after else None
    others = child.other_first_names.split(", ") if child.other_first_names else []
    # He comes and goes in the year these days are of: to the year before he was there from its first day.
    this_year = september.year == register.start
    fields = _leaves(
        ("INE_RNIE", register.ine(child)),
        ("NOM_DE_FAMILLE", child.last_name),
        ("PRENOM", child.first_name),
        *((f"PRENOM{rank}", name) for rank, name in enumerate(others, start=2)),
        ("DATE_NAISS", _written(register.born(child))),
        ("DOUBLEMENT", "0"),
        ("TEL_PERSONNEL", child.home.phone),
        ("TEL_PORTABLE", child.mobile),
        ("MEL", child.email),
        ("DATE_ENTREE", _written(register.came(child) + timedelta(days=child.arrives_after))),
        ("DATE_SORTIE", _written(leaves_on) if leaves_on and this_year else ""),
        ("CODE_REGIME", regime),
        ("CODE_STATUT", "ST"),
        ("CODE_MEF", MEFS[f"{seat.division[0]}e"][child.segpa]),
        ("ADRESSE_ID", register.homes[child.home]),
    )
    return f'<ELEVE ELEVE_ID="{register.number(Thing.PUPIL, child.key)}">{fields}</ELEVE>\n'


def _addresses(september: September, homes: Iterable[Home | None]) -> Iterator[str]:
    yield "<ADRESSES>\n"
    for home in dict.fromkeys(homes):
        if home is not None:
            fields = _leaves(
                ("LIGNE1_ADRESSE", home.address),
                ("CODE_POSTAL", home.postal_code),
                ("CODE_PAYS", "100"),
                ("LIBELLE_POSTAL", home.city),
            )
            yield f'<ADRESSE ADRESSE_ID="{september.register.homes[home]}">{fields}</ADRESSE>\n'
    yield "</ADRESSES>\n"


def _guardians(september: September) -> Iterator[str]:
    ties = [(seat.child, tie) for seat in september.seats for tie in seat.child.ties]
    adults = {tie.adult.key: tie.adult for _, tie in ties}
    yield "<PERSONNES>\n"
    for adult in adults.values():
        yield _guardian(september, adult)
    yield "</PERSONNES>\n<RESPONSABLES>\n"
    for child, tie in ties:
        yield _tie(september, child, tie)
    yield "</RESPONSABLES>\n"
    yield from _addresses(september, (adult.home for adult in adults.values()))


def _guardian(september: September, adult: Adult) -> str:
    fields = _leaves(
        ("LC_CIVILITE", "MME" if adult.civility == "MME" else "M."),
        ("NOM_DE_FAMILLE", adult.birth_name or adult.last_name),
        ("NOM_USAGE", adult.last_name if adult.birth_name else ""),
        ("PRENOM", adult.first_name),
        ("TEL_PERSONNEL", adult.home.phone if adult.home else ""),
        ("TEL_PORTABLE", adult.mobile),
        ("TEL_PROFESSIONNEL", adult.work_phone),
        ("MEL", adult.email),
        ("ADRESSE_ID", september.register.homes[adult.home] if adult.home else ""),
    )
    number = september.register.number(Thing.GUARDIAN, adult.key)
    return f'<PERSONNE PERSONNE_ID="{number}">{fields}</PERSONNE>\n'


def _tie(september: September, child: Child, tie: Tie) -> str:
    fields = _leaves(
        ("ELEVE_ID", september.register.number(Thing.PUPIL, child.key)),
        ("PERSONNE_ID", september.register.number(Thing.GUARDIAN, tie.adult.key)),
        ("NIVEAU_RESPONSABILITE", str(int(tie.level))),
        ("CODE_PARENTE", str(tie.kinship)),
        ("HEBERGE_ELEVE", "true" if tie.houses else "false"),
    )
    return f"<RESPONSABLE_ELEVE>{fields}</RESPONSABLE_ELEVE>\n"


def _sts(september: September, uai: str, *, in_segpa: bool) -> Iterator[str]:
    register = september.register
    staff = [each for each in september.staff if is_in_files(each) and each.segpa is in_segpa]
    here = {each.key for each in staff}
    services: dict[str, list[Taught]] = {}
    for taught in september.services():
        if here & {teacher.key for teacher in taught.teachers}:
            services.setdefault(taught.groups[0], []).append(taught)
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<STS_EDT>\n<PARAMETRES><UAJ CODE="{uai}"/>'
        f'<ANNEE_SCOLAIRE ANNEE="{september.year}"/></PARAMETRES>\n<NOMENCLATURES><MATIERES>\n'
    )
    for short, code, label, *_ in SUBJECTS:
        fields = _leaves(("CODE_GESTION", short), ("LIBELLE_EDITION", label))
        yield f'<MATIERE CODE="{code}">{fields}</MATIERE>\n'
    yield "</MATIERES></NOMENCLATURES>\n<DONNEES>\n<INDIVIDUS>\n"
    for colleague in staff:
        yield _individual(september, colleague, register.number(Thing.STAFF, colleague.key))
    yield "</INDIVIDUS>\n<STRUCTURE>\n<DIVISIONS>\n"
    for code in () if in_segpa else september.divisions:
        label = _leaves(("LIBELLE_LONG", code))
        yield f'<DIVISION CODE="{code}">{label}{_services(september, services.get(code, ()))}</DIVISION>\n'
    yield "</DIVISIONS>\n<GROUPES>\n"
    if in_segpa:
        groups = {SEGPA_GROUP: ("6e SEGPA", tuple(sorted({seat.division for seat in september.in_segpa})))}
    else:
        groups = {code: (each.label, each.divisions) for code, each in september.gatherings.items()}
    for code, (name, divisions) in groups.items():
        yield (
            f'<GROUPE CODE="{code}">{_leaves(("LIBELLE_LONG", name))}{_of_divisions("CODE", divisions)}'
            f"{_services(september, services.get(code, ()))}</GROUPE>\n"
        )
    yield "</GROUPES>\n</STRUCTURE>\n</DONNEES>\n</STS_EDT>\n"


def _individual(september: September, colleague: Colleague, number: str) -> str:
    sex = "2" if colleague.civility == "MME" else "1"
    ordinal = int(number) // 20
    born = date(1964 + ordinal * 7 % 36, 1 + ordinal * 5 % 12, 1 + ordinal * 11 % 28)
    fields = _leaves(
        ("SEXE", sex),
        ("CIVILITE", sex),
        ("NOM_USAGE", colleague.last_name),
        ("NOM_PATRONYMIQUE", colleague.last_name),
        ("PRENOM", colleague.first_name),
        ("DATE_NAISSANCE", born.isoformat()),
        ("FONCTION", FUNCTIONS[colleague.profile]),
    )
    leads = colleague.leads if colleague.leads in september.divisions else ""
    head = f"<PROFS_PRINC><PROF_PRINC><CODE_STRUCTURE>{leads}</CODE_STRUCTURE></PROF_PRINC></PROFS_PRINC>"
    subject = colleague.teaches.partition(" ")[0]
    taught = (
        f"<DISCIPLINES><DISCIPLINE>{_leaves(('LIBELLE_COURT', _LABELS[subject]))}</DISCIPLINE></DISCIPLINES>"
        if subject
        else ""
    )
    # Assistants are the school's own: the ministry does not know them.
    kind = "local" if colleague.profile == "aed" else "epp"
    return f'<INDIVIDU ID="{number}" TYPE="{kind}">{fields}{head if leads else ""}{taught}</INDIVIDU>\n'


def _services(september: September, services: Iterable[Taught]) -> str:
    lines = []
    for each in services:
        teachers = "".join(
            f'<ENSEIGNANT ID="{september.register.number(Thing.STAFF, teacher.key)}" TYPE="epp"/>'
            for teacher in each.teachers
        )
        code = _CODES[each.subject]
        lines.append(
            f'<SERVICE CODE_MATIERE="{code}" CODE_MOD_COURS="CG">'
            f"<ENSEIGNANTS>{teachers}</ENSEIGNANTS></SERVICE>"
        )
    return f"<SERVICES>{''.join(lines)}</SERVICES>"
