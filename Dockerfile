# PyTake's one image: the API, the worker, migrations and the simulator are commands of it.

FROM python:3.13-slim AS packages
COPY requirements.prod.lock /tmp/
# Wheels only: nothing is built, so no compiler is needed and no package runs code of its own here.
RUN python -m venv /opt/pytake \
    && /opt/pytake/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: \
        --require-hashes --requirement /tmp/requirements.prod.lock

FROM python:3.13-slim
RUN groupadd --gid 10001 pytake \
    && useradd --uid 10001 --gid pytake --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pytake \
    # A new volume takes over the owner of the folder that it covers.
    && install --directory --owner pytake --group pytake /var/lib/pytake/media
COPY --from=packages /opt/pytake /opt/pytake
# What .dockerignore lets through. It belongs to root: the process reads its code, and cannot change it.
COPY . /app
RUN chmod -R a+rX /app && python -m compileall -q /app && ln -s /app/deploy/pytake /usr/local/bin/pytake
ENV PATH=/opt/pytake/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTAKE_MEDIA_DIR=/var/lib/pytake/media
WORKDIR /app
# By number, so that a platform which demands a user other than root can tell.
USER 10001:10001
EXPOSE 8080
CMD ["uvicorn", "api.app:create_app", "--factory", "--host", "0.0.0.0", "--port", "8080", \
    "--log-config", "deploy/uvicorn-log.yaml", "--no-access-log", "--no-server-header", \
    "--timeout-graceful-shutdown", "5"]
