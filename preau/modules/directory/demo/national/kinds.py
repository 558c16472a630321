"""What hurts an importer, and how often: one family in sixty is made to show each of these, so that about
eighty pupils meet them all; the rarer ones, one in a hundred and eighty."""

PERIOD = 60

_AT = {
    0: "twins",
    1: "homonym",
    31: "homonym",
    2: "one_mailbox",
    3: "in_charge",
    4: "contact",
    5: "foster",
    6: "person_twice",
    7: "no_ine",
    8: "two_divisions",
    9: "left",
    40: "left_unplaced",
    10: "of_age",
    11: "no_division",
    41: "only_group",
    12: "fake_division",
    13: "ligature",
    14: "long_name",
    15: "typographic_apostrophe",
    16: "straight_apostrophe",
    17: "particle",
    18: "usual_name",
    19: "old_ine",
    20: "unknown_birthplace",
    21: "unlinked_guardian",
    22: "missing_person",
    23: "letters_outside",
    24: "separated",
    25: "siblings",
    26: "hyphen",
    27: "accent",
}
# One block of families in three.
_RARE = {"of_age", "long_name"}

ONE_CHILD = {
    "homonym", "no_ine", "two_divisions", "left", "left_unplaced", "of_age", "no_division", "only_group",
    "fake_division", "old_ine", "unknown_birthplace", "foster", "usual_name",
}  # fmt: skip
TWO_CHILDREN = {"twins", "person_twice", "siblings"}
# How the parents live, where the kind needs one way.
SHAPES = {
    "one_mailbox": "together",
    "separated": "separated",
    "in_charge": "mother",
    "person_twice": "mother",
    "of_age": "mother",
    "two_schools": "together",
}
# What holds one September only: the office puts it right, or the pupil is gone.
FOR_A_YEAR = {
    "two_divisions", "left", "left_unplaced", "no_division", "only_group", "fake_division",
}  # fmt: skip


def of_family(index: int) -> str:
    kind = _AT.get(index % PERIOD, "")
    return "" if kind in _RARE and index // PERIOD % 3 else kind
