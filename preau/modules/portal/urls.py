from django.urls import path

from preau.modules.portal import views

app_name = "portal"
urlpatterns = [path("", views.home, name="home")]
