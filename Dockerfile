# syntax=docker/dockerfile:1

# The packages that the server runs on, from the lock file. They are JavaScript alone, the same for each architecture.
# The package `node` is left out: it is for machines without Node 26.
FROM --platform=$BUILDPLATFORM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

# The files of the console, which are the same for each architecture too.
FROM --platform=$BUILDPLATFORM node:26-slim AS console
WORKDIR /app
COPY --from=dependencies /app/package.json /app/package-lock.json /app/.npmrc ./
COPY tsconfig.json ./
COPY console console
COPY scripts/build-console.ts scripts/
RUN npm ci --include=dev --ignore-scripts --workspace=console && node scripts/build-console.ts

FROM node:26-slim
# The image's own group and user `node` are 1000; files in a volume belong to them.
RUN mkdir -p /var/lib/personalite && chown node:node /var/lib/personalite
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY src src
COPY --from=console /app/console/dist console/dist

# Each job is a thread, and glibc keeps the memory of ended ones in up to eight heaps for each core: two will do.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    PERSONALITE_HOST=0.0.0.0 \
    PERSONALITE_DATA_DIR=/var/lib/personalite
USER node
VOLUME /var/lib/personalite
EXPOSE 7377
# It asks the port of PERSONALITE_PORT, else 7377, by HTTPS where PERSONALITE_TLS_CERT is set: it asks itself, so any
# certificate will do. A server that is stopping is not ready.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "require(process.env.PERSONALITE_TLS_CERT ? 'https' : 'http').get({ host: '127.0.0.1', port: process.env.PERSONALITE_PORT || 7377, path: '/readyz', rejectUnauthorized: false }, r => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# SIGTERM stops it when it has answered the requests that it accepted. Not `npm start`, which would look for the dev dependencies.
# New objects get 16 MiB at most before V8 collects them, not 64: as fast, for 30 to 60 MiB less under load.
ENTRYPOINT ["node", "--max-semi-space-size=8", "src/main.ts"]
CMD ["serve"]
