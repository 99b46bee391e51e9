# syntax=docker/dockerfile:1
# Never built on our machines, which have no engine; see README, "What was not tried". glibc, because the binaries of packages need it.
ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS deps
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts: esbuild's own only makes its start faster, and the image has a Postgres beside it.
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM deps AS build
COPY tsconfig.base.json tsconfig.json ./
COPY tools ./tools
COPY libs ./libs
COPY apps ./apps
# Shown by the console, which is built here too.
COPY docs/receiving ./docs/receiving
RUN node tools/build.mjs standalone registry catalog dispatcher notifier

FROM ${NODE_IMAGE} AS production-deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production \
    NODE_OPTIONS=--enable-source-maps \
    ARKAN_HOST=0.0.0.0 \
    ARKAN_PORT=8080 \
    ARKAN_DATA_DIR=/data
WORKDIR /app
# For keys that are not given by settings. With all of them given, nothing is written, and the root can be read-only.
RUN mkdir /data && chown node:node /data
COPY --from=production-deps /app/node_modules ./node_modules
COPY --from=build /app/package.json ./package.json
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ARKAN_PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Steps before a start: the database's roles, the event store's certificates. The folders give new volumes their owner.
FROM runtime AS tools
USER root
RUN mkdir /certificates /authority && chown node:node /certificates /authority
USER node
COPY tools/database ./tools/database
COPY tools/certificates.mjs ./tools/certificates.mjs
HEALTHCHECK NONE
CMD ["node", "tools/database/roles.mjs"]

# Each of the four services by itself; which one, the command says. Needs the settings that docker-compose.yml gives.
FROM runtime AS services
COPY --from=build /app/dist/console ./dist/console
COPY --from=build /app/dist/apps/registry ./dist/apps/registry
COPY --from=build /app/dist/apps/catalog ./dist/apps/catalog
COPY --from=build /app/dist/apps/dispatcher ./dist/apps/dispatcher
COPY --from=build /app/dist/apps/notifier ./dist/apps/notifier
CMD ["node", "dist/apps/registry/main.js"]

# All four services in one process. Needs DATABASE_URL and ARKAN_MASTER_KEY.
FROM runtime AS standalone
COPY --from=build /app/dist/console ./dist/console
COPY --from=build /app/dist/apps/standalone ./dist/apps/standalone
CMD ["node", "dist/apps/standalone/main.js"]
