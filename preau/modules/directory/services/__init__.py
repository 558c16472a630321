from preau.modules.directory.services.classes import change_class
from preau.modules.directory.services.functions import (
    appoint_head_teacher,
    carry_functions_over,
    end_function,
)
from preau.modules.directory.services.people import appoint_member
from preau.modules.directory.services.schools import found_school, reset_rules

__all__ = [
    "appoint_head_teacher",
    "appoint_member",
    "carry_functions_over",
    "change_class",
    "end_function",
    "found_school",
    "reset_rules",
]
