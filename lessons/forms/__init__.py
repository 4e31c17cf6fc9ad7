"""What may be asked of the finder, and on the pages of cover."""

from lessons.forms.cover import AskCoverForm, NameForm
from lessons.forms.finder import FindActivitiesForm, InUse

__all__ = ["AskCoverForm", "FindActivitiesForm", "InUse", "NameForm"]
