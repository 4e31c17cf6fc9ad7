"""What a school tells us of a class: what to know before meeting it, and who is in it."""

from django import forms

from core.forms import DateBoxesField, WholeNumberInput
from core.uploads import MOST_BYTES
from lessons.rules.classes import LONGEST_CARE
from people.forms import QuestionForm


class ClassCareForm(QuestionForm):
    """What to know before the first day, in the school's words; nothing is an answer too."""

    words = forms.CharField(
        label="What should our teacher know before meeting this class?",
        help_text="What helps, how many need it, and what to do if something happens. Name no"
        " child: their teacher will show us who. Leave it empty if there is nothing to know.",
        required=False,
        max_length=LONGEST_CARE,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"max_length": f"Say it in {LONGEST_CARE} characters or fewer"},
    )


class ChangeClassSizeForm(QuestionForm):
    """How many children, and from which day on; today where nothing else is said."""

    number = forms.IntegerField(
        label="How many children are in the class?",
        widget=WholeNumberInput({"class": "w-5"}),
        error_messages={
            "required": "Enter how many children, for example 18",
            "invalid": "Enter how many children, for example 18",
        },
    )
    from_on = DateBoxesField(
        label="From which day?",
        name="The day",
        example="1 12 2026",
        help_text="Today, or a later day. For example 1 12 2026.",
        error_messages={"required": "Enter the day, for example 1 12 2026"},
    )


class ClassListForm(QuestionForm):
    """A sheet of the school's own, of one class."""

    sheet = forms.FileField(
        label="Your sheet",
        help_text="CSV or XLSX, at most 1 MB. The first row names the columns.",
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        error_messages={"required": "Choose a sheet"},
    )

    def clean_sheet(self) -> bytes:
        """Its bytes: one more than we take says that it is too big."""
        content: bytes = self.cleaned_data["sheet"].read(MOST_BYTES + 1)
        return content
