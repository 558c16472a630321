import pytest

from preau.kernel.storage.weights import weight_in_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 octet"),
        (1, "1 octet"),
        (21, "21 octets"),
        (1_000, "1 ko"),
        (9_949, "9,9 ko"),
        (45_300, "45 ko"),
        (2_950_000, "3 Mo"),
        (25_000_000, "25 Mo"),
        (1_400_000_000, "1,4 Go"),
    ],
)
def test_a_weight_reads_as_the_form_announces_it(size: int, words: str) -> None:
    """25 million bytes are the 25 Mo of the form, not « 23,8 Mio »."""
    assert weight_in_words(size).replace("\u00a0", " ") == words
