import re
import unicodedata

from django.db import migrations


def _words(*parts):
    plain = unicodedata.normalize("NFKD", " ".join(parts).replace("œ", "oe").replace("Œ", "oe"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.sub(r"[\W_]+", " ", letters.casefold()).strip()
    return f" {words}"[:440] if words else ""


def fill(apps, schema_editor):
    School = apps.get_model("kernel", "School")
    for school in School.objects.filter(search_key="").only("name", "city").iterator():
        School.objects.filter(pk=school.pk).update(search_key=_words(school.name, school.city))


class Migration(migrations.Migration):
    """Safe to run again: each pass only picks rows still to do."""

    atomic = False
    dependencies = [("kernel", "0003_school_for_visitors")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
