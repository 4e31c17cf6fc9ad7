"""The pages of allauth that are ours to keep: sign up, in and out, confirm, and passwords.

A list of our own, because a page that nobody dressed is a page nobody looks after.
"""

from allauth.account import views
from django.urls import path, re_path

from hms_portal.account_views import sign_in, sign_out, sign_up
from people.account_views import dfe_sign_in, dfe_signed_in
from people.dfe import PROVIDER

DFE = {"provider_id": PROVIDER}

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("logout/", sign_out, name="account_logout"),
    path("signup/", sign_up, name="account_signup"),
    # The names by which allauth looks for them; the second address is registered with DfE.
    path("dfe/", dfe_sign_in, DFE, name="openid_connect_login"),
    path("dfe/callback/", dfe_signed_in, DFE, name="openid_connect_callback"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"
    ),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
