"""System checks: what a model must be for the walls to hold it."""

from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from preau.kernel.tenancy.fields import SchoolForeignKey, SchoolOneToOne
from preau.kernel.tenancy.owned import SchoolManager, SchoolQuerySet, YearManager


@checks.register(checks.Tags.models)
def owned_models_are_walled(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    for model in apps.get_models():
        if getattr(model, "school_owned", False):
            found += _owned_model(model)
        else:
            found += _global_model(model)
    return found


def _owned_model(model: Any) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    name = model.__name__
    expected = YearManager if model.year_owned else SchoolManager
    managers = (model._base_manager, model._default_manager, *model._meta.managers)
    guarded = all(
        isinstance(manager, expected) and issubclass(manager._queryset_class, SchoolQuerySet)
        for manager in managers
    )
    if not guarded:
        found.append(
            checks.Error(f"{name} is read through a manager without its school", obj=model, id="walls.E001")
        )
    for field in model._meta.concrete_fields:
        if not field.is_relation:
            continue
        to_owned = getattr(field.remote_field.model, "school_owned", False)
        if to_owned and not isinstance(field, SchoolForeignKey | SchoolOneToOne):
            found.append(
                checks.Error(f"{name}.{field.name} must be a SchoolForeignKey", obj=model, id="walls.E002")
            )
        if not to_owned and (not field.remote_field.hidden or field.remote_field.related_query_name):
            # A way from a global row into school rows would run without their school.
            found.append(
                checks.Error(f"{name}.{field.name} needs related_name='+'", obj=model, id="walls.E003")
            )
    if model._meta.local_many_to_many:
        found.append(checks.Error(f"{name} has a many-to-many without a school", obj=model, id="walls.E004"))
    if not any(columns[0] == "school" for columns in _indexes(model)):
        found.append(checks.Error(f"{name} has no index that begins with school", obj=model, id="walls.E005"))
    return found


def _global_model(model: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"{model.__name__}.{field.name}: a global row points into a school", obj=model, id="walls.E006"
        )
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.is_relation and getattr(field.remote_field.model, "school_owned", False)
    ]


def _indexes(model: Any) -> list[list[str]]:
    unique = [
        list(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition
    ]
    return unique + [list(index.fields) for index in model._meta.indexes if index.fields]
