# The everyday commands; `just` lists them.

_default:
    @just --list --unsorted

# Run every test, or those whose name contains NAME
test *NAME:
    cargo test --locked {{ NAME }}

# Check formatting and lints
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings

# Format the code
fmt:
    cargo fmt

# Run `sss` with ARGS, for example `just run lint artifacts-example`
run *ARGS:
    cargo run --locked --quiet -- {{ ARGS }}

# Rehearse the example repository
rehearse *ARGS:
    cargo run --locked --quiet -- -C artifacts-example rehearse {{ ARGS }}

# Accept the output of the snapshot tests, the README's examples and docs/rules.md as they are now; read `git diff` afterwards
bless:
    INSTA_UPDATE=always SSS_BLESS=1 cargo test --locked

# Check licences, bans, sources and advisories of the dependencies
deny:
    cargo deny check

# Everything that must hold before a change is merged
ci:
    .ci/run
