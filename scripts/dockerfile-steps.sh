#!/usr/bin/env bash
# Runs each step of the Dockerfile as a plain command in a clean folder, since no container engine is at hand where the
# tests run: what is copied, installed, built, pruned, and that the result starts.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:?folder to work in}
mkdir -p "$work/build" "$work/run"
cd "$work/build"
cp "$root"/package.json "$root"/package-lock.json "$root"/tsconfig.json "$root"/tsconfig.build.json .
npm ci --ignore-scripts --no-audit --no-fund >/dev/null
cp -r "$root/scripts" "$root/src" .
npm run --silent build
npm prune --omit=dev --ignore-scripts --no-audit --no-fund >/dev/null
cd "$work/run"
cp "$work/build/package.json" .
cp -r "$work/build/node_modules" "$work/build/dist" .
cp -r "$root/mappings" "$root/migrations" .
mkdir -p fixtures && cp -r "$root/fixtures/directories" fixtures/
NODE_ENV=production node dist/cli/main.js --version
NODE_ENV=production node dist/cli/main.js demo --once --json --people 100 | tail -n 1 | node "$root/scripts/check-demo.js"
du -sh "$work/run" | sed 's/\t.*/ of files in the image beside Node/'
