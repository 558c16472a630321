from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "preau.kernel.storage"
    label = "storage"

    def ready(self) -> None:
        from preau.kernel.richtext.files import register_files
        from preau.kernel.storage import health
        from preau.kernel.storage.showing import files_in_texts

        register_files(files_in_texts)
        health.register()
