"""HTTP on any host: the app under uvicorn."""

import socket

import uvicorn


class Server(uvicorn.Server):
    """Prints a command to try it as soon as it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
            print(
                f"Try: curl http://{f'[{host}]' if ':' in host else host}:{port}/predict "
                """-H 'Content-Type: application/json' -d '{"text": "I love this"}'""",
                flush=True,
            )


def serve(host: str, port: int) -> None:
    """Serve until interrupted. Raises ArtifactError or SettingsError."""
    Server(
        uvicorn.Config("predict.api:create", factory=True, host=host, port=port, server_header=False)
    ).run()
