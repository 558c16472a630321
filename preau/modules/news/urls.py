from django.urls import path

from preau.modules.news import views

app_name = "news"
urlpatterns = [
    path("news/", views.announcement_list, name="announcement_list"),
    path("news/new/", views.announcement_new, name="announcement_new"),
    path("news/drafts/", views.draft_save, name="draft_save"),
    path("news/<uuid:announcement>/discard/", views.draft_discard, name="draft_discard"),
    path("news/<uuid:announcement>/files/", views.file_create, name="file_create"),
    path("news/files/<uuid:file>/remove/", views.file_remove, name="file_remove"),
    path("news/files/<uuid:file>/restore/", views.file_restore, name="file_restore"),
    path("news/<uuid:announcement>/", views.announcement_detail, name="announcement_detail"),
    path("news/<uuid:announcement>/edit/", views.announcement_edit, name="announcement_edit"),
    path("news/<uuid:announcement>/withdraw/", views.announcement_withdraw, name="announcement_withdraw"),
    path("news/<uuid:announcement>/restore/", views.announcement_restore, name="announcement_restore"),
]
