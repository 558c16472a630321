"""Telephone numbers on a page."""

from django import template

from preau.kernel import phones

register = template.Library()

register.filter("phone", phones.shown)
register.filter("dialled", phones.dialled)
