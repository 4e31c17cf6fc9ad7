"""How long a sign-in's hash takes, and how many a core does a second: -m benchmarks.passwords.

people/hashers.py is tuned by this. It needs no settings and no database.
"""

import statistics
import time

import argon2

from people.hashers import TunedArgon2

ROUNDS = 20
PASSWORD = b"violet-tuba-lantern"  # invented
SALT = b"sixteen bytes ok"


def milliseconds(passes: int) -> float:
    """The processor time of one hash with this many passes: a busy machine does not change it."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        argon2.low_level.hash_secret(
            PASSWORD,
            SALT,
            time_cost=passes,
            memory_cost=TunedArgon2.memory_cost,
            parallelism=TunedArgon2.parallelism,
            hash_len=32,
            type=argon2.Type.ID,
        )
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def main() -> None:
    """One line per number of passes; the one in use is marked."""
    print(f"Argon2id, {TunedArgon2.memory_cost // 1024} MiB, one lane")
    for passes in range(1, 7):
        each = milliseconds(passes)
        mark = "  <- in use" if passes == TunedArgon2.time_cost else ""
        print(f"{passes} passes: {each:5.1f} ms, {1000 / each:4.1f} sign-ins a second{mark}")


if __name__ == "__main__":
    main()
