"""Tries new versions of the functions before they get traffic. CodeDeploy asks for it."""
