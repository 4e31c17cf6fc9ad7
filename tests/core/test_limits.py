"""How often something may be asked for: counted for each, forgotten in time, never in the way."""

from core import limits


def over(whose="a"):
    return limits.is_over("reading", whose, most=2, seconds=60)


def test_the_third_is_one_too_many():
    assert [over(), over(), over()] == [False, False, True]


def test_each_is_counted_alone():
    assert [over("a"), over("a"), over("b"), over("a")] == [False, False, False, True]


def test_a_new_stretch_begins_anew(time_machine):
    time_machine.move_to("2026-11-22 12:00", tick=False)
    for _ in range(3):
        over()
    time_machine.move_to("2026-11-22 12:02", tick=False)

    assert over() is False


def test_a_cache_that_is_away_stops_nobody(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert [over(), over(), over()] == [False, False, False]
