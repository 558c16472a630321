from django.urls import path

from preau.kernel.storage import views

app_name = "storage"
urlpatterns = [
    path("files/<uuid:attachment>/", views.attachment_download, name="attachment_download"),
    path("signed-files/<str:token>/", views.signed_download, name="signed_download"),
    path("uploads/", views.upload_create, name="upload_create"),
    path("uploads/<uuid:upload>/", views.upload_detail, name="upload_detail"),
]
