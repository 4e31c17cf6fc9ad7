"""Puts our admin site in Django's place, so that every app registers with it."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "hms_portal.admin_site.PortalAdminSite"
