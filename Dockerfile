# The executable is built where its native parts are installed, so `docker buildx build --platform` gives each platform its own.
FROM oven/bun:1.4.5-debian AS build
WORKDIR /build
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile
COPY . .
RUN bun run build /build/bask

FROM debian:13-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Bask" \
      org.opencontainers.image.description="Users, organizations and API keys for a SaaS backend" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tzdata libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin bask \
 && install -d -o bask -g bask -m 700 /data /backups
COPY --from=build /build/bask /usr/local/bin/bask
USER 10001
# The one place that is written: the SQLite file, a secret of its own, emails without a mail server.
WORKDIR /data
VOLUME /data
# Native parts are unpacked into TMPDIR. With a read-only root it is a tmpfs that may hold programs, as compose.yaml has it.
ENV HOST=0.0.0.0 PORT=3000 LOG_FORMAT=json
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["bask", "health"]
ENTRYPOINT ["bask"]
