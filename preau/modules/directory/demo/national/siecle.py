"""The exports of SIECLE Base Élèves about people: pupils, with or without addresses, and who answers for
them."""

from collections.abc import Iterable, Iterator

from preau.modules.directory.demo.national.classes import MEFS, SEGPA_MEFS, mef
from preau.modules.directory.demo.national.life import September
from preau.modules.directory.demo.national.markup import attribute, capitals, elements, siecle
from preau.modules.directory.demo.national.people import Address, Guardian, Pupil, Tie
from preau.modules.directory.demo.national.subjects import SUBJECTS

_PLACES = {"2A004": "02A", "97411": "974"}


def pupils(september: September, *, addresses: bool) -> Iterator[str]:
    return siecle("BEE_ELEVES", "3.0", september, _pupils(september, addresses=addresses))


def _pupils(september: September, *, addresses: bool) -> Iterator[str]:
    yield "    <ELEVES>\n"
    for pupil in september.pupils:
        yield _pupil(pupil, september)
    yield "    </ELEVES>\n    <OPTIONS>\n"
    for pupil in september.pupils:
        yield f'      <OPTION ELEVE_ID="{pupil.id}" ELENOET="{pupil.elenoet}">\n'
        for number, (mode, gestion) in enumerate(options(pupil), start=1):
            fields = elements(
                10,
                ("NUM_OPTION", str(number)),
                ("CODE_MODALITE_ELECT", mode),
                ("CODE_MATIERE", SUBJECTS[gestion].code),
            )
            yield f"        <OPTIONS_ELEVE>\n{fields}        </OPTIONS_ELEVE>\n"
        yield "      </OPTION>\n"
    yield "    </OPTIONS>\n    <STRUCTURES>\n"
    for pupil in september.pupils:
        yield _structures(pupil)
    yield "    </STRUCTURES>\n    <BOURSES/>\n"
    if addresses:
        yield from _addresses(pupil.family.address for pupil in september.pupils)


def _pupil(pupil: Pupil, september: September) -> str:
    year, left = september.year, pupil.left_on
    new = pupil.ine[-2:].isalpha()
    insee = pupil.insee_birth
    fields = elements(
        8,
        ("ID_NATIONAL", pupil.ine or None),
        ("INE_BEA", pupil.ine if pupil.ine and not new else None),
        ("INE_RNIE", pupil.ine if new else None),
        ("ELENOET", pupil.elenoet),
        ("ID_ELEVE_ETAB", f"{pupil.elenoet:0>5}{september.uai[1:7]}"),
        ("NOM_DE_FAMILLE", capitals(pupil.name)),
        ("NOM_USAGE", capitals(pupil.family.usual_name) or None),
        ("PRENOM", pupil.first_name),
        *((f"PRENOM{rank}", name) for rank, name in enumerate(pupil.other_first_names, start=2)),
        ("DATE_NAISS", pupil.born),
        ("DOUBLEMENT", "1" if pupil.repeats else "0"),
        ("CODE_PAYS", pupil.birth_country),
        ("ACCEPTE_SMS", "0"),
        ("DATE_MODIFICATION", f"01/09/{year}"),
        ("DATE_SORTIE", left or None),
        ("CODE_MOTIF_SORTIE", "10" if left else None),
        ("CODE_REGIME", pupil.regime),
        ("DATE_ENTREE", f"01/09/{pupil.came}"),
        ("VILLE_NAISS", pupil.birth_town),
        ("CODE_SEXE", "2" if pupil.girl else "1"),
        ("CODE_PAYS_NAT", "100"),
        ("CODE_STATUT", "ST"),
        ("CODE_MEF", mef(pupil)),
        ("CODE_DEPARTEMENT_NAISS", _PLACES.get(insee, f"0{insee[:2]}") if insee else None),
        ("CODE_COMMUNE_INSEE_NAISS", insee or None),
        ("ADHESION_TRANSPORT", "0"),
        ("CODE_PROVENANCE", "1"),
        ("ADRESSE_ID", pupil.family.address.id),
    )
    return (
        f'      <ELEVE ELEVE_ID="{pupil.id}" ELENOET="{pupil.elenoet}">\n{fields}'
        f"{_last_year(pupil, september)}      </ELEVE>\n"
    )


def _last_year(pupil: Pupil, september: September) -> str:
    # Repeats CODE_MEF and CODE_STRUCTURE inside the pupil: a trap for who looks them up anywhere below.
    level = pupil.level if pupil.repeats else pupil.level - 1
    if level < 0:
        return ""
    here = pupil.came < september.year
    fields = elements(
        10,
        ("CODE_MEF", (SEGPA_MEFS if pupil.segpa else MEFS)[level]),
        ("CODE_STRUCTURE", (pupil.last_division or None) if here else f"{6 - level}EME"),
        ("CODE_RNE", september.uai if here else None),
        ("SIGLE", "CLG"),
        ("DENOM_PRINC", "COLLEGE FICTIF" if here else "COLLEGE D'AILLEURS"),
    )
    return f"        <SCOLARITE_AN_DERNIER>\n{fields}        </SCOLARITE_AN_DERNIER>\n"


def options(pupil: Pupil) -> list[tuple[str, str]]:
    """Mode of election and management code of each."""
    chosen = [("O", "AGL1")]
    if pupil.segpa:
        return chosen
    if pupil.level:
        chosen.append(("O", pupil.language))
        if pupil.latin:
            chosen.append(("F", "LCALA"))
    elif pupil.language == "ALL2":
        chosen.append(("O", "ALL1"))
    return chosen


def groups_first(pupil: Pupil) -> bool:
    """Whether the file gives the groups of a pupil before the division, as it sometimes does."""
    return bool(pupil.family.kind) and pupil.ordinal % 7 == 0


def _structures(pupil: Pupil) -> str:
    kinds = [*(("D", code) for code in pupil.divisions), *(("G", code) for code in pupil.groups)]
    if not kinds:
        return ""
    if groups_first(pupil):
        kinds.reverse()
    inner = "".join(
        "        <STRUCTURE>\n"
        + elements(10, ("CODE_STRUCTURE", code), ("TYPE_STRUCTURE", kind))
        + "        </STRUCTURE>\n"
        for kind, code in kinds
    )
    return (
        f'      <STRUCTURES_ELEVE ELEVE_ID="{pupil.id}" ELENOET="{pupil.elenoet}">\n{inner}'
        "      </STRUCTURES_ELEVE>\n"
    )


def _addresses(addresses: Iterable[Address | None]) -> Iterator[str]:
    yield "    <ADRESSES>\n"
    written: set[str] = set()
    for address in addresses:
        if address is None or address.id in written:
            continue
        written.add(address.id)
        fields = elements(
            8,
            ("LIGNE1_ADRESSE", capitals(address.street)),
            ("LIGNE2_ADRESSE", capitals(address.complement)),
            ("LIGNE3_ADRESSE", ""),
            ("LIGNE4_ADRESSE", ""),
            ("COMMUNE_ETRANGERE", ""),
            ("CODE_POSTAL", address.postcode),
            ("CODE_PAYS", "100"),
            ("CODE_COMMUNE_INSEE", address.insee),
            ("LL_PAYS", "FRANCE"),
            ("CODE_DEPARTEMENT", address.department),
            ("LIBELLE_POSTAL", address.town),
        )
        yield f'      <ADRESSE ADRESSE_ID="{attribute(address.id)}">\n{fields}      </ADRESSE>\n'
    yield "    </ADRESSES>\n"


def guardians(september: September) -> Iterator[str]:
    return siecle("BEE_RESPONSABLES", "2.1", september, _guardians(september))


def _guardians(september: September) -> Iterator[str]:
    people = september.guardians()
    yield "    <PERSONNES>\n"
    for guardian in people:
        yield _guardian(guardian)
    yield "    </PERSONNES>\n    <RESPONSABLES>\n"
    for pupil in september.pupils:
        for tie in pupil.ties:
            yield _tie(pupil, tie)
    yield "    </RESPONSABLES>\n"
    yield from _addresses(guardian.address for guardian in people)


def _guardian(guardian: Guardian) -> str:
    at_home, mobile, at_work = guardian.phones()
    fields = elements(
        8,
        ("LC_CIVILITE", "MME" if guardian.woman else "M."),
        ("LL_CIVILITE", "MADAME" if guardian.woman else "MONSIEUR"),
        ("NOM_DE_FAMILLE", capitals(guardian.family_name)),
        ("NOM_USAGE", capitals(guardian.usual_name) or None),
        ("PRENOM", guardian.first_name),
        ("TEL_PERSONNEL", at_home),
        ("TEL_PORTABLE", mobile),
        ("ACCEPTE_SMS", "1" if guardian.texts and mobile else "0"),
        ("TEL_PROFESSIONNEL", at_work),
        ("MEL", guardian.mail),
        ("COMMUNICATION_ADRESSE", "1" if guardian.shares_address else "0"),
        ("ADRESSE_ID", guardian.address.id if guardian.address else None),
        ("CODE_PROFESSION", guardian.profession),
    )
    return f'      <PERSONNE PERSONNE_ID="{guardian.id}">\n{fields}      </PERSONNE>\n'


def _tie(pupil: Pupil, tie: Tie) -> str:
    fields = elements(
        8,
        ("ELEVE_ID", pupil.id),
        ("PERSONNE_ID", tie.person),
        ("NIVEAU_RESPONSABILITE", str(tie.level)),
        ("CODE_PARENTE", tie.kinship),
        ("PAIE_FRAIS_SCOLAIRES", "1" if tie.pays else "0"),
        ("PERCOIT_LES_AIDES", _said(tie.pays)),
        ("HEBERGE_ELEVE", _said(tie.houses)),
        ("A_CONTACTER_EN_PRIORITE", _said(tie.first_called)),
    )
    return f"      <RESPONSABLE_ELEVE>\n{fields}      </RESPONSABLE_ELEVE>\n"


def _said(fact: bool) -> str:
    return "true" if fact else "false"
