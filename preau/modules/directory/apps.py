from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "preau.modules.directory"
    label = "directory"

    def ready(self) -> None:
        from preau.kernel.access.acting import register_directory
        from preau.modules.directory.selectors.actors import PeopleDirectory

        register_directory(PeopleDirectory())
