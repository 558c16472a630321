from django.urls import include, path

from preau.kernel.modules import modules
from preau.kernel.web.health import figures

urlpatterns = [
    path("health/", include("preau.kernel.web.health")),
    path("metrics", figures),
    path("live-ticket/", include("preau.kernel.live.urls")),
    path("rich-text/", include("preau.kernel.richtext.urls")),
    path("", include("preau.kernel.storage.urls")),
    path("", include("preau.kernel.offline.urls")),
    *(path("", include(module.urls)) for module in modules() if module.urls),
]

handler400 = "preau.kernel.web.errors.bad_request"
handler403 = "preau.kernel.web.errors.refused"
handler404 = "preau.kernel.web.errors.unknown"
handler500 = "preau.kernel.web.errors.broken"
