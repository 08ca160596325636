# One image for every process of the product; docker-compose.yml says which one it becomes.
FROM python:3.12-slim AS packages
# requirements-traces.txt holds also what sends traces to a collector.
ARG PACKAGES=requirements.txt
COPY ${PACKAGES} /tmp/requirements.txt
RUN python -m venv /opt/packages \
 && /opt/packages/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.txt

FROM python:3.12-slim
ENV PATH=/opt/packages/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    BIND=0.0.0.0:8000
RUN groupadd --system --gid 10001 product \
 && useradd --system --uid 10001 --gid product --home-dir /nonexistent --shell /usr/sbin/nologin product \
 && install -d -o product -g product -m 0700 /data
COPY --from=packages /opt/packages /opt/packages
WORKDIR /product
COPY manage.py pyproject.toml ./
COPY static static
COPY templates templates
COPY notifications notifications
COPY people people
COPY smart_accounts smart_accounts
COPY requests_app requests_app
COPY project project
USER product
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "project.parts", "web"]
