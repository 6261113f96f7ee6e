# The service as an image: pinned dependencies, an ordinary user, no database inside.
ARG PYTHON_IMAGE=python:3.13.16-slim-bookworm
FROM ${PYTHON_IMAGE}

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /opt/biaochi

COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY pyproject.toml README.md LICENSE alembic.ini ./
COPY api api
COPY dashboard dashboard
COPY metrics metrics
COPY migrations migrations
COPY seed seed
RUN pip install --no-deps --no-build-isolation --editable . \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin biaochi \
    && install --directory --owner=biaochi --group=biaochi --mode=0700 \
    /home/biaochi/data /home/biaochi/backups /home/biaochi/keys

USER biaochi
ENV BIAOCHI_HOME=/home/biaochi/data
EXPOSE 8000
CMD ["biaochi", "serve"]
