from django.urls import path

from preau.modules.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("session/", views.session, name="session"),
    path("hats/", views.hat_choose, name="hat_choose"),
    path("school-years/", views.year_choose, name="year_choose"),
    path("projection/", views.project, name="project"),
    path("comfort/", views.comfort, name="comfort"),
]
