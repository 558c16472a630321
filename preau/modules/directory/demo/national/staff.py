"""Who works in a school. A post keeps its number; who holds it changes with the years."""

from dataclasses import dataclass, field

from preau.modules.directory.demo.names import STOCKS
from preau.modules.directory.demo.national import surnames
from preau.modules.directory.demo.national.classes import Division, StudyGroup
from preau.modules.directory.demo.national.draws import Dice
from preau.modules.directory.demo.national.letters import mailable
from preau.modules.directory.demo.national.order import Order
from preau.modules.directory.demo.national.subjects import (
    DISCIPLINES,
    IN_GROUPS,
    OF_SEGPA,
    SEGPA,
    SPECIALISED,
    SUBJECTS,
)

# Half-hours a teacher gives before the next one is asked: parts of posts count.
_LOAD = 30
_TURNOVER = 9
_POSTS_OF_A_DISCIPLINE = 40
# Posts which are not those of a discipline, and those who stand in.
_OTHERS, _SUBSTITUTES = 700, 800
_GENERATIONS = 20
_FIRST_EPP, _POSTS = 20_000_000, 1_000


@dataclass
class Leading:
    division: str
    starts_on: str = ""
    ends_on: str = ""


@dataclass
class Member:
    """`local` staff are known to the school only; their ids mean nothing elsewhere."""

    id: str
    local: bool
    woman: bool
    family_name: str
    usual_name: str
    first_name: str
    born: str
    grade: str
    function: str
    discipline: str = ""
    halves: int = 0
    leads: list[Leading] = field(default_factory=list)
    replaces: str = ""

    @property
    def type(self) -> str:
        return "local" if self.local else "epp"

    @property
    def mail(self) -> str:
        return (
            f"{mailable(self.first_name)[:20]}.{mailable(self.usual_name)[:24]}.{self.id}@ac-fictive.invalid"
        )


@dataclass
class Service:
    subject: str
    mode: str
    teachers: list[Member]


@dataclass
class Team:
    members: list[Member] = field(default_factory=list)
    services: dict[str, list[Service]] = field(default_factory=dict)

    def teachers(self) -> list[Member]:
        return [member for member in self.members if member.function == "ENS"]


class Staff:
    def __init__(self, order: Order, school: int) -> None:
        self._order, self._school = order, school

    def of_year(self, year: int, divisions: list[Division], groups: list[StudyGroup]) -> Team:
        team = Team()
        team.members = [
            self._member(_OTHERS + place, year, function) for place, function in enumerate(self._others())
        ]
        pools: dict[str, list[Member]] = {}
        for division in divisions:
            if not division.fake:
                team.services[division.code] = self._of_division(division, pools, year)
        for group in groups:
            subject = SUBJECTS[group.subject]
            teacher = self._teacher(pools, subject.discipline, subject.halves[group.level], year)
            team.services[group.code] = [Service(subject.code, "CG", [teacher])]
        for discipline in sorted(pools):
            team.members += pools[discipline]
        self._teach_together(team, pools)
        self._lead(team, divisions)
        if not self._order.clean:
            self._replace(team, year)
            self._forget_a_mode(team)
        return team

    def _others(self) -> list[str]:
        pupils = self._order.pupils
        return (
            ["DIR"] * (2 if pupils > 300 else 1)
            + ["EDU"] * max(1, pupils // 300)
            + ["DOC"] * (1 + pupils // 900)
            + ["ORI"]
            + ["AED"] * max(2, pupils // 100)
        )

    def _of_division(self, division: Division, pools: dict[str, list[Member]], year: int) -> list[Service]:
        services = []
        for subject in SUBJECTS.values():
            halves = subject.halves[division.level]
            if subject.gestion in IN_GROUPS or not halves:
                continue
            discipline = subject.discipline
            if division.segpa:
                if subject.gestion not in SEGPA | OF_SEGPA:
                    continue
                discipline = SPECIALISED if subject.gestion in OF_SEGPA else discipline
            teacher = self._teacher(pools, discipline, halves, year)
            services.append(Service(subject.code, "CG", [teacher]))
        return services

    def _teacher(self, pools: dict[str, list[Member]], discipline: str, halves: int, year: int) -> Member:
        pool = pools.setdefault(discipline, [])
        if not pool or pool[-1].halves + halves > _LOAD:
            first = list(DISCIPLINES).index(discipline) * _POSTS_OF_A_DISCIPLINE
            pool.append(self._member(first + len(pool), year, "ENS", discipline))
        pool[-1].halves += halves
        return pool[-1]

    def _member(self, post: int, year: int, function: str, discipline: str = "") -> Member:
        seed, school, clean = self._order.seed, self._school, self._order.clean
        generation = sum(
            Dice(seed, "turnover", school, post, past).chance(_TURNOVER)
            for past in range(self._order.year + 1, year + 1)
        )
        dice = Dice(seed, "staff", school, post, generation)
        local = not clean and function in ("ENS", "AED") and post % 16 == 1
        number = post * _GENERATIONS + generation
        woman, stock = dice.chance(62), dice.below(len(STOCKS))
        firsts = STOCKS[stock].women if woman else STOCKS[stock].men
        # Apart from the pupils' families, whose numbers run up from 0.
        name = surnames.put_together(7_999 - post) if clean else surnames.drawn(dice, stock)
        usual = surnames.drawn(dice, stock) if not clean and woman and dice.chance(25) else name
        born = self._order.year - 24 - dice.below(38) + generation
        grades = {
            "ENS": "CERT. CL N",
            "DOC": "CERT. CL N",
            "EDU": "C.P.E. CLN",
            "DIR": "PERS.DIR.",
            "ORI": "PSYEN",
        }
        return Member(
            id=str(number + 1 if local else _FIRST_EPP + school * _POSTS * _GENERATIONS + number),
            local=local,
            woman=woman,
            family_name=name,
            usual_name=usual,
            first_name=surnames.plain(dice, firsts) if clean else dice.one_of(firsts),
            born=f"{born}-{dice.below(12) + 1:02d}-{dice.below(28) + 1:02d}",
            grade="" if local else grades.get(function, ""),
            function=function,
            discipline=discipline or ("L0080" if function == "DOC" else ""),
        )

    def _teach_together(self, team: Team, pools: dict[str, list[Member]]) -> None:
        """Two teachers in mathematics, one division in eight."""
        together = pools["L1300"]
        codes = [code for code, services in team.services.items() if len(services) > 1]
        for code in codes[::8]:
            for service in team.services[code]:
                others = [teacher for teacher in together if teacher not in service.teachers]
                if service.subject == SUBJECTS["MATHS"].code and others:
                    service.teachers.append(others[len(code) % len(others)])

    def _lead(self, team: Team, divisions: list[Division]) -> None:
        for division in divisions:
            teachers = [service.teachers[0] for service in team.services.get(division.code, ())]
            free = [teacher for teacher in teachers if not teacher.leads and teacher.function == "ENS"]
            chosen = (free or teachers)[:1]
            for teacher in chosen:
                teacher.leads.append(Leading(division.code))

    def _replace(self, team: Team, year: int) -> None:
        """One teacher in thirty is away: the file lists both, and gives both their classes."""
        for place, away in enumerate(team.teachers()[1::30]):
            substitute = self._member(_SUBSTITUTES + place, year, "ENS", away.discipline)
            substitute.local, substitute.halves, substitute.replaces = False, away.halves, away.id
            substitute.id = str(
                _FIRST_EPP
                + (self._school * _POSTS + _SUBSTITUTES + place) * _GENERATIONS
                + (year - self._order.year)
            )
            team.members.append(substitute)
            for services in team.services.values():
                for service in services:
                    if away in service.teachers:
                        service.teachers.append(substitute)
            for leading in away.leads:
                substitute.leads.append(Leading(leading.division, f"{year}-09-21", f"{year + 1}-08-31"))
                leading.starts_on, leading.ends_on = f"{year}-09-01", f"{year}-09-18"

    def _forget_a_mode(self, team: Team) -> None:
        """An attribute readers may not count on: the mode of a lesson."""
        for services in list(team.services.values())[3::12]:
            services[0].mode = ""
