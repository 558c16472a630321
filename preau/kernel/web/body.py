"""Requests are taken whole before a thread is: a slow or cut line costs nobody else their page."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.kernel.web.headers import of_the_server

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LONGEST_BODY = 2_500_000  # bytes; files come by another way
LONGEST_HEARD = (
    30_000_000  # bytes of a refused body that are let pass: a browser shows no answer before its end
)
SLOWEST_BODY = 30.0  # seconds


class WholeBody:
    """ASGI. Reads the body first, within a time and a size, and gives it to `application` at once.

    A body cut off by a dropped line is not executed with what had arrived: the browser knows
    that it was not sent, and a date that lost its last digit is still a date.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        # « X_Forwarded_For » would reach the pages under the name of « X-Forwarded-For ».
        scope = {**scope, "headers": [each for each in scope["headers"] if b"_" not in each[0]]}
        declared = next((int(v) for k, v in scope["headers"] if k == b"content-length" and v.isdigit()), None)
        is_page = any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
        too_long = declared is not None and declared > LONGEST_BODY
        try:
            async with asyncio.timeout(SLOWEST_BODY):
                body = await _read(receive)
        except TimeoutError:
            await _answer(send, 413 if too_long else 408, is_page)
            return
        if body is None:
            return  # they have gone
        if len(body) > LONGEST_BODY:
            await _answer(send, 413, is_page)
            return
        if declared is not None and len(body) != declared:
            await _answer(send, 400, is_page)
            return
        if declared is None:  # sent in pieces: its length is known now
            scope = {**scope, "headers": [*scope["headers"], (b"content-length", str(len(body)).encode())]}
        given = False

        async def whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.application(scope, whole, send)


async def _read(receive: Receive) -> bytes | None:
    """None when the line was cut. Of what is too long the rest is heard and not kept."""
    body, heard = bytearray(), 0
    while heard <= LONGEST_HEARD:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        heard += len(piece)
        if len(body) <= LONGEST_BODY:
            body += piece
        if not message.get("more_body"):
            break
    return bytes(body)


async def _answer(send: Send, status: int, is_page: bool) -> None:
    headers = of_the_server(is_page=is_page)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": _said(status, is_page)})


@cache
def _said(status: int, is_page: bool) -> bytes:
    with override("fr"):
        title, message = _WORDS[status]()
        if not is_page:
            return f"{message}\n".encode()
        # No request, no context processor, no database: nobody has asked who this is.
        context = {"status": status, "title": title, "message": message}
        return render_to_string("ui/error.html", context).encode()


_WORDS: dict[int, Callable[[], tuple[str, str]]] = {
    400: lambda: (
        _("Envoi incomplet"),
        _("Tout n’est pas arrivé : rien n’a été enregistré. Revenez en arrière et recommencez."),
    ),
    408: lambda: (
        _("La connexion est trop lente"),
        _(
            "L’envoi n’est pas arrivé à temps : rien n’a été enregistré. Revenez en arrière, votre saisie y"
            " est encore, et recommencez avec une meilleure connexion."
        ),
    ),
    413: lambda: (
        _("C’est trop lourd pour un seul envoi"),
        _(
            "Rien n’a été enregistré. Revenez en arrière, votre saisie y est encore. Envoyez moins de 2 Mo de"
            " fichiers, au besoin dans une archive ZIP, ou raccourcissez le texte."
        ),
    ),
}
