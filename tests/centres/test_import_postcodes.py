"""The import of postcodes: what it keeps, what it leaves out and says so."""

import pytest
from django.core.management import CommandError, call_command

from centres.models import Postcode

pytestmark = pytest.mark.django_db


@pytest.fixture
def import_text(tmp_path, capsys):
    def import_text(text, encoding="utf-8"):
        path = tmp_path / "postcodes.csv"
        path.write_bytes(text.encode(encoding))
        call_command("import_postcodes", path)
        return capsys.readouterr()

    return import_text


def test_import_postcodes_writes_them_as_people_do(import_text):
    import_text("postcode,easting,northing\nal13jq,514900,207300\n")

    kept = Postcode.objects.get()
    assert (kept.code, kept.outward, kept.easting) == ("AL1 3JQ", "AL1", 514900)
    assert (round(kept.latitude, 3), round(kept.longitude, 3)) == (51.753, -0.337)


def test_import_postcodes_knows_the_national_directorys_columns_in_any_order(import_text):
    said = import_text("osnrth1m,dointr,pcds,oseast1m\n207300,1980,AL1 3JQ,514900\n", "utf-8-sig")

    assert "added: 1." in said.out


def test_import_postcodes_again_changes_nothing(import_text):
    text = "postcode,easting,northing\nAL1 3JQ,514900,207300\nSG1 1AA,523900,224400\n"
    import_text(text)

    said = import_text(text)

    assert said.out.startswith("Postcodes added: 0. Changed: 0. The same as before: 2.")


def test_import_postcodes_moves_a_postcode_that_moved(import_text):
    import_text("postcode,easting,northing\nAL1 3JQ,514900,207300\n")

    import_text("postcode,easting,northing\nAL1 3JQ,515000,207300\n")

    assert Postcode.objects.get().easting == 515000


def test_import_postcodes_names_the_lines_it_leaves_out(import_text):
    said = import_text(
        "postcode,easting,northing\nNOWHERE,1,1\nAL1 3JQ,,207300\nAL1 3JR,514900,9999999\n"
        "AL1 3JS,514900,207300\n"
    )

    assert said.err.splitlines() == [
        "Line 2 was left out: postcode is “NOWHERE”.",
        "Line 3 was left out: easting is “”.",
        "Line 4 was left out: northing is “9999999”.",
    ]
    assert [postcode.code for postcode in Postcode.objects.all()] == ["AL1 3JS"]


def test_import_postcodes_names_the_columns_it_misses(import_text):
    with pytest.raises(CommandError, match="lacks the columns easting, northing"):
        import_text("postcode,latitude\nAL1 3JQ,51.7\n")


def test_import_postcodes_says_that_there_is_no_such_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        call_command("import_postcodes", tmp_path / "none.csv")
