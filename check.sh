#!/usr/bin/env bash
# What to run before a commit: the build with every warning an error, then all tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

echo "== build"
dotnet build --nologo -v quiet
echo "== tests"
dotnet test --no-build
echo "green"
