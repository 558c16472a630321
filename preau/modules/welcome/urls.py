from django.urls import path

from preau.modules.welcome import views

app_name = "welcome"
urlpatterns = [
    path("school/<uuid:school>/", views.school_card, name="school_card"),
    path("school/<uuid:school>/charter/", views.charter, name="charter"),
    path("school/<uuid:school>/charter/<uuid:charter>/", views.charter_version, name="charter_version"),
    path("legal/", views.notice, name="notice"),
    path("legal/personal-data/", views.personal_data, name="personal_data"),
    path("legal/accessibility/", views.accessibility, name="accessibility"),
    path("status/", views.status, name="status"),
    path("help/", views.help_list, name="help_list"),
    path("help/<str:page>/", views.help_page, name="help_page"),
    path("first-steps/seen/", views.first_step_see, name="first_step_see"),
    path("first-steps/open/", views.first_step_open, name="first_step_open"),
    path("first-steps/leave/", views.first_steps_leave, name="first_steps_leave"),
    path("first-steps/resume/", views.first_steps_resume, name="first_steps_resume"),
    path("console/card/", views.card_edit, name="card_edit"),
    path("console/closing/", views.closing, name="closing"),
    path("console/closing/withdraw/", views.closing_withdraw, name="closing_withdraw"),
    path("console/charter/", views.charter_edit, name="charter_edit"),
]
