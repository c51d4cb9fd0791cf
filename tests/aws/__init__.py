"""AWS as far as the doors see it: moto's server on loopback, and what it leaves out."""
