#!/usr/bin/env bash
# What to run before a commit: the build with every warning an error, the documents and scripts by their tests, all tests.
#   ./check.sh [options of dotnet test]      ./check.sh --filter-namespace 'Nebula.Core.Tests*' runs a part
# Not `dotnet format`: it wants initializers and switches broken differently from how this code reads, and the build checks the rest of the style.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

step() {
    local name=$1 started=$SECONDS
    shift
    if "$@"; then
        echo "ok      $name, $((SECONDS - started)) s"
    else
        echo "FAILED  $name, $((SECONDS - started)) s"
        exit 1
    fi
}

step "packages as the lock files name them" dotnet restore --locked-mode --verbosity quiet
step "build without warnings" dotnet build --no-restore --nologo --verbosity quiet
step "tests" dotnet test --no-build "$@"
