"""The directory's door for the modules above it."""

from preau.modules.directory.models import Duty, Function, Group, PersonRecord, Relation, Right, Source, Tie
from preau.modules.directory.models.groups import Course, CourseTeacher, GroupMember
from preau.modules.directory.models.people import Enrolment, Person
from preau.modules.directory.selectors.contacts import (
    Contact,
    contacts_of,
    own_contacts,
    people_here,
    people_who_are,
)
from preau.modules.directory.selectors.groups import GroupCard, all_divisions, my_groups, pupils_of
from preau.modules.directory.selectors.people import fields_shown, people_listed, person_page
from preau.modules.directory.selectors.teams import team_of
from preau.modules.directory.services import appoint_member, found_school

__all__ = [
    "Contact",
    "Course",
    "CourseTeacher",
    "Duty",
    "Enrolment",
    "Function",
    "Group",
    "GroupCard",
    "GroupMember",
    "Person",
    "PersonRecord",
    "Relation",
    "Right",
    "Source",
    "Tie",
    "all_divisions",
    "appoint_member",
    "contacts_of",
    "fields_shown",
    "found_school",
    "my_groups",
    "own_contacts",
    "people_here",
    "people_listed",
    "people_who_are",
    "person_page",
    "pupils_of",
    "team_of",
]
