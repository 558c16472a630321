"""What STS-web gives: staff, their services, and the structures these are in."""

from collections.abc import Iterator

from preau.modules.directory.demo.national.classes import FORMATIONS
from preau.modules.directory.demo.national.life import September
from preau.modules.directory.demo.national.markup import PROLOG, attribute, capitals, element, text
from preau.modules.directory.demo.national.numbers import landline
from preau.modules.directory.demo.national.school_files import mefs
from preau.modules.directory.demo.national.staff import Member, Service
from preau.modules.directory.demo.national.subjects import DISCIPLINES, SUBJECTS


def file_name(september: September) -> str:
    return f"sts_emp_{september.uai}_{september.year}.xml"


def division_code(code: str) -> str:
    """STS drops the blanks SIECLE keeps at the end of a code."""
    return code.rstrip()


def staff(september: September) -> Iterator[str]:
    yield f"{PROLOG}<STS_EDT>\n"
    yield from _parameters(september)
    yield from _nomenclatures(september)
    yield "  <DONNEES>\n    <INDIVIDUS>\n"
    for member in september.team.members:
        yield _member(member)
    yield "    </INDIVIDUS>\n    <STRUCTURE>\n      <DIVISIONS>\n"
    services = september.team.services
    for division in september.divisions:
        if division.fake:
            continue
        sizes = _sizes(division.pupils)
        inner = "".join(
            f'<MEF_APPARTENANCE CODE="{code}">{sizes}</MEF_APPARTENANCE>' for code in division.mefs
        )
        yield (
            f'        <DIVISION CODE="{attribute(division_code(division.code))}">\n'
            f"          {element('LIBELLE_LONG', division.label)}{sizes}\n"
            f"          <MEFS_APPARTENANCE>{inner}</MEFS_APPARTENANCE>\n"
            f"{_services(services.get(division.code, []))}        </DIVISION>\n"
        )
    yield "      </DIVISIONS>\n      <GROUPES>\n"
    for group in september.groups:
        inner = "".join(
            f'<DIVISION_APPARTENANCE CODE="{attribute(division_code(code))}"/>' for code in group.divisions
        )
        yield (
            f'        <GROUPE CODE="{attribute(group.code)}">\n'
            f"          {element('LIBELLE_LONG', group.label)}{_sizes(group.pupils)}\n"
            f"          <DIVISIONS_APPARTENANCE>{inner}</DIVISIONS_APPARTENANCE>\n"
            f"{_services(services.get(group.code, []))}        </GROUPE>\n"
        )
    yield "      </GROUPES>\n    </STRUCTURE>\n  </DONNEES>\n</STS_EDT>\n"


def _parameters(september: September) -> Iterator[str]:
    year = september.year
    postcode, town, _ = september.town
    yield (
        f'  <PARAMETRES>\n    <UAJ CODE="{september.uai}">\n'
        "      <ACADEMIE><CODE>99</CODE><LIBELLE>FICTIVE</LIBELLE></ACADEMIE>\n"
        "      <SIGLE>CLG</SIGLE><DENOM_PRINC>COLLEGE</DENOM_PRINC>"
        f"{element('DENOM_COMPL', f'FICTIF {september.school + 1}')}\n"
        f"      <ADRESSE>1 RUE FICTIVE</ADRESSE>{element('COMMUNE', town)}"
        f"{element('CODE_POSTAL', postcode)}{element('TELEPHONE', f'0{landline(september.school, 0)}')}\n"
        f'    </UAJ>\n    <ANNEE_SCOLAIRE ANNEE="{year}"><DATE_DEBUT>{year}-09-01</DATE_DEBUT>'
        f"<DATE_FIN>{year + 1}-08-31</DATE_FIN></ANNEE_SCOLAIRE>\n  </PARAMETRES>\n"
    )


def _nomenclatures(september: September) -> Iterator[str]:
    yield "  <NOMENCLATURES>\n    <MATIERES>\n"
    for subject in SUBJECTS.values():
        yield (
            f'      <MATIERE CODE="{subject.code}">{element("CODE_GESTION", subject.gestion)}'
            f"{element('LIBELLE_COURT', subject.label[:20].strip())}{element('LIBELLE_LONG', subject.label)}"
            f"{element('LIBELLE_EDITION', subject.label.capitalize())}</MATIERE>\n"
        )
    yield "    </MATIERES>\n    <MEFS>\n"
    for code, level, segpa in mefs(september):
        label = f"{FORMATIONS[level]}{' SEGPA' if segpa else ''}"
        yield (
            f'      <MEF CODE="{code}">{element("LIBELLE_COURT", label)}{element("LIBELLE_LONG", label)}'
            f"{element('LIBELLE_EDITION', label.replace('EME', 'ème'))}</MEF>\n"
        )
    yield "    </MEFS>\n  </NOMENCLATURES>\n"


def _member(member: Member) -> str:
    leads = "".join(
        f"<PROF_PRINC>{element('CODE_STRUCTURE', division_code(leading.division))}"
        + (element("DATE_DEBUT", leading.starts_on) if leading.starts_on else "")
        + (element("DATE_FIN", leading.ends_on) if leading.ends_on else "")
        + "</PROF_PRINC>"
        for leading in member.leads
    )
    label = DISCIPLINES.get(member.discipline, "")
    disciplines = (
        f'<DISCIPLINE CODE="{member.discipline}">{element("LIBELLE_COURT", label)}'
        f"<NB_HEURES>{member.halves / 2:.2f}</NB_HEURES></DISCIPLINE>"
        if member.discipline
        else ""
    )
    return (
        f'      <INDIVIDU ID="{member.id}" TYPE="{member.type}">\n'
        f"        <SEXE>{1 + member.woman}</SEXE><CIVILITE>{1 + member.woman}</CIVILITE>\n"
        f"        {element('NOM_USAGE', capitals(member.usual_name))}"
        f"{element('NOM_PATRONYMIQUE', capitals(member.family_name))}{element('PRENOM', member.first_name)}\n"
        f"        {element('DATE_NAISSANCE', member.born)}\n"
        f"        <GRADE>{text(member.grade)}</GRADE>{element('FONCTION', member.function)}"
        + (f"<PROFS_PRINC>{leads}</PROFS_PRINC>" if leads else "")
        + (f"\n        <DISCIPLINES>{disciplines}</DISCIPLINES>" if disciplines else "")
        + "\n      </INDIVIDU>\n"
    )


def _sizes(pupils: int) -> str:
    return f"<EFFECTIF_PREVU>{pupils + 1}</EFFECTIF_PREVU><EFFECTIF_CALCULE>{pupils}</EFFECTIF_CALCULE>"


def _services(services: list[Service]) -> str:
    lines = []
    for service in services:
        mode = f' CODE_MOD_COURS="{service.mode}"' if service.mode else ""
        teachers = "".join(
            f'<ENSEIGNANT ID="{teacher.id}" TYPE="{teacher.type}"/>' for teacher in service.teachers
        )
        lines.append(
            f'            <SERVICE CODE_MATIERE="{service.subject}"{mode}>'
            f"<ENSEIGNANTS>{teachers}</ENSEIGNANTS></SERVICE>\n"
        )
    return f"          <SERVICES>\n{''.join(lines)}          </SERVICES>\n" if lines else ""
