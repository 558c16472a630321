from django.urls import path

from preau.modules.console import views

app_name = "console"
urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/journal/", views.journal, name="journal"),
    path("console/journal/export/", views.journal_export, name="journal_export"),
    path("console/readings/", views.reading_list, name="reading_list"),
    path("console/look/", views.look, name="look"),
    path("console/device/", views.device, name="device"),
    path("console/device/unshare/", views.device_unshare, name="device_unshare"),
    path("console/work/", views.work, name="work"),
    path("console/work/replay-all/", views.work_replay_all, name="work_replay_all"),
    path("console/work/replay/", views.work_replay, name="work_replay"),
    path("console/work/abandon/", views.work_abandon, name="work_abandon"),
]
