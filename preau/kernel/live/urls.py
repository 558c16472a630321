from django.urls import path

from preau.kernel.live import views

app_name = "live"
urlpatterns = [path("", views.ticket, name="ticket")]
