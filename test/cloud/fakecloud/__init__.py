"""An EC2 endpoint over moto whose instances really boot: each runs its user-data on this host, until it is shut down."""
