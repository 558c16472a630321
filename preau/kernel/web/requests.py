from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """Every request is read as UTF-8, whatever charset it names: some that Python knows are no charset
    at all and fail before any page of ours could say so."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Pages(WSGIHandler):
    request_class = Utf8Request
