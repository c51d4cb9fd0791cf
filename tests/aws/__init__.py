"""The parts of AWS that the doors use: moto's server on loopback, and what moto lacks."""
