import pytest

from preau.kernel.intake.names import LONGEST_NAME, file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\win.ini", "win.ini"),
        ("C:\\Users\\eleve\\devoir.docx", "devoir.docx"),
        ("/absolute/path.pdf", "path.pdf"),
        ("..", "fichier"),
        ("", "fichier"),
        ("   .  ", "fichier"),
        ("devoir\u202efdp.exe", "devoirfdp.exe"),  # would be read as « devoirexe.pdf »
        ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie_ x.txt"),
        ("e\u0301le\u0300ve.pdf", "élève.pdf"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ('a<b>"c|d?.txt', "a_b__c_d_.txt"),
        (".htaccess", "htaccess"),
        ("élève 4ᵉ B – rédaction.odt", "élève 4ᵉ B – rédaction.odt"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


@pytest.mark.parametrize("letter", ["a", "é", "😀"])
def test_a_name_of_4000_characters_is_cut_and_keeps_its_ending(letter: str) -> None:
    kept = file_name(letter * 4000 + ".pdf")

    assert len(kept.encode()) <= LONGEST_NAME
    assert kept.endswith(".pdf")
    assert kept.removesuffix(".pdf") == letter * len(kept.removesuffix(".pdf"))
