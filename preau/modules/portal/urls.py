from django.urls import path

from preau.modules.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("home/", views.home_arrange, name="home_arrange"),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.search_suggest, name="search_suggest"),
    path("search/choices/", views.search_choose, name="search_choose"),
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/tries/", views.gallery_try, name="gallery_try"),
]
