"""The shape of what is said on the pages of bookings."""

from bookings.forms.booking import NoticeForm, WhoForm

__all__ = ["NoticeForm", "WhoForm"]
