"""Mail as a way to tell people. To add a channel: copy this folder, hang the new one into CHANNELS in config/wiring.py."""

from tongzhou.integrations.smtp.channel import Mail

__all__ = ["Mail"]
