import django.db.models.deletion
import django.utils.timezone
import preau.kernel.tenancy.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_photo_consent"),
        ("kernel", "0004_fill_search_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name="group",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="dernier jour"),
        ),
        migrations.AddField(
            model_name="group",
            name="part_of",
            field=preau.kernel.tenancy.fields.SchoolForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="directory.group",
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name="guardianship",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name="personrecord",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddIndex(
            model_name="personrecord",
            index=models.Index(
                condition=models.Q(("ine", ""), _negated=True),
                fields=["ine", "birth_date"],
                name="record_by_ine",
            ),
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.schoolyear",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "à relire"),
                            ("waiting", "en attente"),
                            ("applying", "en cours"),
                            ("applied", "appliqué"),
                            ("undone", "annulé"),
                            ("given_up", "abandonné"),
                            ("failed", "échoué"),
                        ],
                        default="ready",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "begun_by",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.personrecord",
                    ),
                ),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("effective_on", models.DateField(verbose_name="à compter du")),
                ("files", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("asks", models.JSONField(default=list)),
                ("outcome", models.JSONField(default=dict)),
                (
                    "applied_by",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.personrecord",
                    ),
                ),
                ("applied_at", models.DateTimeField(editable=False, null=True)),
                ("settled_at", models.DateTimeField(editable=False, null=True)),
                ("trace", models.BinaryField(null=True)),
            ],
            options={
                "ordering": ["-begun_at", "-id"],
                "indexes": [models.Index(fields=["school", "year", "-begun_at"], name="import_of_year")],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "uuid"), name="import_uuid"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("ready", "waiting", "applying"))),
                        fields=("school",),
                        name="import_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.schoolyear",
                    ),
                ),
                (
                    "batch",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="directory.import",
                    ),
                ),
                ("rank", models.PositiveIntegerField()),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("doubtful", "à rapprocher"),
                            ("conflict", "à trancher"),
                            ("arrive", "arrivées"),
                            ("change", "changements"),
                            ("depart", "départs"),
                            ("same", "déjà à jour"),
                            ("error", "non repris"),
                            ("check", "à vérifier"),
                            ("remark", "à savoir"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "thing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("subject", "matière"),
                            ("division", "classe"),
                            ("group", "groupe"),
                            ("pupil", "élève"),
                            ("guardian", "responsable"),
                            ("charge", "lien"),
                            ("staff", "personnel"),
                            ("course", "cours"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        blank=True,
                        choices=[("siecle", "SIECLE"), ("sts", "STS-web"), ("table", "tableau")],
                        max_length=6,
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=160)),
                ("uai", models.CharField(blank=True, max_length=8)),
                ("who", models.CharField(blank=True, max_length=160)),
                ("file", models.CharField(blank=True, max_length=255)),
                ("line", models.PositiveIntegerField(default=0)),
                ("target_id", models.BigIntegerField(null=True)),
                ("said", models.JSONField(default=dict)),
                ("detail", models.JSONField(default=dict)),
                ("decision", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["rank", "id"],
                "indexes": [
                    models.Index(fields=["school", "year", "batch", "act", "rank"], name="importline_by_act")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school", "year", "batch", "rank"), name="importline_rank"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                    "origin",
                    models.CharField(
                        choices=[("siecle", "SIECLE"), ("sts", "STS-web"), ("table", "tableau")],
                        max_length=6,
                        verbose_name="origine",
                    ),
                ),
                (
                    "thing",
                    models.CharField(
                        choices=[
                            ("subject", "matière"),
                            ("division", "classe"),
                            ("group", "groupe"),
                            ("pupil", "élève"),
                            ("guardian", "responsable"),
                            ("charge", "lien"),
                            ("staff", "personnel"),
                            ("course", "cours"),
                        ],
                        max_length=8,
                    ),
                ),
                ("external_id", models.CharField(max_length=160)),
                (
                    "year",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.schoolyear"
                    ),
                ),
                ("uai", models.CharField(blank=True, max_length=8)),
                ("said", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=32)),
                (
                    "record",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="directory.personrecord",
                    ),
                ),
                (
                    "guardianship",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="directory.guardianship",
                    ),
                ),
                (
                    "group",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="directory.group",
                    ),
                ),
                (
                    "course",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="directory.course",
                    ),
                ),
                (
                    "subject",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="directory.subject",
                    ),
                ),
                ("gone_on", models.DateField(null=True, verbose_name="absent des fichiers depuis le")),
                (
                    "last_import",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.import",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        fields=["school", "thing", "external_id", "origin"], name="sourcerecord_by_id"
                    ),
                    models.Index(fields=["school", "record"], name="sourcerecord_of_record"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school", "year", "origin", "thing", "external_id"), name="sourcerecord_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                    "record",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="overrides",
                        to="directory.personrecord",
                    ),
                ),
                ("field", models.CharField(max_length=20)),
                ("value", models.CharField(blank=True, max_length=254)),
                ("was", models.CharField(blank=True, max_length=254)),
                (
                    "by",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.personrecord",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "record", "field"), name="override_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.school",
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("headers_digest", models.CharField(max_length=32)),
                ("columns", models.JSONField(default=list)),
                (
                    "by",
                    preau.kernel.tenancy.fields.SchoolForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.personrecord",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["-at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "headers_digest"), name="columnmapping_once")
                ],
                "indexes": [],
            },
        ),
    ]
