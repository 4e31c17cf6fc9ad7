"""The shape of what families tell us about themselves and their children."""

from people.forms.adding import (
    AT_HOME,
    ELSEWHERE,
    FACES,
    TAUGHT_AT_HOME,
    BornForm,
    ContactForm,
    HelpForm,
    NameForm,
    PhotoForm,
    PictureForm,
    QuestionForm,
    SchoolForm,
    YearForm,
)
from people.forms.details import ChildForm, ConsentForm, MyDetailsForm, NeedsForm

__all__ = [
    "AT_HOME",
    "ELSEWHERE",
    "FACES",
    "TAUGHT_AT_HOME",
    "BornForm",
    "ChildForm",
    "ConsentForm",
    "ContactForm",
    "HelpForm",
    "MyDetailsForm",
    "NameForm",
    "NeedsForm",
    "PhotoForm",
    "PictureForm",
    "QuestionForm",
    "SchoolForm",
    "YearForm",
]
