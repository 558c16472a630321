from io import BytesIO

import pytest

from preau.kernel.intake.xml import Bounds, XmlRefused, draw, parse, root_of, walk

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


def test_elements_are_drawn_by_the_path_that_leads_to_them_with_their_lines() -> None:
    document = b"<base>\n<x><a><n>1</n></a>\n<b/></x><y><a/></y>\n<x>\n<a><a/></a></x>\n</base>"
    found = list(draw(BytesIO(document), ["x/a", "x/b"]))
    assert [(each.path, each.line, len(each.element)) for each in found] == [
        ("x/a", 2, 1),
        ("x/b", 3, 0),
        ("x/a", 5, 1),
    ]


def test_elements_are_given_out_before_the_rest_is_read() -> None:
    class Piecewise(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(20)

    document = b"<base><a>1</a><a>2</a>" + b" " * 100 + b"<a>3</b>"
    drawn = draw(Piecewise(document), ["a"])
    assert [next(drawn).element.text, next(drawn).element.text] == ["1", "2"]
    with pytest.raises(XmlRefused, match="abîmé"):
        next(drawn)


def test_bytes_are_what_the_caller_says_whatever_the_document_declares() -> None:
    document = "<?xml version='1.0' encoding='ISO-8859-15'?><base é='ù'><a>œuf</a></base>".encode()
    assert next(draw(BytesIO(document), ["a"], encoding="utf-8")).element.text == "œuf"
    root = root_of(BytesIO(document), encoding="utf-8")
    assert (root.tag, root.attrib, len(root)) == ("base", {"é": "ù"}, 0)


def test_the_root_is_known_whatever_follows_it_but_not_what_is_defined_before() -> None:
    assert root_of(BytesIO(b"<base><a></b>")).tag == "base"
    for document in (b"", b"text", LAUGHS):
        with pytest.raises(XmlRefused):
            root_of(BytesIO(document))
