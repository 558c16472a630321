from preau.modules.directory.views.files import file_check
from preau.modules.directory.views.groups import (
    function_end,
    group_detail,
    group_list,
    group_sheet,
    head_teacher_create,
    head_teachers_block,
)
from preau.modules.directory.views.people import class_change, person_detail, person_list
from preau.modules.directory.views.pictures import (
    photo_consent_create,
    photo_create,
    photo_remove,
    photo_restore,
)
from preau.modules.directory.views.schools import (
    school_list,
    year_close,
    year_create,
    year_discard,
    year_list,
    year_open,
)

__all__ = [
    "class_change",
    "file_check",
    "function_end",
    "group_detail",
    "group_list",
    "group_sheet",
    "head_teacher_create",
    "head_teachers_block",
    "person_detail",
    "person_list",
    "photo_consent_create",
    "photo_create",
    "photo_remove",
    "photo_restore",
    "school_list",
    "year_close",
    "year_create",
    "year_discard",
    "year_list",
    "year_open",
]
