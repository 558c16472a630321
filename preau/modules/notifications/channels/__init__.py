"""The wires to the outside. They know messages and answers, not rows."""

from preau.modules.notifications.channels.answers import Answer, Message, Outcome

__all__ = ["Answer", "Message", "Outcome"]
