"""ResponsablesAvecAdresses: people, who answers for whom, addresses."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from preau.kernel.intake.xml import Found
from preau.modules.directory.imports import values
from preau.modules.directory.imports.problems import Problem, Severity
from preau.modules.directory.imports.reading import Reading, fields_of
from preau.modules.directory.imports.said import Header, Row, SaidCharge, SaidGuardian
from preau.modules.directory.imports.siecle.people import ADDRESS_PATH, address, who

PATHS = ("DONNEES/PERSONNES/PERSONNE", "DONNEES/RESPONSABLES/RESPONSABLE_ELEVE", ADDRESS_PATH)

# RESP_LEGAL, before 2018: first and second legal guardian, or somebody to call.
_OLD_LEVELS = {"1": 1, "2": 1, "0": 3}


def guardians(found: Iterable[Found], header: Header) -> Iterator[Row]:
    return _Guardians().rows(found)


class _Guardians:
    """Keeps the ids of people and of links: the file has both people nobody needs and links to nobody."""

    def __init__(self) -> None:
        self.people: dict[str, int] = {}
        self.unlinked: dict[str, tuple[int, str]] = {}
        self.to_nobody: dict[str, list[tuple[int, str]]] = {}

    def rows(self, found: Iterable[Found]) -> Iterator[Row]:
        read = dict(zip(PATHS, (self._person, self._charge, address), strict=True))
        for each in found:
            yield from read[each.path](each)
        yield from self._loose_ends()

    def _person(self, found: Found) -> Iterator[Row]:
        row = Reading(found.line, fields_of(found.element))
        person_id = row.code("PERSONNE_ID")
        birth_name, first_name = row.name("NOM_DE_FAMILLE", "NOM"), row.name("PRENOM")
        last_name = row.name("NOM_USAGE") or birth_name
        row.who = who(last_name, first_name, "", person_id)
        if not person_id or not last_name:
            yield row.left_out(
                "person",
                _("Ce responsable n’a pas de nom ou pas de numéro (PERSONNE_ID) : il n’est pas repris."),
            )
            return
        if person_id in self.people:
            yield row.left_out(
                "person_twice",
                _("Ce responsable est déjà à la ligne %(line)d : cette ligne-ci n’est pas reprise.")
                % {"line": self.people[person_id]},
            )
            return
        self.people[person_id] = found.line
        if person_id in self.to_nobody:
            del self.to_nobody[person_id]
        else:
            self.unlinked[person_id] = found.line, row.who
        yield SaidGuardian(
            line=found.line,
            external_id=person_id,
            civility=values.civility(row.text("LC_CIVILITE", "LL_CIVILITE", "CIVILITE")),
            last_name=last_name,
            birth_name=birth_name or last_name,
            first_name=first_name,
            email=row.email("MEL"),
            home_phone=row.phone("TEL_PERSONNEL"),
            mobile_phone=row.phone("TEL_PORTABLE"),
            work_phone=row.phone("TEL_PROFESSIONNEL"),
            takes_sms=row.truth("ACCEPTE_SMS"),
            shares_address=row.truth("COMMUNICATION_ADRESSE"),
            address_id=row.code("ADRESSE_ID"),
        )
        yield from row.problems

    def _charge(self, found: Found) -> Iterator[Row]:
        row = Reading(found.line, fields_of(found.element))
        pupil_id, guardian_id = row.code("ELEVE_ID"), row.code("PERSONNE_ID")
        row.who = _("responsable n° %(guardian)s de l’élève n° %(pupil)s") % {
            "guardian": guardian_id or "?",
            "pupil": pupil_id or "?",
        }
        if not pupil_id or not guardian_id:
            yield row.left_out(
                "charge", _("Ce lien ne dit pas qui répond de quel élève : il n’est pas repris.")
            )
            return
        self.unlinked.pop(guardian_id, None)
        if guardian_id not in self.people:
            self.to_nobody.setdefault(guardian_id, []).append((found.line, row.who))
        level, rank = self._level(row)
        kinship_code = row.text("CODE_PARENTE")
        kinship = values.kinship(kinship_code)
        if kinship is None:
            row.doubt(
                "kinship", _("Le lien de parenté « %(code)s » n’est pas connu.") % {"code": kinship_code[:20]}
            )
        yield SaidCharge(
            line=found.line,
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            child=None,
            level=level,
            rank=rank,
            kinship=kinship or "",
            kinship_code=kinship_code,
            houses=row.truth("HEBERGE_ELEVE"),
            pays=row.truth("PAIE_FRAIS_SCOLAIRES", "RESP_FINANCIER"),
            receives_aid=row.truth("PERCOIT_LES_AIDES", "PERS_PAIMENT"),
            called_first=row.truth("A_CONTACTER_EN_PRIORITE", "PERS_CONTACT"),
        )
        yield from row.problems

    def _level(self, row: Reading) -> tuple[int | None, int | None]:
        level, old = row.text("NIVEAU_RESPONSABILITE"), row.text("RESP_LEGAL")
        if level in ("1", "2", "3"):
            return int(level), None
        if not level and old in _OLD_LEVELS:
            return _OLD_LEVELS[old], int(old) or None
        row.doubt(
            "level",
            _(
                "Le niveau de responsabilité « %(level)s » n’est pas connu : ce lien n’ouvrira aucun accès"
                " tant qu’il n’est pas précisé."
            )
            % {"level": (level or old)[:20]},
        )
        return None, None

    def _loose_ends(self) -> Iterator[Problem]:
        for guardian_id, links in self.to_nobody.items():
            cause = _("Ce lien désigne le responsable n° %(id)s, que le fichier ne décrit pas.") % {
                "id": guardian_id
            }
            for line, called in links:
                yield Problem(Severity.DOUBT, line, called, cause, "charge_to_nobody")
        for line, called in self.unlinked.values():
            cause = _("Cette personne n’est liée à aucun élève dans ce fichier.")
            yield Problem(Severity.REMARK, line, called, cause, "no_charge")
