"""Measure speed and memory beside a peer in the same run.

The ratio to the peer holds on other machines. Milliseconds do not.
"""
