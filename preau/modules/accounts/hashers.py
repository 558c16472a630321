"""Kept apart: Django loads it by name, before any request."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """About 50 ms and 19 MiB (OWASP's second setting): a school logs in all at once at eight."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
