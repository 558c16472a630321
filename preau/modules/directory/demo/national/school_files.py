"""The exports of SIECLE about the school: its classes, its nomenclatures, itself."""

from collections.abc import Iterator

from preau.modules.directory.demo.national import nomenclature
from preau.modules.directory.demo.national.classes import FORMATIONS, MEFS, SEGPA_MEFS
from preau.modules.directory.demo.national.life import September
from preau.modules.directory.demo.national.markup import attribute, elements, siecle
from preau.modules.directory.demo.national.numbers import landline
from preau.modules.directory.demo.national.subjects import IN_GROUPS, SUBJECTS


def mefs(september: September) -> list[tuple[str, int, bool]]:
    """Code, level, whether of a SEGPA."""
    found = [(code, level, False) for level, code in enumerate(MEFS)]
    if any(division.segpa for division in september.divisions):
        found += [(code, level, True) for level, code in enumerate(SEGPA_MEFS)]
    return found


def structures(september: September) -> Iterator[str]:
    return siecle("BEE_STRUCTURES", "2.0", september, _structures(september))


def _structures(september: September) -> Iterator[str]:
    yield "    <DIVISIONS>\n"
    for division in september.divisions:
        uai = september.segpa_uai if division.segpa else september.uai
        inner = "".join(
            f"          <MEF_APPARTENANCE>\n{elements(12, ('CODE_MEF', mef))}          </MEF_APPARTENANCE>\n"
            for mef in division.mefs
        )
        yield (
            f'      <DIVISION CODE_STRUCTURE="{attribute(division.code)}">\n'
            f"{elements(8, ('LIBELLE_LONG', division.label), ('CODE_RNE', uai))}"
            f"        <MEFS_APPARTENANCE>\n{inner}        </MEFS_APPARTENANCE>\n      </DIVISION>\n"
        )
    yield "    </DIVISIONS>\n    <GROUPES>\n"
    for group in september.groups:
        inner = "".join(
            "          <DIVISION_APPARTENANCE>\n"
            f"{elements(12, ('CODE_STRUCTURE', code))}          </DIVISION_APPARTENANCE>\n"
            for code in group.divisions
        )
        yield (
            f'      <GROUPE CODE_STRUCTURE="{attribute(group.code)}">\n'
            f"{elements(8, ('LIBELLE_LONG', group.label))}"
            f"        <DIVISIONS_APPARTENANCE>\n{inner}        </DIVISIONS_APPARTENANCE>\n      </GROUPE>\n"
        )
    yield "    </GROUPES>\n"


def nomenclatures(september: September) -> Iterator[str]:
    return siecle("BEE_NOMENCLATURES", "3.1", september, _nomenclatures(september))


def _nomenclatures(september: September) -> Iterator[str]:
    yield "    <MEFS>\n"
    for code, level, segpa in mefs(september):
        label = f"{FORMATIONS[level]}{' SEGPA' if segpa else ''}"
        fields = elements(
            8,
            ("FORMATION", label),
            ("SPECIALITE", ""),
            ("LIBELLE_LONG", label),
            # Padded, as the national file has it.
            (
                "LIBELLE_EDITION",
                f"{label.replace('EME', 'ème'):<20}" if segpa else label.replace("EME", "ème"),
            ),
            ("STATUT_MEF", "1"),
            ("MEF_RATTACHEMENT", code),
            ("CODE_MEFSTAT", f"211{code[:8]}"),
            ("NB_OPT_OBLIG", "1" if level == 0 or segpa else "2"),
            ("NB_OPT_MINI", "1"),
            ("RENFORCEMENT_LANGUES", "0"),
            ("INSCRIPTION_ETAB", "1"),
            ("MEF_ORIGINE", "1"),
            ("MEF_SELECTIONNE", "1"),
            ("MEF_SELORIG", "1"),
            ("DATE_OUVERTURE", "01/09/1995"),
            ("DATE_FERMETURE", "31/12/9999"),
        )
        yield f'      <MEF CODE_MEF="{code}">\n{fields}      </MEF>\n'
    yield "    </MEFS>\n    <MATIERES>\n"
    for subject in SUBJECTS.values():
        fields = elements(
            8,
            ("CODE_GESTION", subject.gestion),
            ("LIBELLE_COURT", subject.label[:20].strip()),
            ("LIBELLE_LONG", subject.label),
            ("LIBELLE_EDITION", subject.label.capitalize()),
            ("MATIERE_ETP", "0"),
        )
        yield f'      <MATIERE CODE_MATIERE="{subject.code}">\n{fields}      </MATIERE>\n'
    yield "    </MATIERES>\n    <PROGRAMMES>\n"
    for code, level, _ in mefs(september):
        for subject in SUBJECTS.values():
            if halves := subject.halves[level]:
                fields = elements(
                    8,
                    ("CODE_MEF", code),
                    ("CODE_MATIERE", subject.code),
                    ("CODE_MODALITE_ELECT", "S" if subject.gestion not in IN_GROUPS else "O"),
                    ("HORAIRE", f"{halves / 2:.2f}"),
                )
                yield f"      <PROGRAMME>\n{fields}      </PROGRAMME>\n"
    yield "    </PROGRAMMES>\n    <OPTIONS_OBLIGATOIRES>\n"
    for code, level, segpa in mefs(september):
        offered = ("AGL1",) if segpa else ("AGL1", "ALL1") if level == 0 else ("AGL1", "ESP2", "ALL2", "ITA2")
        for gestion in offered:
            fields = elements(
                8,
                ("CODE_MEF", code),
                ("CODE_MATIERE", SUBJECTS[gestion].code),
                ("RANG_OPTION", "1" if gestion == "AGL1" else "2"),
            )
            yield f"      <OPTION_OBLIGATOIRE>\n{fields}      </OPTION_OBLIGATOIRE>\n"
    yield "    </OPTIONS_OBLIGATOIRES>\n"
    for section, name, key, values in nomenclature.sections():
        yield f"    <{section}>\n"
        for code, label in values:
            short = label[:10].strip()
            fields = elements(8, ("LIBELLE_COURT", short), ("LIBELLE_LONG", label))
            yield f'      <{name} {key}="{attribute(code)}">\n{fields}      </{name}>\n'
        yield f"    </{section}>\n"


def commons(september: September) -> Iterator[str]:
    return siecle("BEE_COMMUN", "2.0", september, _commons(september))


def _commons(september: September) -> Iterator[str]:
    postcode, _town, _ = september.town
    year = september.year
    yield "    <UAJ>\n"
    yield elements(
        6,
        ("ETAB_UAJ_ID", september.uai),
        ("DENOM_PRINC", school_name(september)),
        ("NOM_RESP", "DIRECTION FICTIVE"),
        ("QUAL_RESP", "PRINCIPAL"),
        ("LIGNE1_ADRESSE", "1 RUE FICTIVE"),
        ("TELEPHONE", f"0{landline(september.school, 0)}"),
        ("MEL_1", f"ce.{september.uai}@example.org"),
        ("CODE_POSTAL", postcode),
        ("CODE_COMMUNE_INSEE", postcode),
        ("CODE_PAYS", "100"),
    )
    yield "    </UAJ>\n    <ANNEE_SCOLAIRE>\n"
    yield elements(6, ("DATE_DEBUT_ELEVE", f"01/09/{year}"), ("DATE_FIN_ELEVE", f"03/07/{year + 1}"))
    yield "    </ANNEE_SCOLAIRE>\n"


def school_name(september: September) -> str:
    return f"COLLEGE FICTIF {september.school + 1}"
