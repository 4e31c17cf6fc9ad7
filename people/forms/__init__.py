"""The shape of what families tell us about themselves and their children."""

from people.forms.adding import (
    FACES,
    BornForm,
    ContactForm,
    HelpForm,
    NameForm,
    PhotoForm,
    PictureForm,
    YearForm,
)
from people.forms.details import (
    ChildForm,
    ConsentForm,
    DigestForm,
    MyDetailsForm,
    NeedsForm,
)
from people.forms.invitations import MAY_CHOICES, InviteForm
from people.forms.photographs import PhotographForm, SquareField
from people.forms.question import QuestionForm
from people.forms.school_accounts import ClaimSchoolForm, InviteColleagueForm, RefuseClaimForm
from people.forms.schools import AT_HOME, ELSEWHERE, TAUGHT_AT_HOME, SchoolForm

__all__ = [
    "AT_HOME",
    "ELSEWHERE",
    "FACES",
    "MAY_CHOICES",
    "TAUGHT_AT_HOME",
    "BornForm",
    "ChildForm",
    "ClaimSchoolForm",
    "ConsentForm",
    "ContactForm",
    "DigestForm",
    "HelpForm",
    "InviteColleagueForm",
    "InviteForm",
    "MyDetailsForm",
    "NameForm",
    "NeedsForm",
    "PhotoForm",
    "PhotographForm",
    "PictureForm",
    "QuestionForm",
    "RefuseClaimForm",
    "SchoolForm",
    "SquareField",
    "YearForm",
]
