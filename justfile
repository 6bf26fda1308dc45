# What CI runs, from nothing.
check:
    .ci/run

# The same checks in the environment at hand; a few minutes less.
quick:
    python -m ruff check .
    python -m ruff format --check .
    python -m mypy --strict pipeline
    lint-imports --no-logo
    python -m pytest

# Rewrite the golden files and the codebook; read the diff.
golden:
    python -c 'import pathlib, pipeline.table as t; pathlib.Path("docs/columns.md").write_text(t.codebook(), "utf-8")'
    python -m pytest --update-golden
