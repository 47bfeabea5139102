#!/usr/bin/env bash
# Packs the package, installs the tarball in an empty folder with production dependencies only, and runs it there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:?folder to work in}
mkdir -p "$work/app"
npm pack --silent --pack-destination "$work" "$root" >/dev/null
cd "$work/app"
npm init --yes >/dev/null
npm install --no-audit --no-fund --omit=dev "$work"/lucca-scim-bridge-*.tgz >/dev/null
npx --no-install lucca-scim --version
npx --no-install lucca-scim demo --once --json --people 200 | tail -n 1 | node "$root/scripts/check-demo.js"
node --input-type=module -e "
import * as bridge from 'lucca-scim-bridge';
import * as testing from 'lucca-scim-bridge/testing';
if (typeof bridge.createBridge !== 'function') throw new Error('createBridge is not exported');
if (typeof testing.startLuccaSimulator !== 'function') throw new Error('startLuccaSimulator is not exported');
console.log('the packed package imports');
"
