from functools import cache

from preau.kernel.modules import NoticeKind, modules


@cache
def kinds() -> dict[str, NoticeKind]:
    """Every kind a module declares, by name, in the order of the modules."""
    return {kind.name: kind for module in modules() for kind in module.notices}


def kind_named(name: str) -> NoticeKind:
    """Raises `LookupError`: a kind nobody declares is a slip of whoever tells."""
    try:
        return kinds()[name]
    except KeyError:
        raise LookupError(f"no module declares the notice kind {name!r}") from None
