"""The files have the structure of the national ones."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from preau.modules.directory.tests.national.readback import SAMPLES, Read


def _paths(element: ET.Element, above: str = "") -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    path = f"{above}/{element.tag}"
    yield path, tuple(child.tag for child in element), tuple(sorted(element.attrib))
    for child in element:
        yield from _paths(child, path)


# What formats.md knows of and the samples do not happen to show.
BESIDES = {
    "INE_BEA", "NOM_USAGE", "DATE_SORTIE", "CODE_MOTIF_SORTIE", "SCOLARITE_AN_DERNIER", "LIGNE2_ADRESSE",
    "LIGNE3_ADRESSE", "LIGNE4_ADRESSE", "COMMUNE_ETRANGERE", "DATE_DEBUT", "DATE_FIN", "PROFS_PRINC",
    "EFFECTIF_PREVU", "EFFECTIF_CALCULE", "PRENOM2", "PRENOM3",
}  # fmt: skip


@pytest.mark.parametrize(
    "sample",
    [
        "siecle/ElevesAvecAdresses.xml",
        "siecle/ResponsablesAvecAdresses.xml",
        "siecle/Structures.xml",
        "siecle/Nomenclature.xml",
        "siecle/Communs.xml",
        "sts/sts_emp_0999990W_2026.xml",
    ],
)
def test_files_have_the_structure_of_the_samples(first: Read, sample: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples of the national files are not beside the project")
    model = list(_paths(ET.fromstring((SAMPLES / sample).read_bytes())))
    name = Path(sample).name.replace("0999990W", first.manifest["uai"])
    ours = list(_paths(first.root(name)))
    assert {path for path, _, _ in model} <= {path for path, _, _ in ours}
    before: dict[str, set[tuple[str, str]]] = {}
    known: dict[str, set[str]] = {}
    attributes: dict[str, set[tuple[str, ...]]] = {}
    for path, children, named in model:
        known.setdefault(path, set()).update(children)
        attributes.setdefault(path, set()).add(named)
        before.setdefault(path, set()).update(
            (one, other) for at, one in enumerate(children) for other in children[at + 1 :] if one != other
        )
    for path, children, named in ours:
        if "/SCOLARITE_AN_DERNIER" in path or path not in known:
            assert path.rpartition("/")[2] in BESIDES or "/SCOLARITE_AN_DERNIER/" in path, path
            continue
        assert set(children) <= known[path] | BESIDES, (path, set(children) - known[path])
        assert named in attributes[path] or named == ("CODE_MATIERE",), (path, named)
        if not known[path] or len(set(children)) < len(children):
            continue
        shown = [child for child in children if child in known[path]]
        for one, other in pairwise(shown):
            assert (one, other) in before[path] or (other, one) not in before[path], (path, one, other)
