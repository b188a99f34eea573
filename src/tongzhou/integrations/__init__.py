"""Other people's servers: one folder for each, made by copying one."""
