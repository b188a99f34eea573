"""What `tongzhou doctor` looks at."""
