# The Order Service:            docker build -t order-service .
# The stand-ins for the others: docker build -t marketplace-simulator --target simulator .
#
# Behind a mirror of the npm registry, hand npm's configuration to the build without leaving it in the image:
#   docker build --secret id=npmrc,src=$HOME/.npmrc -t order-service .
#
# Behind a mirror of images, or without any registry at all, another base can be named: Debian with Node.js and npm.
#   docker build --build-arg IMAGE_BASE=mirror.example.com/node:24-bookworm-slim -t order-service .
ARG IMAGE_BASE=docker.io/library/node:24-bookworm-slim

FROM ${IMAGE_BASE} AS base
ENV npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=false npm ci
COPY tsconfig.json nest-cli.json ./
COPY libs libs
COPY apps apps
RUN node_modules/.bin/nest build order-service && node_modules/.bin/nest build marketplace-simulator \
  && node apps/order-service/bundle-web.mjs && node apps/bundle-programs.mjs

# No install scripts: nothing that runs in production needs its own. Optional packages are left out as well, because npm
# counts the TypeScript compiler as one (an optional peer of @nestjs/swagger) and would keep its 24 MB.
FROM base AS dependencies
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=false npm ci --omit=dev --omit=optional --ignore-scripts

FROM base AS runtime
ENV NODE_ENV=production MALLOC_ARENA_MAX=1
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./

FROM runtime AS simulator
COPY --from=build /app/dist/apps/marketplace-simulator/bundle dist/apps/marketplace-simulator/bundle
ENV SIMULATOR_DATA_DIR=/data
# A volume takes over the owner of the folder that it is mounted on.
RUN install -d -o 1000 -g 1000 /data
USER 1000:1000
CMD ["node", "--enable-source-maps", "--max-semi-space-size=16", "--heap-growing-percent=50", "dist/apps/marketplace-simulator/bundle/main.js"]

# The last stage is what a build without --target makes.
FROM runtime AS order-service
COPY --from=build /app/dist/apps/order-service/bundle dist/apps/order-service/bundle
COPY --from=build /app/dist/apps/order-service/assets dist/apps/order-service/assets
COPY docs/asyncapi.json docs/asyncapi.json
# A container that is given nothing starts all the same: it answers its probes, says what it lacks, refuses every token and
# keeps trying to connect. Set to "refused" to make it stop instead.
ENV CONFIG_DEFAULTS=allowed
# Load balancers take a moment to notice that a container is to stop. Together with SHUTDOWN_TIMEOUT_MS it stays within the 10 s that Docker waits.
ENV SHUTDOWN_DRAIN_MS=2000
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# Without a shell in between, so that SIGTERM reaches Node.js.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=16", "--heap-growing-percent=50", "dist/apps/order-service/bundle/main.js"]
