from preau.modules.directory.views.groups import function_end, group_detail, group_list, head_teacher_create
from preau.modules.directory.views.people import person_detail, person_list
from preau.modules.directory.views.schools import (
    school_list,
    year_close,
    year_create,
    year_discard,
    year_list,
    year_open,
)

__all__ = [
    "function_end",
    "group_detail",
    "group_list",
    "head_teacher_create",
    "person_detail",
    "person_list",
    "school_list",
    "year_close",
    "year_create",
    "year_discard",
    "year_list",
    "year_open",
]
