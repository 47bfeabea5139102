# Build: everything that is needed to compile.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts scripts
COPY src src
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund

# Run: production dependencies and the compiled package, nothing else, not as root.
FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY mappings mappings
COPY migrations migrations
COPY fixtures/directories fixtures/directories
RUN mkdir -p /data && chown node:node /data
USER node
VOLUME /data
WORKDIR /data
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "/app/dist/cli/main.js", "health"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["--help"]
