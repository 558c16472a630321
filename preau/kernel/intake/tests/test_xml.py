from io import BytesIO

import pytest

from preau.kernel.intake.xml import Bounds, XmlRefused, parse, walk

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]><a>&lol2;</a>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""
ELSEWHERE = b"""<!DOCTYPE a SYSTEM "http://exemple.invalid/a.dtd"><a/>"""


@pytest.mark.parametrize("document", [LAUGHS, OUTSIDE, ELSEWHERE])
def test_a_document_that_defines_anything_is_refused(document: bytes) -> None:
    with pytest.raises(XmlRefused, match="DOCTYPE"):
        parse(BytesIO(document))


@pytest.mark.parametrize(
    ("document", "bounds"),
    [
        (b"<a>" * 100 + b"</a>" * 100, Bounds(depth=50)),
        (b"<a>" + b"<b/>" * 100 + b"</a>", Bounds(elements=50)),
        (b"<a>" + b"x" * 1000 + b"</a>", Bounds(text=500)),
        (b"<a>" + b"x" * 1000 + b"</a>", Bounds(size=500)),
        (b"<a " + b" ".join(b'a%d="1"' % i for i in range(50)) + b"/>", Bounds(attributes=20)),
    ],
)
def test_each_bound_is_held(document: bytes, bounds: Bounds) -> None:
    with pytest.raises(XmlRefused, match="dépasse"):
        parse(BytesIO(document), bounds)


@pytest.mark.parametrize("document", [b"", b"<a>", b"<a></b>", b"text", b"<a>&unknown;</a>", b"\xff\xfe\x00"])
def test_a_broken_document_says_so(document: bytes) -> None:
    with pytest.raises(XmlRefused, match="abîmé"):
        parse(BytesIO(document))


def test_a_sound_document_is_read() -> None:
    tree = parse(
        BytesIO("<?xml version='1.0' encoding='ISO-8859-15'?><É n='1'>œuf</É>".encode("iso-8859-15"))
    )
    assert (tree.tag, tree.get("n"), tree.text) == ("É", "1", "œuf")


def test_a_long_document_is_walked_element_by_element() -> None:
    found: list[str] = []
    document = b"<base><eleves>" + b"<eleve><nom>Ana</nom></eleve>" * 3 + b"</eleves><autre/></base>"
    walk(BytesIO(document), ["eleve"], lambda element: found.append(element.findtext("nom") or ""))
    assert found == ["Ana"] * 3
