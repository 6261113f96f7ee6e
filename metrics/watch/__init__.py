"""What a monitoring system asks a running service: what it is asked, how busy it is, and how its records stand."""
