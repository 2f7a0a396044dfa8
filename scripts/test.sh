#!/bin/sh
# All tests from a clean clone; what it needs beyond Node 20 and npm it brings itself.
set -eu
cd "$(dirname "$0")/.."
node scripts/setup.mjs
exec node_modules/.bin/node scripts/test.mts
