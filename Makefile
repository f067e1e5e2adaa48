# A thin cover over Meson: `make` builds build/ungcuu, `make help` lists the rest.
BUILD    ?= build
DATA     ?= ../shared/data
PORT     ?= 8080
FUZZ     ?= 20
PREFIX   ?= /usr/local

SETUP     = meson setup --prefix=$(PREFIX)
PACKAGES  = deploy/packages.txt deploy/install-packages.sh

.PHONY: all
all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet ungcuu

# With the test programs, for which cmocka is needed.
.PHONY: everything
everything: $(BUILD)/.test-packages $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet all

.NOTPARALLEL: # ninja builds in parallel; two of them in one directory do not go together

$(BUILD)/.packages: $(PACKAGES)
	@deploy/install-packages.sh build
	@mkdir -p $(BUILD) && touch $@

$(BUILD)/.test-packages: $(PACKAGES)
	@deploy/install-packages.sh build test
	@test ! -f $(BUILD)/build.ninja || $(SETUP) --reconfigure $(BUILD) >$(BUILD)/setup.log
	@mkdir -p $(BUILD) && touch $@ $(BUILD)/.packages

$(BUILD)/.check-packages: $(PACKAGES)
	@deploy/install-packages.sh check
	@mkdir -p $(BUILD) && touch $@

$(BUILD)/build.ninja: | $(BUILD)/.packages
	@$(SETUP) $(BUILD) >$(BUILD)/setup.log || { cat $(BUILD)/setup.log; exit 1; }

.PHONY: demo demo-reset
demo: all
	@$(BUILD)/ungcuu demo --dir $(BUILD)/demo --port $(PORT)

demo-reset: all
	@rm -rf $(BUILD)/demo
	@$(BUILD)/ungcuu demo --dir $(BUILD)/demo --port $(PORT)

# The whole suite on SQLite: units, generators, raw sockets, browser, faults.
.PHONY: test test-unit test-mail test-e2e test-faults test-postgres test-sanitize conformance
test: everything
	@tests/run --build $(BUILD) unit e2e mail faults

test-unit: everything
	@tests/run --build $(BUILD) unit

# Mail against Postfix and Dovecot on this machine's loopback, started for the test only.
test-mail: everything
	@tests/run --build $(BUILD) mail

test-e2e: everything
	@tests/run --build $(BUILD) e2e

# Killed a hundred times at random moments, on both engines, and the other faults.
test-faults: everything
	@UNGCUU_KILL_ROUNDS=100 tests/run --build $(BUILD) faults
	@UNGCUU_KILL_ROUNDS=100 tests/postgres.sh tests/run --build $(BUILD) faults

# The same suite on PostgreSQL, in a throw-away cluster.
test-postgres: everything
	@tests/postgres.sh tests/run --build $(BUILD) unit e2e mail faults

# Units under AddressSanitizer and UndefinedBehaviorSanitizer.
test-sanitize: $(BUILD)/.test-packages
	@test -f build-sanitize/build.ninja || $(SETUP) -Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized build-sanitize >/dev/null
	@ninja -C build-sanitize --quiet all
	@tests/run --build build-sanitize --slow unit

conformance: everything
	@tests/run --build $(BUILD) --data $(DATA) conformance

.PHONY: lint format
lint: $(BUILD)/.check-packages everything
	@tests/lint.sh $(BUILD)

format: $(BUILD)/.check-packages
	@git ls-files '*.c' '*.h' | xargs clang-format-14 -i

.PHONY: fuzz-smoke
fuzz-smoke: $(BUILD)/.check-packages $(BUILD)/.test-packages
	@test -f build-fuzz/build.ninja || CC=clang-14 $(SETUP) -Dfuzz=true -Db_lundef=false --buildtype=debugoptimized build-fuzz >/dev/null
	@ninja -C build-fuzz --quiet fuzzers
	@tests/run --build build-fuzz --seconds $(FUZZ) fuzz

.PHONY: bench bench-hunt
bench: all
	@bench/run.sh $(BUILD) $(DATA)

bench-hunt: all
	@bench/hunt.sh $(BUILD) $(DATA)

.PHONY: deb install clean help
deb: all
	@deploy/build-deb.sh $(BUILD)

install: all
	@meson install -C $(BUILD) --no-rebuild --quiet
	@echo "Installed. Next: ungcuu init --dir /var/lib/ungcuu"

clean:
	rm -rf $(BUILD) build-sanitize build-fuzz

help:
	@echo "make                 build $(BUILD)/ungcuu"
	@echo "make demo            a sample province on http://127.0.0.1:$(PORT) (PORT=...); demo-reset: anew"
	@echo "make test            the whole suite on SQLite; test-postgres: on PostgreSQL"
	@echo "make test-faults     killed 100 times, disk full, database restarted, hostile visitors"
	@echo "make test-mail       mail against Postfix and Dovecot on loopback (part of make test)"
	@echo "make test-sanitize   units under ASan and UBSan"
	@echo "make conformance     real data from DATA=$(DATA)"
	@echo "make lint            format, floors, banned functions, translations, warnings"
	@echo "make fuzz-smoke      every fuzz target for FUZZ=$(FUZZ) seconds"
	@echo "make bench           figures for docs/performance.md; bench-hunt: the hunting engine"
	@echo "make deb, install    packaging"
