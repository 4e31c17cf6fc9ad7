"""Passwords: Argon2id, tuned so that one sign-in costs about 50 ms of one core."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2(Argon2PasswordHasher):
    """Memory first: 19 MiB as OWASP's minimum, passes raised until it takes about 50 ms."""

    time_cost = 4
    memory_cost = 19 * 1024
    parallelism = 1
