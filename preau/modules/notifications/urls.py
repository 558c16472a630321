from django.urls import path

from preau.modules.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/read/", views.notice_read_all, name="notice_read_all"),
    path("notices/preferences/", views.preferences, name="preferences"),
    path("notices/preferences/hours/", views.hours_choose, name="hours_choose"),
    path("notices/preferences/channels/", views.channels_choose, name="channels_choose"),
    path("notices/preferences/trial/", views.trial_send, name="trial_send"),
    path("notices/preferences/address/", views.address_trust, name="address_trust"),
    path("notices/push/", views.browser_subscribe, name="browser_subscribe"),
    path("notices/push/<uuid:subscription>/forget/", views.browser_forget, name="browser_forget"),
    path("notices/school/", views.school_hours, name="school_hours"),
    path("notices/unsubscribe/", views.unsubscribe, name="unsubscribe"),
    path("notices/<uuid:notice>/", views.notice_open, name="notice_open"),
]
