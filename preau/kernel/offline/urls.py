from django.urls import path

from preau.kernel.offline import views

app_name = "offline"
urlpatterns = [
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("offline/", views.page, name="page"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
