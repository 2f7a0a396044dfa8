#!/bin/sh
# Every check that needs no running system. All of them run; the exit code is 1 when any failed.
set -eu
cd "$(dirname "$0")/.."
node scripts/setup.mjs

export TURBO_TELEMETRY_DISABLED=1
PATH="$PWD/node_modules/.bin:$PATH"
# turbo starts the packages' scripts through pnpm, which the machine may not have.
pnpm="$(node -p 'require("./package.json").packageManager')"
failed=''

check() {
  name="$1"
  shift
  echo "== $name"
  if "$@"; then :; else
    failed="$failed, $name"
  fi
}

check 'format and lint' biome ci --error-on-warnings .
check 'types' npx --yes --package="$pnpm" -- turbo run types --output-logs=errors-only
check 'types of scripts' tsc -p scripts
check 'unused code' knip
check 'migrations' node packages/db/src/check-migrations.ts

if [ -n "$failed" ]; then
  echo "Failed: ${failed#, }"
  exit 1
fi
echo 'All checks passed'
