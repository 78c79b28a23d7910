# Tinh Gọn as an image: the wheels are built in the first stage, the second has neither compiler nor pip.
# For a pinned digest: --build-arg PYTHON_IMAGE=python:3.11.14-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY deploy/runtime_lock.py deploy/runtime_lock.py
# All of the lock is installed aside, to build with; of it only what the program needs goes into /opt/tinhgon.
RUN python -m venv /build \
    && /build/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && /build/bin/python deploy/runtime_lock.py > runtime.lock \
    && /build/bin/python -m venv --without-pip /opt/tinhgon \
    && /build/bin/pip --python /opt/tinhgon/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes -r runtime.lock
COPY ingest ingest
COPY mining mining
COPY simulation simulation
COPY api api
RUN /build/bin/pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist . \
    && /build/bin/pip --python /opt/tinhgon/bin/python install --no-cache-dir --disable-pip-version-check --no-deps \
        dist/*.whl

FROM ${PYTHON_IMAGE} AS run
RUN python -m pip uninstall --yes --root-user-action=ignore pip setuptools wheel \
    && groupadd --system --gid 10001 tinhgon \
    && useradd --system --uid 10001 --gid tinhgon --home-dir /var/lib/tinhgon --shell /usr/sbin/nologin tinhgon \
    && install --directory --owner=tinhgon --group=tinhgon --mode=0750 /var/lib/tinhgon
COPY --from=build /opt/tinhgon /opt/tinhgon
ENV PATH=/opt/tinhgon/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TINHGON_HOST=0.0.0.0 \
    TINHGON_STORE=/var/lib/tinhgon/tinhgon.duckdb
USER 10001:10001
WORKDIR /var/lib/tinhgon
VOLUME /var/lib/tinhgon
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('TINHGON_PORT', '8000') + '/healthz', timeout=4)"]
ENTRYPOINT ["tinhgon"]
CMD ["serve"]
