from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tongzhou.exchange"
    label = "exchange"
    verbose_name = "Exchange"
