"""An EC2 endpoint over moto whose instances really boot: each runs its user-data here, until it is shut down."""
