"""How a test signs somebody in: as the account pages would, without their pages."""

BACKEND = "people.access.SignedIn"


def sign_in(client, user):
    client.force_login(user, backend=BACKEND)
    return user
