"""The two columns of a rich text. There is no table here."""

from typing import Any

from django.db import models

from preau.kernel.richtext.clean import clean
from preau.kernel.richtext.document import plain
from preau.kernel.richtext.reading import blocks_of


class RichTextField(models.TextField):  # type: ignore[type-arg]
    """HTML of the allow-list. Cleaned on every way into the database: a service that forgets to
    cannot store anything else."""

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = clean(value).html
        return super().get_db_prep_save(value, connection)


class PlainTextOf(models.TextField):  # type: ignore[type-arg]
    """The plain text of the rich text in `source`, filled when the row is saved. With
    `update_fields`, name both."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(editable=False, blank=True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = plain(blocks_of(getattr(model_instance, self.source)))
        setattr(model_instance, self.attname, text)
        return text
