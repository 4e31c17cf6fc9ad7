"""The import of the national register: a real extract, and every way a file can be wrong."""

import csv
import datetime as dt
import io
import tracemalloc
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.models import AuditRow
from people import register
from people.actions.schools import import_schools
from people.models import School

EXTRACT = Path(__file__).parent.parent / "data" / "gias-hertfordshire-sample.csv"
OAK = {
    "URN": "123456",
    "EstablishmentName": "Oakmere Primary School",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentStatus (name)": "Open",
    "CloseDate": "",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "Street": "Chace Avenue",
    "Locality": "",
    "Address3": "",
    "Town": "Potters Bar",
    "Postcode": "EN6 5NP",
    "SchoolWebsite": "",
    "TelephoneNum": "",
    "Easting": "526429",
    "Northing": "200762",
}

pytestmark = pytest.mark.django_db


def table(*rows, columns=None):
    columns = columns or list(OAK)
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, quoting=csv.QUOTE_ALL, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="cp1252"):
        path = tmp_path / "register.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def import_text(write, capsys):
    def import_text(text, encoding="cp1252"):
        call_command("import_schools", write(text, encoding))
        return capsys.readouterr()

    return import_text


def test_import_schools_reads_a_real_extract(capsys):
    call_command("import_schools", EXTRACT)

    said = capsys.readouterr()
    assert said.out == (
        "Schools added: 191. Changed: 0. The same as before: 0. Lines left out: 0.\n"
    )
    nursery = School.objects.get(urn=117077)
    assert (nursery.name, nursery.town, nursery.postcode) == (
        "Oxhey Early Years Centre",
        "Watford",
        "WD19 4RL",
    )
    assert (round(nursery.latitude, 2), round(nursery.longitude, 2)) == (51.64, -0.4)
    assert not nursery.is_invented


def test_import_schools_again_changes_nothing_and_writes_no_history(capsys):
    call_command("import_schools", EXTRACT)
    history = AuditRow.objects.count()

    call_command("import_schools", EXTRACT)

    assert "added: 0. Changed: 0. The same as before: 191." in capsys.readouterr().out
    assert AuditRow.objects.count() == history


def test_import_schools_signs_what_it_wrote(import_text):
    import_text(table(OAK))

    row = AuditRow.objects.get(table="people_school")
    assert (row.action, row.actor_name) == ("people.import_schools", "The portal")


def test_import_schools_finds_columns_in_any_order_among_many_others(import_text):
    columns = [f"Other {number} (name)" for number in range(130)]
    columns[40:40] = reversed(OAK)

    import_text(table(OAK, columns=columns))

    assert School.objects.get().name == "Oakmere Primary School"


def test_import_schools_keeps_letters_outside_ascii(import_text):
    import_text(table({**OAK, "EstablishmentName": "St Élodie’s School"}))

    assert School.objects.get().name == "St Élodie’s School"
    assert School.objects.get().sort_name == "st elodie’s school"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_import_schools_reads_a_file_that_was_saved_again_as_utf_8(import_text, encoding):
    import_text(table({**OAK, "EstablishmentName": "St Élodie’s School"}), encoding)

    assert School.objects.get().name == "St Élodie’s School"


def test_import_schools_leaves_out_a_line_in_no_encoding_it_knows(write, capsys):
    path = write(table(OAK, {**OAK, "URN": "123457", "Town": "Hert#ford"}))
    path.write_bytes(path.read_bytes().replace(b"Hert#ford", b"Hert\x81ford"))

    call_command("import_schools", path)

    said = capsys.readouterr()
    assert said.err == (
        "Line 3 was left out: it holds letters that are not of this encoding (cp1252).\n"
    )
    assert [school.urn for school in School.objects.all()] == [123456]


def test_import_schools_names_every_column_it_misses_in_one_sentence(import_text):
    columns = [name for name in OAK if name not in ("URN", "Easting")]

    with pytest.raises(CommandError) as refused:
        import_text(table(OAK, columns=columns))

    assert str(refused.value).endswith(
        "This is not the register of schools: it lacks the columns URN, Easting."
    )
    assert not School.objects.exists()


@pytest.mark.parametrize("text", ["", "\n", "\x00\x01\x02", "hello"])
def test_import_schools_refuses_what_is_no_register_at_all(import_text, text):
    with pytest.raises(CommandError, match="not the register of schools"):
        import_text(text)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("URN", ""),
        ("URN", "12345x"),
        ("URN", "99999999999"),
        ("Easting", "near the church"),
        ("Easting", "5264290"),
        ("Northing", ""),
        ("EstablishmentStatus (name)", "Perhaps"),
        ("StatutoryLowAge", "three"),
    ],
)
def test_import_schools_names_a_bad_line_and_keeps_the_others(import_text, column, words):
    said = import_text(table(OAK, {**OAK, "URN": "123457", column: words}, {**OAK, "URN": "9"}))

    assert said.err == f"Line 3 was left out: {column} is “{words[:20]}”.\n"
    assert sorted(School.objects.values_list("urn", flat=True)) == [9, 123456]


def test_import_schools_counts_lines_as_an_editor_does(import_text):
    said = import_text(table({**OAK, "Street": "Chace Avenue\nBack gate"}, {**OAK, "URN": "?"}))

    assert said.err == "Line 4 was left out: URN is “?”.\n"


def test_import_schools_takes_the_first_of_two_lines_about_one_school(import_text):
    said = import_text(table(OAK, {**OAK, "EstablishmentName": "Another"}))

    assert said.err == "Line 3 was left out: URN 123456 is on line 2 already.\n"
    assert School.objects.get().name == "Oakmere Primary School"


def test_import_schools_keeps_a_school_of_unknown_place(import_text):
    import_text(table({**OAK, "Easting": "0", "Northing": "0"}))

    assert School.objects.get().latitude is None


def test_import_schools_keeps_a_closed_school_and_marks_it(import_text):
    import_text(table(OAK))
    first = School.objects.get()

    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2016"}
    import_text(table({**OAK, **closed}))

    school = School.objects.get()
    assert (school.pk, school.status, school.closed_on) == (
        first.pk,
        School.Status.CLOSED,
        dt.date(2016, 8, 31),
    )


def test_import_schools_opens_again_what_was_closed(import_text):
    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "2016-08-31"}
    import_text(table({**OAK, **closed}))

    import_text(table(OAK))

    assert (School.objects.get().status, School.objects.get().closed_on) == ("open", None)


def test_import_schools_leaves_invented_schools_alone(import_text):
    invented = School.objects.create(
        urn=123456, name="Invented School", sort_name="invented school", is_invented=True
    )

    said = import_text(table(OAK))

    invented.refresh_from_db()
    assert invented.name == "Invented School"
    assert "line 2" in said.err.lower()
    assert "added: 0. Changed: 0. The same as before: 0. Lines left out: 1." in said.out


def test_import_schools_leaves_nothing_half_done(write, monkeypatch):
    monkeypatch.setattr("people.actions.schools.PART", 2)
    path = write(table(*({**OAK, "URN": str(urn)} for urn in range(1, 6))))
    lines = register.lines_of(path)

    def breaks_off(_):
        for number, line in enumerate(lines):
            if number == 4:
                raise OSError(5, "Input/output error")
            yield line

    monkeypatch.setattr("people.actions.schools.lines_of", breaks_off)
    with pytest.raises(CommandError, match="cannot be read: Input/output error"):
        call_command("import_schools", path)

    assert not School.objects.exists()


def test_import_schools_does_not_hold_the_file_in_memory(tmp_path):
    """Ten times the lines may cost a little more (a number for each URN), never ten times."""
    peaks = []
    for count in (300, 3_000):
        path = tmp_path / f"{count}.csv"
        rows = ({**OAK, "URN": str(urn), "Notes": "x" * 2_000} for urn in range(1, count + 1))
        path.write_text(table(*rows, columns=[*OAK, "Notes"]), encoding="cp1252")
        tracemalloc.start()
        import_schools(path=path, by=None, at=timezone.now())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        School.objects.all().delete()

    assert path.stat().st_size > 6_000_000
    assert peaks[1] < peaks[0] + 4_000_000
