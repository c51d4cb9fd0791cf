# One image for every door: Lambda's runtime client in Lambda, `docker run -p 8080:8080 IMAGE serve` elsewhere.
# No BuildKit-only syntax: `sam build` uses the classic builder.
FROM debian:trixie-slim AS python
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/man \
    && find /usr/share/doc -type f ! -name copyright -delete \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
# Debian's Python alone is installed. `find` takes from su, mount and passwd the bit that gives them root's rights.
# Lambda mounts layers at /opt/python, on the import path. The libraries go there too.
RUN echo /opt/python > /usr/lib/python3/dist-packages/layers.pth

FROM python AS build
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates gcc libc6-dev python3-dev python3-pip
# `bulk` for the image of BulkFunction.
ARG LIBRARIES=lambda
COPY requirements/build.txt requirements/${LIBRARIES}.txt /build/
RUN python3 -m pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes \
    --target /build/tools --requirement /build/build.txt
RUN python3 -m pip install --no-cache-dir --no-compile --no-deps --only-binary :all: --require-hashes \
    --target /opt/python --requirement /build/${LIBRARIES}.txt \
    && rm -rf /opt/python/bin /opt/python/fastapi_offline/static/redoc*
COPY layers/ /opt/python/
COPY functions/ /var/task/
COPY model/ /var/task/model/
# Python prefers the compiled file. The source stays beside it, where a reader finds what it does.
COPY hatch_build.py /build/
RUN PYTHONPATH=/build/tools python3 /build/hatch_build.py /var/task && rm /var/task/model/sums.pxd
# What the licences of the works in the weights demand.
COPY LICENSE NOTICE /var/task/
# Lambda's file system is read-only: without bytecode in the image, every cold start would compile all modules.
# Unchecked hash-based bytecode needs no timestamps, and Python does not read the source beside it.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /opt/python /var/task \
    && chmod -R u=rwX,go=rX /opt/python /var/task

FROM python
# A release gives them: docker build --build-arg REVISION="$(git rev-parse HEAD)" --build-arg SOURCE=...
ARG REVISION=""
ARG SOURCE=""
# The last label: Lambda may keep a snapshot of the process with its model. Nothing in it is open, random or secret.
LABEL org.opencontainers.image.title="tweet-sentiment" \
    org.opencontainers.image.description="Tweets in, sentiment out" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.version="1.0.0" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.source="${SOURCE}" \
    com.amazonaws.lambda.feature.snapstart="Allow"
# The certificate authorities that obstore trusts. Without this file it opens no store.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /opt/python /opt/python
COPY --from=build /var/task /var/task
WORKDIR /var/task
# Where `serve` listens. Hosts that want another port set it.
ENV PORT=8080
# No USER: `sam local` adds its emulator as root. Lambda runs the image as an unprivileged user, and `serve`
# gives up root. No HEALTHCHECK: beside the emulator it would run too, in the time of a handler.
ENTRYPOINT ["python3", "-m", "predict.entry"]
CMD ["predict.dispatcher.handler"]
