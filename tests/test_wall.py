"""The wall itself: what passes, what breaks, and that no way of asking leaves the school."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from preau.kernel.models import SchoolYear
from preau.kernel.tenancy import wall
from preau.kernel.tenancy.scope import (
    NoSchoolScope,
    NoYearScope,
    Scope,
    in_every_school,
    in_every_year,
    in_school,
    in_schools,
    opened,
)
from preau.kernel.tenancy.wall import WallBroken
from preau.modules.directory.models import (
    Course,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Membership,
    Person,
    PersonRecord,
)
from preau.modules.directory.testing import OTHER_SCHOOL, OTHER_YEAR, OWN

RECORD = "directory_personrecord"
MEMBER = "directory_groupmember"
PERSON = "directory_person"


def read(sql: str, *params: object, schools: object = frozenset({1}), years: object = frozenset({7})) -> None:
    with opened(Scope(schools, years)):  # type: ignore[arg-type]
        wall.check(sql, params)


def test_the_wall_stands_in_front_of_this_run(db):
    assert settings.SQL_WALL
    with pytest.raises(WallBroken), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {RECORD}")


HELD = {
    "its own predicate": (f"SELECT * FROM {RECORD} WHERE school_id = %s", 1),
    "added unless it is there": (
        "INSERT OR IGNORE INTO kernel_schoolunit (school_id, uai) VALUES (%s, %s)",
        1,
        "x",
    ),
    "a list of schools": (f"SELECT * FROM {RECORD} WHERE school_id IN (%s, %s) AND id > %s", 1, 1, 9),
    "quoted as Django writes it": (
        f'SELECT "{RECORD}"."id" FROM "{RECORD}" WHERE "{RECORD}"."school_id" IN (%s)',
        1,
    ),
    "an equality with a held table": (
        f"SELECT * FROM {RECORD} a JOIN directory_profile b ON b.school_id = a.school_id WHERE a.school_id = %s",
        1,
    ),
    "a chain of equalities": (
        f"SELECT * FROM {RECORD} a JOIN directory_profile b ON b.school_id = a.school_id "
        "JOIN directory_subject c ON c.school_id = b.school_id WHERE a.school_id = %s",
        1,
    ),
    "a left join held in its own condition": (
        f"SELECT * FROM {PERSON} p LEFT JOIN {RECORD} r ON r.person_id = p.id AND r.school_id = %s",
        1,
    ),
    "a correlated query": (
        f"SELECT 1 FROM {RECORD} r WHERE r.school_id = %s AND EXISTS "
        "(SELECT 1 FROM directory_membership m WHERE m.record_id = r.id AND m.school_id = r.school_id)",
        1,
    ),
    "both columns of a year's table": (
        f"SELECT * FROM {MEMBER} WHERE school_id = %s AND year_id IN (%s)",
        1,
        7,
    ),
    "a delete by primary key": (f"DELETE FROM {RECORD} WHERE id IN (%s, %s)", 3, 4),
    "an insert": (f"INSERT INTO {RECORD} (school_id, last_name) VALUES (%s, %s)", 1, "x"),
    "a table nobody owns": (f"SELECT * FROM {PERSON} WHERE id = %s", 1),
    "the name as text": (f"SELECT '{RECORD}', %s FROM {PERSON}", 1),
    "a union of held queries": (
        f"SELECT id FROM {RECORD} WHERE school_id = %s UNION ALL SELECT id FROM {RECORD} WHERE school_id = %s",
        1,
        1,
    ),
    "a common table": (f"WITH r AS (SELECT * FROM {RECORD} WHERE school_id = %s) SELECT * FROM r", 1),
    "an alternative held on both sides": (
        f"SELECT * FROM {RECORD} WHERE (school_id = %s AND id = %s) OR (school_id = %s AND id = %s)",
        1,
        4,
        1,
        5,
    ),
    "chosen by its own keys": (
        f"UPDATE {RECORD} SET last_name = %s WHERE id IN (SELECT u.id FROM {RECORD} u WHERE u.school_id = %s)",
        "x",
        1,
    ),
    "an insert that leaves alone what is in the way": (
        "INSERT OR IGNORE INTO kernel_schoolunit (school_id, uai) VALUES (%s, %s)",
        1,
        "0930001W",
    ),
    "the same row under another name": (
        f"SELECT * FROM {RECORD} r WHERE r.school_id = %s AND NOT EXISTS (SELECT 1 FROM {RECORD} u WHERE u.id = r.id)",
        1,
    ),
    "a change to the database's shape": (f"ALTER TABLE {RECORD} ADD COLUMN x int",),
    "held, and asked for another besides": (
        f"SELECT * FROM {RECORD} WHERE school_id = %s AND school_id = %s",
        1,
        2,
    ),
}

LOOSE = {
    "no predicate": (f"SELECT * FROM {RECORD}",),
    "another school": (f"SELECT * FROM {RECORD} WHERE school_id = %s", 2),
    "one of the schools is another": (f"SELECT * FROM {RECORD} WHERE school_id IN (%s, %s)", 1, 2),
    "an alternative": (f"SELECT * FROM {RECORD} WHERE school_id = %s OR last_name = %s", 1, "x"),
    "a negation": (f"SELECT * FROM {RECORD} WHERE NOT (school_id = %s)", 1),
    "a literal": (f"SELECT * FROM {RECORD} WHERE school_id = 1",),
    "the other table's predicate": (
        f"SELECT * FROM {RECORD} a JOIN directory_profile b ON b.id = a.id WHERE a.school_id = %s",
        1,
    ),
    "a left join held by what it joins": (
        f"SELECT * FROM {RECORD} a LEFT JOIN directory_profile b ON a.school_id = %s AND b.school_id = a.school_id",
        1,
    ),
    "a comma and no condition": (f"SELECT * FROM {RECORD} a, directory_profile b WHERE a.school_id = %s", 1),
    "a query in the columns": (
        f"SELECT (SELECT count(*) FROM {RECORD}) FROM directory_profile p WHERE p.school_id = %s",
        1,
    ),
    "a query in an IN": (f"SELECT * FROM {PERSON} WHERE id IN (SELECT person_id FROM {RECORD})",),
    "a query in FROM": (f"SELECT * FROM (SELECT * FROM {RECORD}) r WHERE r.school_id = %s", 1),
    "a school found by a query": (
        f"SELECT * FROM {RECORD} WHERE school_id IN (SELECT id FROM kernel_school)",
    ),
    "an update": (f"UPDATE {RECORD} SET last_name = %s WHERE id = %s", "x", 1),
    "an update of another school": (f"UPDATE {RECORD} SET last_name = %s WHERE school_id = %s", "x", 2),
    "a delete by something else": (f"DELETE FROM {RECORD} WHERE last_name = %s", "x"),
    "an insert from a query": (f"INSERT INTO {PERSON} (id) SELECT person_id FROM {RECORD}",),
    "an upsert that may hit another school's row": (
        f"INSERT INTO {RECORD} (id, school_id) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET last_name = %s",
        1,
        1,
        "x",
    ),
    "a union with one loose side": (
        f"SELECT id FROM {RECORD} WHERE school_id = %s UNION SELECT id FROM {RECORD}",
        1,
    ),
    "a common table": (f"WITH r AS (SELECT * FROM {RECORD}) SELECT * FROM r",),
    "a right join": (
        f"SELECT * FROM {RECORD} a RIGHT JOIN directory_profile b ON b.school_id = a.school_id WHERE a.school_id = %s",
        1,
    ),
    "a first line that is blank": (f"\n  SELECT * FROM {RECORD}",),
    "behind a comment": (f"/* x */ SELECT * FROM {RECORD}",),
    "behind a line's comment": (f"-- x\nSELECT * FROM {RECORD}",),
    "as a value": (f"VALUES ((SELECT max(id) FROM {RECORD}))",),
    "as an explanation": (f"EXPLAIN SELECT * FROM {RECORD}",),
    "as a bare table": (f"TABLE {RECORD}",),
    "in capitals": (f"SELECT * FROM {RECORD.upper()}",),
    "held by a query that need not find anything": (
        f"SELECT * FROM {RECORD} r WHERE NOT EXISTS (SELECT 1 FROM {PERSON} p WHERE p.id = 0 AND r.school_id = %s)",
        1,
    ),
    "held by a query among the columns": (
        f"SELECT (SELECT 1 FROM {PERSON} p WHERE r.school_id = %s) FROM {RECORD} r",
        1,
    ),
    "made equal by a query that need not find anything": (
        f"SELECT * FROM {RECORD} r WHERE NOT EXISTS "
        "(SELECT 1 FROM directory_profile p WHERE p.school_id = %s AND r.school_id = p.school_id)",
        1,
    ),
    "a join in parentheses": (f"SELECT * FROM ({PERSON} p JOIN {RECORD} r ON r.person_id = p.id)",),
    "an update from another table": (
        f"UPDATE directory_profile SET label = r.last_name FROM {RECORD} r WHERE directory_profile.school_id = %s",
        1,
    ),
    "an upsert that may hit a closed year's row": (
        "INSERT INTO directory_group (id, school_id) VALUES (%s, %s) ON CONFLICT (school_id, uuid) DO UPDATE SET label = %s",
        1,
        1,
        "x",
    ),
    "an alternative held on one side": (
        f"SELECT * FROM {RECORD} WHERE (school_id = %s AND id = %s) OR last_name = %s",
        1,
        4,
        "x",
    ),
    "an alternative held by another school": (
        f"SELECT * FROM {RECORD} WHERE school_id = %s OR school_id = %s",
        1,
        2,
    ),
    "chosen by a key of another table": (
        f"SELECT * FROM {RECORD} WHERE id IN (SELECT p.id FROM directory_profile p WHERE p.school_id = %s)",
        1,
    ),
    "deleted by another table's key": (f"DELETE FROM {RECORD} USING {PERSON} p WHERE p.id = %s", 1),
    "replaced, whosever it is": (
        "INSERT OR REPLACE INTO kernel_schoolunit (school_id, uai) VALUES (%s, %s)",
        1,
        "x",
    ),
    "copied into a table": (f"CREATE TEMP TABLE t AS SELECT * FROM {RECORD}",),
    "behind a semicolon": (f"SET CONSTRAINTS ALL DEFERRED; SELECT id FROM {RECORD}",),
    "the year forgotten": (f"SELECT * FROM {MEMBER} WHERE school_id = %s", 1),
    "another year": (f"SELECT * FROM {MEMBER} WHERE school_id = %s AND year_id = %s", 1, 8),
    "what cannot be read": (f"SELECT ))) FROM {RECORD} WHERE school_id = %s", 1),
}


@pytest.mark.parametrize("name", HELD)
def test_a_statement_that_stays_passes(name):
    read(*HELD[name])


@pytest.mark.parametrize("name", LOOSE)
def test_a_statement_that_leaves_breaks(name):
    with pytest.raises(WallBroken):
        read(*LOOSE[name])


def test_a_read_over_every_school_passes_only_where_it_is_said(db):
    with pytest.raises(NoSchoolScope):
        PersonRecord.objects.count()
    with in_every_school(reason="test"):
        assert PersonRecord.objects.count() >= 0


def test_a_year_must_be_opened_by_name(cast):
    with in_school(cast.own.school):
        with pytest.raises(NoYearScope):
            Enrolment.objects.count()
        with in_every_year(reason="test"):
            both = Enrolment.objects.count()
    with in_school(cast.own.school, cast.own.year):
        assert Enrolment.objects.count() < both


def test_a_query_made_inside_and_read_outside_finds_no_scope(cast):
    with in_school(cast.own.school):
        records = PersonRecord.objects.all()
    with pytest.raises(NoSchoolScope):
        list(records)


def _ways() -> dict[str, object]:
    """Ways of reaching people that a manager alone does not hold."""
    day = date(2026, 11, 20)
    return {
        "plain": lambda: PersonRecord.objects.all(),
        "forward key": lambda: [m.record for m in GroupMember.objects.all()],
        "select_related": lambda: [m.record for m in GroupMember.objects.select_related("record", "group")],
        "nullable select_related": lambda: [
            f.record for f in Function.objects.select_related("record", "group")
        ],
        "reverse join": lambda: PersonRecord.objects.filter(groups__group__label__contains="a"),
        "reverse join, several rows": lambda: PersonRecord.objects.filter(wards__level=1).distinct(),
        "exclude over a reverse join": lambda: PersonRecord.objects.exclude(groups__role="staff"),
        "exclude over two": lambda: PersonRecord.objects.exclude(groups__group__label="x", groups__role="y"),
        "exclude over three": lambda: PersonRecord.objects.exclude(courses__course__subject__label="nothing"),
        "alternative over reverse joins": lambda: PersonRecord.objects.filter(
            Q(groups__role="pupil") | Q(memberships__profile__code="teacher") | Q(last_name__gt="")
        ).distinct(),
        "negated alternative": lambda: PersonRecord.objects.filter(
            ~(Q(groups__role="nobody") | Q(wards__level=9))
        ).distinct(),
        "annotation": lambda: PersonRecord.objects.annotate(n=Count("groups__group__members")),
        "annotation over outer joins": lambda: PersonRecord.objects.annotate(
            n=Count("enrolments"), m=Count("memberships__profile__narrowings")
        ),
        "filtered aggregate": lambda: PersonRecord.objects.annotate(
            n=Count("groups", filter=Q(groups__role="pupil"))
        ),
        "exists": lambda: PersonRecord.objects.filter(
            Exists(GroupMember.objects.filter(record=OuterRef("pk"), group__label__gt=""))
        ),
        "subquery column": lambda: PersonRecord.objects.annotate(
            label=Subquery(GroupMember.objects.filter(record=OuterRef("pk")).values("group__label")[:1])
        ),
        "pk in a queryset": lambda: PersonRecord.objects.filter(pk__in=Membership.objects.values("record")),
        "in_bulk": lambda: PersonRecord.objects.in_bulk().values(),
        "iterator": lambda: PersonRecord.objects.iterator(),
        "prefetch": lambda: [
            m.record
            for g in Group.objects.prefetch_related(
                Prefetch("members", GroupMember.objects.select_related("record"))
            )
            for m in g.members.all()
        ],
        "plain prefetch": lambda: [
            member.record
            for g in Group.objects.prefetch_related("members__record")
            for member in g.members.all()
        ],
        "deep prefetch": lambda: [
            t.record for c in Course.objects.prefetch_related("teachers__record") for t in c.teachers.all()
        ],
        "reverse manager": lambda: [m.record for g in Group.objects.all() for m in g.members.all()],
        "difference": lambda: PersonRecord.objects.order_by().difference(
            PersonRecord.objects.order_by().filter(last_name="x")
        ),
        "dates": lambda: CourseTeacher.objects.on(day).select_related("record") and [],
        "ordering over a join": lambda: (
            Membership.objects.order_by("record__person__uuid").select_related("record")
            and [m.record for m in Membership.objects.order_by("record__sort_name")]
        ),
        "guardians of pupils of a group": lambda: [
            g.guardian for g in Guardianship.objects.filter(pupil__groups__group__label__gt="")
        ],
        "expression over a join": lambda: (
            PersonRecord.objects.filter(memberships__starts_on__gt=F("memberships__starts_on"))
            or PersonRecord.objects.all()
        ),
        "two querysets, either": lambda: (
            PersonRecord.objects.filter(last_name__gt="m") | PersonRecord.objects.filter(groups__role="pupil")
        ),
        "exclude without rows": lambda: PersonRecord.objects.exclude(memberships=None),
        "exclude by emptiness": lambda: PersonRecord.objects.exclude(groups__isnull=True),
        "locked": lambda: PersonRecord.objects.select_for_update(of=("self",)).all(),
        "distinct values": lambda: PersonRecord.objects.filter(
            pk__in=set(GroupMember.objects.values_list("record", flat=True).distinct())
        ),
        "aggregate over a subquery": lambda: [
            PersonRecord.objects.filter(
                pk=PersonRecord.objects.annotate(n=Count("groups")).aggregate(m=models.Max("id"))["m"]
            )
        ][0],
    }


@pytest.mark.parametrize("way", _ways())
def test_no_way_of_asking_leaves_the_school_or_the_year(cast, way):
    theirs = cast.places[OTHER_SCHOOL]
    with in_school(cast.own.school, cast.own.year):
        found = list(_ways()[way]())  # type: ignore[operator]
        assert all(record.school_id == cast.own.school.pk for record in found)
        assert not {record.last_name for record in found} & theirs.canaries


def test_an_update_and_a_delete_over_a_join_stay_in_the_school(cast):
    with in_school(cast.own.school, cast.own.year):
        renamed = PersonRecord.objects.filter(groups__group__label__gt="").update(city="Ici")
        ended = Membership.objects.filter(record__courses__role="main").delete()
    assert renamed and ended[0]
    theirs = cast.places[OTHER_SCHOOL]
    with in_school(theirs.school, theirs.year):
        assert not PersonRecord.objects.filter(city="Ici").exists()
        assert Membership.objects.exists()


def test_a_join_into_last_years_rows_stays_in_the_year(cast):
    past = cast.places[OTHER_YEAR]
    with in_school(cast.own.school, cast.own.year):
        found = PersonRecord.objects.filter(groups__group__label=past["division"].label)
        assert not found.exists()
        assert not PersonRecord.objects.filter(enrolments__year=past.year.pk).exists()


def test_a_person_cannot_be_asked_for_what_schools_know_of_them():
    reached = {relation.name for relation in Person._meta.get_fields() if relation.is_relation}
    assert reached == {"merged_into"}


def test_several_schools_are_read_together_each_with_its_own_year(cast):
    here, there = cast.places[OWN], cast.places[OTHER_SCHOOL]
    with in_schools([here.school, there.school], [here.year, there.year]):
        labels = set(Group.objects.values_list("label", flat=True))
    assert {"4B", "Canari5A", "Canari6Z"} <= labels
    assert "Canari3C" not in labels


def test_scopes_nest_and_close(cast):
    with in_school(cast.own.school):
        with in_every_school(reason="test"):
            assert SchoolYear.objects.filter(school=cast.places[OTHER_SCHOOL].school).exists()
        assert not SchoolYear.objects.filter(school=cast.places[OTHER_SCHOOL].school).exists()
