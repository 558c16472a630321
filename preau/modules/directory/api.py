"""The directory's door for the modules above it."""

from preau.modules.directory.models import Duty, Group, PersonRecord, Relation, Right, Source, Tie
from preau.modules.directory.models.groups import Course, CourseTeacher, GroupMember
from preau.modules.directory.models.people import Enrolment, Person
from preau.modules.directory.selectors.groups import GroupCard, all_divisions, my_groups, pupils_of, team_of
from preau.modules.directory.selectors.people import fields_shown, people_listed, person_page
from preau.modules.directory.services import appoint_member, found_school

__all__ = [
    "Course",
    "CourseTeacher",
    "Duty",
    "Enrolment",
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
    "fields_shown",
    "found_school",
    "my_groups",
    "people_listed",
    "person_page",
    "pupils_of",
    "team_of",
]
