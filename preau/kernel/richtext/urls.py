from django.urls import path

from preau.kernel.richtext import views

app_name = "richtext"
urlpatterns = [
    path("formula/", views.formula, name="formula"),
    path("clean/", views.clean, name="clean"),
]
