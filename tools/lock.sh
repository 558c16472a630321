# Write requirements/*.txt anew: versions and hashes, no addresses. Arguments go to uv.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
  .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet "$@"
}

compile --output-file requirements/run.txt "$@"
compile --constraint requirements/run.txt --extra prod --output-file requirements/prod.txt "$@"
compile --constraint requirements/prod.txt --all-extras --group dev --output-file requirements/dev.txt "$@"
# Only the group: the package's own requirements are in run.txt.
.venv/bin/uv pip compile --group build --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet \
  --constraint requirements/dev.txt --output-file requirements/build.txt "$@"
# What bundles the editor: in an environment of its own (make frontend).
.venv/bin/uv pip compile --group frontend --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet \
  --output-file requirements/frontend.txt "$@"
