"""How big a county to imagine: one to show, and one as big as a real one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How many of everything. Whatever is counted here is drawn with the size's own seed."""

    name: str
    years: tuple[str, ...]  # oldest first; the last one is this year
    schools: int
    teachers: int
    families: int
    slots: int  # lesson slots
    slots_at_schools: float  # the share of them
    group_share: float  # how many of the slots are groups rather than one to one or two
    second_place: float  # how likely a learner is to do a second thing
    seed: int

    @property
    def year(self) -> str:
        return self.years[-1]


DEMO = Size(
    name="demo",
    years=("2026-27",),
    schools=120,
    teachers=60,
    families=400,
    slots=300,
    slots_at_schools=0.4,
    group_share=0.2,
    second_place=0.35,
    seed=1847,
)
COUNTY = Size(
    name="county",
    years=("2024-25", "2025-26", "2026-27"),
    schools=560,
    teachers=560,
    families=14_000,
    slots=5_600,
    slots_at_schools=0.9,
    group_share=0.85,
    second_place=0.9,
    seed=1848,
)
SIZES = {size.name: size for size in (DEMO, COUNTY)}
