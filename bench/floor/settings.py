"""The product's settings with the floor's addresses."""

from tongzhou.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.floor.urls"
