"""The pages of a staff home, and its tables to take away."""

from reports.views.home import staff_home
from reports.views.sheets import staff_sheet

__all__ = ["staff_home", "staff_sheet"]
