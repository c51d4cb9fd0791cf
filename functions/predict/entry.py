"""The command of the image: Lambda's runtime client where Lambda starts it, a server on any other host."""

import os
import runpy
import sys

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
    elif os.environ.get("AWS_LAMBDA_RUNTIME_API"):
        runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
    else:
        print(_USAGE, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
