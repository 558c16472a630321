"""Fails, saying which, when PostgreSQL or Redis does not answer. Arguments: their addresses."""

import sys

import psycopg
import redis


def main(postgres: str, cache: str) -> str | None:
    server, _, _ = postgres.rpartition("/")
    try:
        with psycopg.connect(f"{server}/postgres", connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
            may_create = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        return f"PostgreSQL does not answer (DATABASE_URL): {error}"
    if version < 15:
        return f"PostgreSQL {version} is too old: 15 or newer is needed."
    if may_create != (True,):
        return "The role of DATABASE_URL may not create databases, which the tests need."
    try:
        redis.Redis.from_url(cache, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        return f"Redis does not answer (REDIS_URL): {error}"
    print(f"PostgreSQL {version} and Redis answer.")
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
