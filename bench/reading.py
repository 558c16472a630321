"""How fast an export of SIECLE is read, and in how much memory: `.venv/bin/python -m bench.reading`.

The pupils of twenty-four large schools in one file, with their options, classes and addresses; the same
file again inside an archive. Prints a line for each; docs/national-files.md says what they were.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

PUPILS = 72_000
_HEAD = (
    '<?xml version="1.0" encoding="ISO-8859-15"?>\n<BEE_ELEVES VERSION="3.0">\n<PARAMETRES>'
    "<UAJ>0999990W</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE><DATE_EXPORT>02/09/2026</DATE_EXPORT>"
    "</PARAMETRES>\n<DONNEES>\n"
)


def export(pupils: int) -> Iterator[str]:
    """The text of ElevesAvecAdresses.xml, piece by piece."""
    yield _HEAD
    yield "<ELEVES>\n"
    for number in range(pupils):
        yield (
            f'<ELEVE ELEVE_ID="{900_000 + number}" ELENOET="{number}">\n'
            f"<ID_NATIONAL>{number:09d}AA</ID_NATIONAL>\n"
            f"<INE_RNIE>{number:09d}AA</INE_RNIE>\n<ELENOET>{number}</ELENOET>\n"
            f"<NOM_DE_FAMILLE>FICTIF-LŒUVRE {number}</NOM_DE_FAMILLE>\n"
            "<PRENOM>Zoé</PRENOM>\n<PRENOM2>Léa</PRENOM2>\n"
            f"<DATE_NAISS>{1 + number % 28:02d}/03/2014</DATE_NAISS>\n<DOUBLEMENT>0</DOUBLEMENT>\n"
            "<CODE_PAYS>100</CODE_PAYS>\n<ACCEPTE_SMS>1</ACCEPTE_SMS>\n"
            "<DATE_MODIFICATION>01/09/2026</DATE_MODIFICATION>\n"
            "<CODE_REGIME>24</CODE_REGIME>\n<DATE_ENTREE>01/09/2026</DATE_ENTREE>\n<VILLE_NAISS/>\n"
            f"<TEL_PORTABLE>+3363998{number % 10_000:04d}</TEL_PORTABLE>\n"
            f"<MEL>zoe.{number}@example.org</MEL>\n"
            "<CODE_SEXE>2</CODE_SEXE>\n<CODE_PAYS_NAT>100</CODE_PAYS_NAT>\n<CODE_STATUT>ST</CODE_STATUT>\n"
            f"<CODE_MEF>10010012110</CODE_MEF>\n<ADRESSE_ID>{700_000 + number}</ADRESSE_ID>\n</ELEVE>\n"
        )
    yield "</ELEVES>\n<OPTIONS>\n"
    for number in range(pupils):
        yield f'<OPTION ELEVE_ID="{900_000 + number}">\n'
        for rank, subject in enumerate(("030201", "030602", "020200"), start=1):
            yield (
                f"<OPTIONS_ELEVE>\n<NUM_OPTION>{rank}</NUM_OPTION>\n<CODE_MODALITE_ELECT>O</CODE_MODALITE_ELECT>\n"
                f"<CODE_MATIERE>{subject}</CODE_MATIERE>\n</OPTIONS_ELEVE>\n"
            )
        yield "</OPTION>\n"
    yield "</OPTIONS>\n<STRUCTURES>\n"
    for number in range(pupils):
        yield f'<STRUCTURES_ELEVE ELEVE_ID="{900_000 + number}">\n'
        for code, kind in ((f"6 {number % 30}", "D"), (f"6LV1.{number % 9}", "G")):
            yield (
                f"<STRUCTURE>\n<CODE_STRUCTURE>{code}</CODE_STRUCTURE>\n<TYPE_STRUCTURE>{kind}</TYPE_STRUCTURE>\n"
                "</STRUCTURE>\n"
            )
        yield "</STRUCTURES_ELEVE>\n"
    yield "</STRUCTURES>\n<BOURSES/>\n<ADRESSES>\n"
    for number in range(pupils):
        yield (
            f'<ADRESSE ADRESSE_ID="{700_000 + number}">\n'
            f"<LIGNE1_ADRESSE>{number} RUE FICTIVE</LIGNE1_ADRESSE>\n"
            "<LIGNE2_ADRESSE/>\n<CODE_POSTAL>75012</CODE_POSTAL>\n<CODE_PAYS>100</CODE_PAYS>\n"
            "<CODE_COMMUNE_INSEE>75112</CODE_COMMUNE_INSEE>\n<LL_PAYS>FRANCE</LL_PAYS>\n"
            "<LIBELLE_POSTAL>PARIS</LIBELLE_POSTAL>\n</ADRESSE>\n"
        )
    yield "</ADRESSES>\n</DONNEES>\n</BEE_ELEVES>\n"


def read(path: Path) -> str:
    from preau.modules.directory.imports.opening import opened

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    with path.open("rb") as file, opened([(path.name, file)]) as found:
        (source,) = found.sources
        checked = time.process_time()
        rows = sum(1 for _row in source.rows())
        done = time.process_time()
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return (
        f"{path.suffix[1:]}: {source.size / 1e6:.0f} MB, {rows} rows; opened and checked in"
        f" {checked - begun:.1f} s, read in {done - checked:.1f} s"
        f" ({rows / (done - checked):.0f} rows a second); {more / 1024:.0f} MB more at the most"
    )


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pupils", type=int, default=PUPILS)
    pupils = asked.parse_args().pupils
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "ElevesAvecAdresses.xml")
        with document.open("w", encoding="iso-8859-15") as file:
            file.writelines(export(pupils))
        archive = document.with_suffix(".zip")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(document, document.name)
        for path in (document, archive):
            print(read(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
