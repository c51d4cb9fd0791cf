"""HTTP: the app, its errors, its description, and the adapters to Lambda and to a plain server."""
