"""HTTP/1.1 on a connection that anybody may open: bounded in number and time, and closed without a loss."""

import asyncio
import sys
from http import HTTPStatus
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from predict.http.identity import find_id
from predict.http.service import Service
from predict.settings import Settings

BYTES_IN_A_TURN = 8_192  # of a connection: asyncio would read 256 kB, which may be 40,000 chunks of a byte
LATE = "predict.late"  # a member of the scope of a request whose body did not come in time
LINGER_SECONDS = 2  # for which a client may go on sending after the answer
_DETAILS = {
    431: "The head of the request is too long: send fewer or shorter headers.",
    501: "This transfer coding is not known: send the body plainly, or chunked.",
}


class Protocol(H11Protocol):
    """uvicorn's protocol with a limit on connections, a time for each request, and problems as errors."""

    def __init__(self, service: Service, settings: Settings, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._service = service
        self._settings = settings
        self._refused = False
        self._deadline: float | None = None  # of a request that is not complete
        self._read_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.max_size = BYTES_IN_A_TURN  # type: ignore[attr-defined]
        super().connection_made(cast(asyncio.Transport, _Lingering(transport, self)))
        if len(self.connections) > self._settings.max_connections:
            self._refuse(503, "The server has as many connections as it can hold: try again later.")
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._read_timer, self._write_timer):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return  # the answer is sent, and what still comes is dropped
        super().data_received(data)
        if not self._awaits_more():
            self._deadline = None

    def on_response_complete(self) -> None:
        super().on_response_complete()  # which starts the next request if it is here already
        if self._awaits_more() and not self.transport.is_closing():
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_timer = self.loop.call_later(self._settings.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._write_timer:
            self._write_timer.cancel()

    def send_400_response(self, msg: str) -> None:
        """Called where h11 raises."""
        if self.cycle and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
            return
        status = getattr(sys.exc_info()[1], "error_status_hint", 400)
        self._refuse(status, _DETAILS.get(status, msg))

    def is_sending(self) -> bool:
        """Whether the client may still send a part of the request that is answered."""
        return self._refused or self.conn.their_state is h11.SEND_BODY

    def _awaits_more(self) -> bool:
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _wait(self) -> None:
        """Give the next request its time. A timer that runs already stays: it looks at the deadline."""
        self._deadline = self.loop.time() + self._settings.read_seconds
        if not self._read_timer:
            self._read_timer = self.loop.call_at(self._deadline, self._check_deadline)

    def _check_deadline(self) -> None:
        self._read_timer = None
        if self._deadline is None:
            return
        if self.loop.time() < self._deadline:
            self._read_timer = self.loop.call_at(self._deadline, self._check_deadline)
        elif self.conn.their_state is h11.IDLE:
            seconds = self._settings.read_seconds
            self._refuse(408, f"The request was not complete after {seconds} seconds: send it again.")
        elif not self.cycle.response_started:
            cast(dict[str, Any], self.scope)[LATE] = True
            self.cycle.message_event.set()  # the app reads on, and Guard raises

    def _refuse(self, status: int, detail: str) -> None:
        """Answer without the app, in bytes: h11 may be in any state."""
        response = self._service.refuse(status, detail, find_id(""))
        headers = {**response.headers, "connection": "close"}
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *map(": ".join, headers.items()), "", ""]
        self._refused = True
        if self.cycle:  # the app, if it reads the body, learns that nothing more comes
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write("\r\n".join(lines).encode() + cast(bytes, response.content))
        self.transport.close()


class _Lingering:
    """A transport that goes on reading for a while after it is closed.

    If a socket is closed while bytes arrive, the system resets the connection, and the client may lose the
    answer (RFC 9112, 9.6).
    """

    def __init__(self, transport: asyncio.Transport, protocol: Protocol) -> None:
        self._transport = transport
        self._protocol = protocol
        self._closing = False
        self.write = transport.write  # the commonest call goes straight there

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self._closing or self._transport.is_closing()

    def close(self) -> None:
        if self.is_closing():
            return
        if not self._protocol.is_sending():
            self._transport.close()
            return
        self._closing = True
        if self._transport.can_write_eof():  # TLS has no connection that is closed by half
            self._transport.write_eof()  # if the client closes too, asyncio closes the socket
        self._transport.resume_reading()
        self._protocol.loop.call_later(LINGER_SECONDS, self._transport.abort)
