from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "hms_portal"
    verbose_name = "The portal"
