from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Scripts import each other by their hashed names: after an upgrade none meets an old one."""

    support_js_module_import_aggregation = True
