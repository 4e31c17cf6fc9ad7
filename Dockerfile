# The portal for production: web, worker and beat run from this one image.

FROM python:3.13-slim AS build
WORKDIR /portal
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir "uv~=0.13"
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-cache
COPY . .
# Placeholders: collecting files reads the settings and touches no server.
RUN DEBUG=0 SECRET_KEY=build FIELD_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgresql://build REDIS_URL=redis://build EMAIL_HOST=build \
    .venv/bin/python manage.py collectstatic --noinput

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home portal
WORKDIR /portal
COPY --from=build /portal /portal
ENV PATH=/portal/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER portal
EXPOSE 8000
CMD ["gunicorn", "hms_portal.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket", \
     "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "25"]
