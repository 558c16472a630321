from preau.modules.directory.models.authorities import Authority, AuthorityMember, Oversight
from preau.modules.directory.models.groups import (
    Course,
    CourseGroup,
    CourseTeacher,
    Group,
    GroupMember,
    Source,
    Subject,
)
from preau.modules.directory.models.people import Enrolment, Guardianship, Person, PersonRecord
from preau.modules.directory.models.pictures import PhotoConsent
from preau.modules.directory.models.rule_versions import Rule, RulesVersion
from preau.modules.directory.models.rules import AccessRule, Narrowing, Relation, Right, Tie
from preau.modules.directory.models.sources import (
    PERSON_FIELDS,
    TARGETS,
    ColumnMapping,
    Import,
    ImportLine,
    Origin,
    Override,
    SourceRecord,
    Thing,
)
from preau.modules.directory.models.staff import Duty, Function, Membership, Profile

__all__ = [
    "PERSON_FIELDS",
    "TARGETS",
    "AccessRule",
    "Authority",
    "AuthorityMember",
    "ColumnMapping",
    "Course",
    "CourseGroup",
    "CourseTeacher",
    "Duty",
    "Enrolment",
    "Function",
    "Group",
    "GroupMember",
    "Guardianship",
    "Import",
    "ImportLine",
    "Membership",
    "Narrowing",
    "Origin",
    "Override",
    "Oversight",
    "Person",
    "PersonRecord",
    "PhotoConsent",
    "Profile",
    "Relation",
    "Right",
    "Rule",
    "RulesVersion",
    "Source",
    "SourceRecord",
    "Subject",
    "Thing",
    "Tie",
]
