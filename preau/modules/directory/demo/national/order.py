"""What somebody asks for."""

from dataclasses import dataclass

from preau.modules.directory.demo.national.numbers import MOST_SCHOOLS

MOST_PUPILS, MOST_YEARS = 2_500, 12


@dataclass(frozen=True)
class Order:
    """`year` is the first September. `pupils` is what each school's files list, every year."""

    schools: int = 1
    pupils: int = 750
    years: int = 1
    seed: int = 1
    year: int = 2026
    zipped: bool = False
    clean: bool = False

    def bounds(self) -> tuple[tuple[str, int, int, int], ...]:
        """Name, value, least, most."""
        return (
            ("schools", self.schools, 1, MOST_SCHOOLS),
            ("pupils", self.pupils, 40, MOST_PUPILS),
            ("years", self.years, 1, MOST_YEARS),
            ("year", self.year, 1990, 2100),
        )
