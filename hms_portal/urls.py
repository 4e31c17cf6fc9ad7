"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from hms_portal import demonstration, health, no_signal, views

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("sw.js", no_signal.service_worker, name="service_worker"),
    path("offline/", no_signal.offline, name="offline"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("demonstration/mail/", demonstration.demonstration_mail, name="demonstration_mail"),
    path("account/", include("hms_portal.account_urls")),
    path("lessons/", include("lessons.urls")),
    path("schools/", include("lessons.urls.schools")),
    path("schools/", include("reports.urls.schools")),
    path("places/", include("bookings.urls")),
    path("people/", include("people.urls")),
    path("staff/", include("reports.urls")),
    path("admin/", admin.site.urls),
]
