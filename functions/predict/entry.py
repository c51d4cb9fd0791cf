"""The command of the image: Lambda's runtime client where Lambda starts it, a server on any other host."""

import os
import runpy
import sys
from contextlib import suppress

from predict import __version__

_REPEATED = 3  # golden predictions at every start; before a snapshot it is all of them, which take 9 ms
USER = 993  # who has no name and owns no file, as in Lambda
_USAGE = (
    "sentiment: This is not Lambda. To serve HTTP, type: docker run -p 8080:8080 IMAGE serve "
    "(IMAGE is the name of this image; serve --help lists the options)."
)


def main() -> None:
    """Hand over to whom the arguments and the environment name; without either, say what to type.

    `serve` is asked for explicitly, so it wins in Lambda too, where an adapter may stand in front of it.
    """
    arguments = sys.argv[1:]
    if arguments[:1] == ["serve"]:
        from predict import cli  # Lambda's first answer does not wait for it

        root = ["--user", str(USER)] if os.getuid() == 0 else []
        # the container has an address of its own, and its host decides which ports are open
        cli.main(["serve", "--host", "0.0.0.0", *root, *arguments[1:]])  # nosec B104
    elif arguments == ["--version"]:
        print(f"sentiment {__version__}")
    elif os.environ.get("AWS_LAMBDA_RUNTIME_API"):
        if arguments and arguments[0].startswith(f"{__package__}."):  # a door of ours
            _initialize()
        runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
    else:
        print(_USAGE, file=sys.stderr)
        sys.exit(2)


def _initialize() -> None:
    """Load the model and open the store in Lambda's INIT phase, which has a whole processor.

    A snapshot keeps the model. The store is opened after it is restored, because its credentials are others
    then. A model that does not give the predictions of its training ends the process. Other errors are left
    to the first event, whose door tells them to its caller. Before a snapshot there is no event: the runtime
    client reports every error, and Lambda publishes no version.
    """
    from model import ArtifactError  # a handler that is not ours waits for none of these
    from predict import warm
    from predict.settings import SettingsError

    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        from snapshot_restore_py import register_after_restore, register_before_snapshot

        register_before_snapshot(lambda: warm.load_model()[0].check())
        register_after_restore(_open_store)
        return
    try:
        served, _ = warm.load_model()
    except (ArtifactError, SettingsError):
        return
    try:
        served.check(_REPEATED)
    except ArtifactError as exc:
        sys.exit(f"sentiment: {exc}")
    _open_store()


def _open_store() -> None:
    """Where the door writes results; the first event has the error, if there is one."""
    from predict import warm  # as above
    from predict.settings import SettingsError

    _, settings = warm.load_model()
    if settings.results_url:
        with suppress(SettingsError, OSError):
            warm.open_tools()


if __name__ == "__main__":
    main()
