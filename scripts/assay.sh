#!/bin/sh
# The `assay` command of a checkout: brings what is missing, then becomes the program, so that signals reach it.
set -eu
cd "$(dirname "$0")/.."
node scripts/setup.mjs
# Compiled code is kept for the next start, which is quicker by a second or two for it.
export NODE_COMPILE_CACHE="$PWD/node_modules/.cache/assay/compiled"
exec node_modules/.bin/node packages/cli/src/main.ts "$@"
