"""The floor that pages are measured against: bare Django views with the product's own base layout and as many rows."""
