#!/bin/sh
# The `assay` command of a checkout: brings what is missing, then becomes the program, so that signals reach it.
set -eu
cd "$(dirname "$0")/.."
node scripts/setup.mjs
exec node_modules/.bin/node packages/cli/src/main.ts "$@"
