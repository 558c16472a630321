from django.urls import path

from preau.modules.directory import views

app_name = "directory"
urlpatterns = [
    path("groups/", views.group_list, name="group_list"),
    path("groups/<uuid:group>/", views.group_detail, name="group_detail"),
    path("groups/<uuid:group>/head-teachers/", views.head_teacher_create, name="head_teacher_create"),
    path("groups/<uuid:group>/head-teachers/block/", views.head_teachers_block, name="head_teachers_block"),
    path("groups/<uuid:group>/sheet/", views.group_sheet, name="group_sheet"),
    path("functions/<uuid:function>/end/", views.function_end, name="function_end"),
    path("people/", views.person_list, name="person_list"),
    path("people/<uuid:record>/", views.person_detail, name="person_detail"),
    path("people/<uuid:record>/class/", views.class_change, name="class_change"),
    path("people/<uuid:record>/photo-consents/", views.photo_consent_create, name="photo_consent_create"),
    path("people/<uuid:record>/photo/", views.photo_create, name="photo_create"),
    path("people/<uuid:record>/photo/remove/", views.photo_remove, name="photo_remove"),
    path("people/<uuid:record>/photo/restore/", views.photo_restore, name="photo_restore"),
    path("files/check/", views.file_check, name="file_check"),
    path("years/", views.year_list, name="year_list"),
    path("years/create/", views.year_create, name="year_create"),
    path("years/<uuid:year>/discard/", views.year_discard, name="year_discard"),
    path("years/<uuid:year>/open/", views.year_open, name="year_open"),
    path("years/<uuid:year>/close/", views.year_close, name="year_close"),
    path("schools/", views.school_list, name="school_list"),
]
