# One image, every door: Lambda's runtime client by default, any other command with --entrypoint.
# No BuildKit-only syntax: `sam build` uses the classic builder.
FROM debian:trixie-slim AS python
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc /usr/share/man
# Lambda puts layers on the path at /opt/python; so do we, for the libraries too.
RUN echo /opt/python > /usr/lib/python3/dist-packages/layers.pth

FROM python AS build
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates python3-pip
COPY requirements/lambda.txt /build/
RUN python3 -m pip install --no-cache-dir --no-compile --no-deps --only-binary :all: --require-hashes \
    --target /opt/python --requirement /build/lambda.txt \
    && rm -rf /opt/python/bin /opt/python/fastapi_offline/static/redoc*
COPY layers/ /opt/python/
COPY functions/ /var/task/
COPY model/ /var/task/model/
# Lambda's file system is read-only: without bytecode in it every cold start would compile everything.
# Hash-based files need no timestamps, and unchecked ones no look at the source.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /opt/python /var/task \
    && chmod -R u=rwX,go=rX /opt/python /var/task

FROM python
# Whom obstore trusts: without them it opens no store at all.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /opt/python /opt/python
COPY --from=build /var/task /var/task
WORKDIR /var/task
# No USER: `sam local` adds its emulator as root. Lambda itself runs the image as a user without rights.
ENTRYPOINT ["python3", "-m", "awslambdaric"]
CMD ["predict.dispatcher.handler"]
