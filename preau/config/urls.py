from django.urls import include, path

from preau.kernel.modules import modules

urlpatterns = [
    path("health/", include("preau.kernel.web.health")),
    *(path("", include(module.urls)) for module in modules() if module.urls),
]

handler400 = "preau.kernel.web.errors.bad_request"
handler403 = "preau.kernel.web.errors.refused"
handler404 = "preau.kernel.web.errors.unknown"
handler500 = "preau.kernel.web.errors.broken"
