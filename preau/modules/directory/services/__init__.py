from preau.modules.directory.services.arrivals import add_guardian, add_member, enrol_pupil
from preau.modules.directory.services.classes import change_class
from preau.modules.directory.services.corrections import correct_person, take_correction_back
from preau.modules.directory.services.course_teachers import add_teacher, end_teacher
from preau.modules.directory.services.courses_by_hand import (
    add_course_group,
    change_course,
    create_course,
    end_course,
    end_course_group,
)
from preau.modules.directory.services.departures import end_enrolment, end_memberships
from preau.modules.directory.services.functions import (
    appoint_digital_lead,
    appoint_head_teacher,
    carry_functions_over,
    end_function,
)
from preau.modules.directory.services.groups_by_hand import (
    change_group,
    create_group,
    delete_group,
    end_group,
)
from preau.modules.directory.services.guardianships import change_guardianship, end_guardianship
from preau.modules.directory.services.members import add_members, remove_members
from preau.modules.directory.services.people import appoint_member
from preau.modules.directory.services.rules import change_rules
from preau.modules.directory.services.schools import found_school

__all__ = [
    "add_course_group",
    "add_guardian",
    "add_member",
    "add_members",
    "add_teacher",
    "appoint_digital_lead",
    "appoint_head_teacher",
    "appoint_member",
    "carry_functions_over",
    "change_class",
    "change_course",
    "change_group",
    "change_guardianship",
    "change_rules",
    "correct_person",
    "create_course",
    "create_group",
    "delete_group",
    "end_course",
    "end_course_group",
    "end_enrolment",
    "end_function",
    "end_group",
    "end_guardianship",
    "end_memberships",
    "end_teacher",
    "enrol_pupil",
    "found_school",
    "remove_members",
    "take_correction_back",
]
