"""What a reader has to tell of a file: a sentence for each row that went wrong, one for a file that cannot
be read at all."""

from dataclasses import dataclass
from enum import StrEnum

from preau.kernel.rules import RuleBroken


class FileRefused(RuleBroken):
    """Nothing of the file may be kept, rows already given out included."""


class Severity(StrEnum):
    LEFT_OUT = "left_out"  # the row was not given out
    DOUBT = "doubt"  # the row was given out, something in it is to be looked at
    REMARK = "remark"  # nothing is wrong, the person should know


@dataclass(frozen=True, slots=True)
class Problem:
    """`who`: « DUPONT Zoé, INE 990000001AA », empty where it is about the file. `cause`: a sentence.
    `code`: the same for each problem of a kind, to count them together."""

    severity: Severity
    line: int
    who: str
    cause: str
    code: str
