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

# Measure the linter, as it is handed out, beside the least that any checker has to do, for example `just bench --sources 1,1000`
bench *ARGS:
    cargo bench --locked --profile dist --bench lint -- {{ ARGS }}

# Look for bytes that break TARGET (json, svg, config or lint) for SECONDS; needs `cargo install --locked cargo-fuzz@0.13.2`
fuzz TARGET SECONDS='60':
    mkdir -p fuzz/corpus/{{ TARGET }}
    cp Cargo.lock fuzz/Cargo.lock
    # libgit2 brings a table of its HTTP parser that the linker finds twice; nothing of it is fuzzed.
    ASAN_OPTIONS=detect_odr_violation=0 RUSTC_BOOTSTRAP=1 cargo fuzz run {{ TARGET }} fuzz/corpus/{{ TARGET }} tests/fuzz/seeds/{{ TARGET }} -- -fork=0 -max_total_time={{ SECONDS }} -rss_limit_mb=2048 -timeout=20 -max_len=16384

# Measure publishing against an emulator whose answers take 50 ms, for example `just bench-publish --sources 1,100`
bench-publish *ARGS:
    cargo bench --locked --bench publish -- {{ ARGS }}

# Measure the emulator's inlets beside the least that a server does, for example `just bench-emulator --events 100000`
bench-emulator *ARGS:
    cargo bench --locked --bench emulator -- {{ ARGS }}

# Measure sending events beside the least that a client has to do, for example `just bench-send --events 100000`
bench-send *ARGS:
    cargo bench --locked --bench send -- {{ ARGS }}

# Run every case of the reliability tests, and write their tables into docs/reliability.md; takes about half an hour
reliability *ARGS:
    SSS_RELIABILITY=whole cargo test --locked --test reliability -- --test-threads 1 {{ ARGS }}

# Begin a rule: its file and its page, for example `just new-rule zero-limit`
new-rule NAME:
    #!/bin/sh
    set -eu
    name='{{ NAME }}'
    if ! printf '%s' "$name" | grep -Eqx '[a-z]+(-[a-z]+)*'; then
        echo "a rule is named in kebab-case, for the bad thing it finds: zero-limit" >&2
        exit 2
    fi
    module=$(printf '%s' "$name" | tr - _)
    base="src/lint/rules/$module"
    if [ -e "$base.rs" ] || [ -e "$base.md" ]; then
        echo "$base.rs or $base.md is there already" >&2
        exit 2
    fi
    cat >"$base.rs" <<END
    #![doc = include_str!("$module.md")]

    use crate::{
        lint::{
            Level,
            rule::{Check, Rule, Sink},
        },
        spec::Spec,
    };

    /// The rule.
    pub static RULE: Rule = Rule {
        name: "$name",
        level: Level::Warning,
        page: include_str!("$module.md"),
        check: Check::Spec(check),
    };

    fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
        let Some(node) = spec.source_attribute("urlParams") else { return };
        if node.as_str().is_some() {
            sink.value(node, "what is wrong").help("what to do");
        }
    }
    END
    cat >"$base.md" <<'END' && sed -i.bak "s/NAME/$name/" "$base.md" && rm "$base.md.bak"
    # NAME

    One sentence: what the rule finds.

    ## Why it is bad

    What happens with it on the platform, or to a customer.

    ## Example

    ```json bad batch
    {}
    ```

    ## Use instead

    ```json good batch
    {}
    ```

    ## How to mend it

    What to write in its place.

    ## Where it is written

    The document and section that say so; or that it is our own advice.
    END
    echo "wrote $base.rs and $base.md; add, each in the order of the names:"
    echo "  src/lint/rules/mod.rs   pub mod $module;"
    echo "  src/lint/registry.rs    &$module::RULE,    and $module to its imports"
    echo "The bad example does not give the finding yet: \`cargo test --lib lint\` says so until it does."

# Accept the output of the snapshot tests, the README's examples, docs/json.md and docs/rules.md as they are now; read `git diff` afterwards
bless:
    INSTA_UPDATE=always SSS_BLESS=1 cargo test --locked

# Check licences, bans, sources and advisories of the dependencies
deny:
    cargo deny check

# Everything that must hold before a change is merged
ci:
    .ci/run
