from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import preau.kernel.tenancy.fields

# `ascii`: our lexemes are made in Python, and every letter beyond ASCII stands in a word as it is.
# No positions (`detail`): words are looked up, phrases are not.
FTS5 = [
    """
    CREATE VIRTUAL TABLE search_words USING fts5(words, detail = none, tokenize = "ascii tokenchars ':.'")
    """,
    """
    CREATE TRIGGER search_words_forgotten AFTER DELETE ON search_searchentry
    BEGIN DELETE FROM search_words WHERE rowid = OLD.id; END
    """,
]
GIN = [
    "ALTER TABLE search_searchentry ADD COLUMN words tsvector",
    # Without the list of pending words, which every search would have to read through.
    "CREATE INDEX search_words ON search_searchentry USING gin (words) WITH (fastupdate = off)",
]


def make_index(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": FTS5, "postgresql": GIN}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER search_words_forgotten")
        schema_editor.execute("DROP TABLE search_words")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("row", models.BigIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("sort", models.CharField(max_length=220)),
                ("digest", models.CharField(max_length=32)),
                (
                    "school",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.school",
                    ),
                ),
                (
                    "year",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.schoolyear",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school", "kind", "year", "row"), name="entry_once_a_year"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("year", None)),
                        fields=("school", "kind", "row"),
                        name="entry_once",
                    ),
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
