"""Tongzhou 同舟: departments start, plan, carry out, watch and close projects together."""
