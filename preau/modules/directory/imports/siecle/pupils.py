"""ElevesAvecAdresses, ElevesSansAdresses: the pupils, their options, classes and groups, addresses."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.kernel.intake.xml import Found
from preau.modules.directory.imports import values
from preau.modules.directory.imports.problems import Problem, Severity
from preau.modules.directory.imports.reading import Reading, fields_of
from preau.modules.directory.imports.said import Header, Row, SaidOption, SaidPlace, SaidPupil
from preau.modules.directory.imports.siecle.people import ADDRESS_PATH, address, numbered, who

PATHS = (
    "DONNEES/ELEVES/ELEVE",
    "DONNEES/OPTIONS/OPTION",
    "DONNEES/STRUCTURES/STRUCTURES_ELEVE",
    ADDRESS_PATH,
)

_BIRTH, _ENTRY, _EXIT = (
    gettext_lazy("Date de naissance"),
    gettext_lazy("Date d’entrée"),
    gettext_lazy("Date de sortie"),
)
_KINDS = {"D": "division", "G": "group"}


def pupils(found: Iterable[Found], header: Header) -> Iterator[Row]:
    return _Pupils(header).rows(found)


class _Pupils:
    """Keeps for each pupil an id, an INE and a name, to tell of doubles and of pupils without a class."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.ids: dict[str, int] = {}
        self.ines: dict[str, tuple[int, str]] = {}
        self.without_division: dict[str, tuple[int, str]] = {}
        self.has_divisions = False

    def rows(self, found: Iterable[Found]) -> Iterator[Row]:
        read = dict(zip(PATHS, (self._pupil, _options, self._places, address), strict=True))
        for each in found:
            yield from read[each.path](each)
        yield from self._left_without_division()

    def _pupil(self, found: Found) -> Iterator[Row]:
        row = Reading(found.line, fields_of(found.element))
        pupil_id = row.code("ELEVE_ID")
        birth_name, first_name = row.name("NOM_DE_FAMILLE", "NOM"), row.name("PRENOM")
        last_name = row.name("NOM_USAGE") or birth_name
        ine = row.ine("INE_RNIE", "ID_NATIONAL", "INE_BEA")
        row.who = who(last_name, first_name, ine, pupil_id)
        if refused := self._unusable(row, pupil_id, last_name):
            yield refused
            return
        self.ids[pupil_id] = found.line
        self._compare_ine(row, ine)
        if not first_name:
            row.doubt("first_name", _("Cet élève n’a pas de prénom."))
        regime = row.text("CODE_REGIME")
        boarding = values.boarding(regime)
        if regime and not boarding:
            row.doubt("boarding", _("Le régime « %(code)s » n’est pas connu.") % {"code": regime[:20]})
        said = SaidPupil(
            line=found.line,
            external_id=pupil_id,
            school_number=row.code("ELENOET"),
            ine=ine,
            last_name=last_name,
            birth_name=birth_name or last_name,
            first_name=first_name,
            other_first_names=tuple(filter(None, (row.name("PRENOM2"), row.name("PRENOM3")))),
            birth_date=row.day("DATE_NAISS", _BIRTH),
            sex=values.sex(row.text("CODE_SEXE")),
            mef=row.mef("CODE_MEF"),
            level="",
            boarding=boarding,
            boarding_code=regime,
            enters_on=row.day("DATE_ENTREE", _ENTRY),
            leaves_on=row.day("DATE_SORTIE", _EXIT),
            repeats=row.truth("DOUBLEMENT"),
            email=row.email("MEL"),
            home_phone=row.phone("TEL_PERSONNEL"),
            mobile_phone=row.phone("TEL_PORTABLE"),
            work_phone=row.phone("TEL_PROFESSIONNEL"),
            takes_sms=row.truth("ACCEPTE_SMS"),
            address_id=row.code("ADRESSE_ID"),
        )
        self._compare_days(row, said)
        yield said
        yield from row.problems

    def _unusable(self, row: Reading, pupil_id: str, last_name: str) -> Problem | None:
        if not pupil_id:
            return row.left_out(
                "pupil_id",
                _("Cet élève n’a pas de numéro (ELEVE_ID) : il n’est pas repris. Refaites l’export."),
            )
        if not last_name:
            return row.left_out("last_name", _("Cet élève n’a pas de nom : il n’est pas repris."))
        if pupil_id in self.ids:
            return row.left_out(
                "pupil_twice",
                _("Cet élève est déjà à la ligne %(line)d : cette ligne-ci n’est pas reprise.")
                % {"line": self.ids[pupil_id]},
            )
        return None

    def _compare_ine(self, row: Reading, ine: str) -> None:
        if not ine:
            return
        if ine in self.ines:
            line, other = self.ines[ine]
            row.doubt(
                "ine_twice",
                _(
                    "L’INE %(ine)s est aussi celui de %(other)s, ligne %(line)d : l’un des deux est faux,"
                    " corrigez-le dans SIECLE."
                )
                % {"ine": ine, "other": other, "line": line},
            )
        else:
            self.ines[ine] = row.line, row.who

    def _compare_days(self, row: Reading, pupil: SaidPupil) -> None:
        if pupil.leaves_on and pupil.enters_on and pupil.leaves_on < pupil.enters_on:
            row.doubt(
                "days_order",
                _("La sortie (%(leaves)s) est avant l’entrée (%(enters)s).")
                % {"leaves": _written(pupil.leaves_on), "enters": _written(pupil.enters_on)},
            )
        if pupil.birth_date and self.header.year and not 1 < self.header.year - pupil.birth_date.year < 80:
            row.doubt(
                "birth_date",
                _("Une naissance le %(day)s n’est pas celle d’un élève : vérifiez la date.")
                % {"day": _written(pupil.birth_date)},
            )
        if pupil.leaves_on is None:
            self.without_division[pupil.external_id] = pupil.line, row.who
            return
        day = _written(pupil.leaves_on)
        if self.header.exported_on and pupil.leaves_on > self.header.exported_on:
            row.remark("leaves", _("Cet élève quittera l’établissement le %(day)s.") % {"day": day})
        else:
            row.remark("left", _("Cet élève a quitté l’établissement le %(day)s.") % {"day": day})

    def _places(self, found: Found) -> Iterator[Row]:
        pupil_id = Reading(found.line, fields_of(found.element)).code("ELEVE_ID")
        for structure in found.element.iter("STRUCTURE"):
            row = Reading(found.line, fields_of(structure))
            code, kind = row.code("CODE_STRUCTURE"), _KINDS.get(row.text("TYPE_STRUCTURE").upper())
            if not pupil_id or not code or kind is None:
                row.who = numbered(pupil_id)
                yield row.left_out(
                    "place",
                    _("Ce placement dans une classe ou un groupe est incomplet : il n’est pas repris."),
                )
                continue
            if kind == "division":
                self.has_divisions = True
                self.without_division.pop(pupil_id, None)
            yield SaidPlace(found.line, pupil_id, kind, code, values.code_key(code))

    def _left_without_division(self) -> Iterator[Problem]:
        if self.ids and not self.has_divisions:
            cause = _(
                "Ce fichier ne met aucun élève dans une classe. Affectez les élèves à leur division dans"
                " SIECLE, puis refaites l’export."
            )
            yield Problem(Severity.REMARK, 0, "", cause, "no_divisions")
            return
        for line, called in self.without_division.values():
            cause = _("Cet élève n’est dans aucune classe : affectez-le à une division dans SIECLE.")
            yield Problem(Severity.DOUBT, line, called, cause, "no_division")


def _options(found: Found) -> Iterator[Row]:
    pupil_id = Reading(found.line, fields_of(found.element)).code("ELEVE_ID")
    for option in found.element.iter("OPTIONS_ELEVE"):
        row = Reading(found.line, fields_of(option))
        rank, subject = row.text("NUM_OPTION"), row.code("CODE_MATIERE")
        if pupil_id and subject:
            yield SaidOption(
                found.line, pupil_id, _small(rank), subject, row.text("CODE_MODALITE_ELECT").upper()
            )


def _small(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 4 else None


def _written(day: object) -> str:
    return f"{day:%d/%m/%Y}"
