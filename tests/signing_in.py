"""How a test signs somebody in: as the account pages would, without their pages."""

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(client, user):
    client.force_login(user, backend=BACKEND)
    return user
