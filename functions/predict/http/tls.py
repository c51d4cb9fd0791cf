"""TLS for the plain server, with the same bounds as without it."""

import ssl
from asyncio import constants, sslproto
from pathlib import Path

from predict.http.protocol import BYTES_IN_A_TURN, LINGER_SECONDS


def open_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What encrypts with a certificate and its key. Raises OSError, which names the file, or ValueError."""
    for path in (certificate, key):
        path.open("rb").close()  # an error of ssl's names no file
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password="")  # nosec B106 # without one, OpenSSL would ask a terminal
    except ssl.SSLError as exc:
        raise ValueError(
            "--tls-cert and --tls-key must be a certificate and its own key in PEM, without a password."
        ) from exc
    return context


def bound(handshake_seconds: int) -> None:
    """Bound what asyncio reads in a turn, and its time for a handshake and for a farewell.

    uvicorn hands none of them on, so they are set for the process.
    """
    sslproto.SSLProtocol.max_size = BYTES_IN_A_TURN
    constants.SSL_HANDSHAKE_TIMEOUT = handshake_seconds
    constants.SSL_SHUTDOWN_TIMEOUT = LINGER_SECONDS
