from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "tongzhou.config"
    label = "config"

    def ready(self) -> None:
        from tongzhou.config.wiring import wire, wire_processes

        wire()
        wire_processes()
