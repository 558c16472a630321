# Install the locked requirements named as arguments, then the package itself, into .venv.
set -euo pipefail
cd "$(dirname "$0")/.."

locks=()
for lock in "$@"; do locks+=(-r "$lock"); done

if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then
  install=(uv pip install --python .venv/bin/python --quiet)
else
  install=(.venv/bin/python -m pip install --disable-pip-version-check --quiet)
fi

"${install[@]}" --require-hashes "${locks[@]}"
# Built with the setuptools just installed: nothing more is fetched, nothing unlocked runs.
"${install[@]}" --no-build-isolation --no-deps --editable .
