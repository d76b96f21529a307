# Remanso.  One makefile; everything made goes to build/.
#
#   make deps run     install what is missing, build, open the workbook
#   make deps test    install what is missing, build, run every test
#   make help         all targets

VERSION := 0.1.0
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share/remanso
LOCALEDIR ?= $(PREFIX)/share/locale
MANDIR ?= $(PREFIX)/share/man
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
AR ?= ar
.DEFAULT_GOAL := all

# MODE: release, test (cheap key derivation, a clock that tests set), asan, fuzz, cover.
# Each has its own folder, so that modes never mix.
MODE ?= release
OBJ_DIR := build/$(MODE)
BIN := $(if $(filter release,$(MODE)),build/remanso,$(OBJ_DIR)/remanso)
LIB := $(if $(filter release,$(MODE)),build/libremanso.a,$(OBJ_DIR)/libremanso.a)

SRC := $(sort $(filter-out src/main.c,$(shell find src -name '*.c')))
OBJ := $(SRC:src/%.c=$(OBJ_DIR)/%.o)
SCHEMA := $(sort $(wildcard src/store/schema/*.sql))

PKGS := ncursesw sqlite3 libsodium libutf8proc
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
RUN_PKGS := gcc make pkg-config libc6-dev libncurses-dev libsqlite3-dev libsodium-dev \
	libutf8proc-dev gettext
TEST_PKGS := libcmocka-dev libvterm-dev python3 python3-nacl strace

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wvla -Wformat=2 -Wundef \
	-Wswitch-enum -Wnull-dereference -Wdate-time
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-ftrivial-auto-var-init=zero -fPIE
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code

MODE_CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=3 $(HARDEN)
MODE_CFLAGS_test := -O1 -g -D_FORTIFY_SOURCE=3 $(HARDEN) -DREMANSO_TEST
MODE_CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -fPIE -DREMANSO_TEST
MODE_CFLAGS_cover := -O0 -g --coverage -fprofile-update=atomic -DREMANSO_TEST \
	-DREMANSO_COVERAGE
MODE_CFLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -DREMANSO_TEST
MODE_LDFLAGS_release := $(HARDEN_LD)
MODE_LDFLAGS_test := $(HARDEN_LD)
MODE_LDFLAGS_asan := -fsanitize=address,undefined -pie
MODE_LDFLAGS_cover := --coverage -Wl,-z,now
MODE_LDFLAGS_fuzz := -fsanitize=fuzzer,address,undefined
ifeq ($(MODE),fuzz)
CC := clang
WARN := $(filter-out -Wnull-dereference,$(WARN)) -Wno-unknown-warning-option
endif
ifeq ($(WERROR),1)
WARN += -Werror
endif

ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -Iinclude -Isrc -Ibuild/gen $(WARN) $(MODE_CFLAGS_$(MODE)) \
	-DREMANSO_VERSION='"$(VERSION)"' -DREMANSO_DATADIR='"$(DATADIR)"' \
	-DREMANSO_LOCALEDIR='"$(LOCALEDIR)"' -ffile-prefix-map=$(CURDIR)=. \
	$(PKG_CFLAGS) -pthread $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(MODE_LDFLAGS_$(MODE)) -pthread $(LDFLAGS)

TEST_CFLAGS = $(ALL_CFLAGS) -Itests -Isrc $(shell pkg-config --cflags cmocka vterm 2>/dev/null)
TEST_LIBS = $(shell pkg-config --libs cmocka vterm 2>/dev/null) -lutil $(PKG_LIBS) -lm

MO := build/locale/es/LC_MESSAGES/remanso.mo

## all            the program, build/remanso, and the library, build/libremanso.a
# One short line a file; V=1 shows the whole command.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) '$(2)';)

.PHONY: all
all: $(BIN) $(LIB) $(MO)

$(BIN): $(OBJ_DIR)/main.o $(LIB) | need-libs
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(if $(filter fuzz,$(MODE)),-fsanitize=address) -o $@ $(OBJ_DIR)/main.o $(LIB) $(PKG_LIBS)

$(LIB): $(OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(call say,AR,$@)$(AR) rcsD $@ $(OBJ)

$(OBJ_DIR)/%.o: src/%.c Makefile | need-libs
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Each schema step becomes one C string: build/gen/schema/001.h and so on.
build/gen/schema/%.h: src/store/schema/%.sql Makefile
	@mkdir -p $(@D)
	$(Q)sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@
$(OBJ_DIR)/store/migrate.o: $(SCHEMA:src/store/schema/%.sql=build/gen/schema/%.h)

$(MO): data/es/interface.po Makefile
	@mkdir -p $(@D)
	$(call say,MO,$<)msgfmt -c -o $@ $<

-include $(shell find $(OBJ_DIR) -name '*.d' 2>/dev/null)

.PHONY: need-libs
need-libs:
	@pkg-config --exists $(PKGS) || { \
	echo "Some libraries are missing.  'make deps' installs them, or by hand:"; \
	echo "  apt-get install $(RUN_PKGS)"; exit 1; }

## deps           install what building and testing need (Debian; sudo when not root)
.PHONY: deps
deps:
	@sh tests/tools/deps $(RUN_PKGS) $(TEST_PKGS)

## run            open the workbook; without a terminal, play the demo in line mode
.PHONY: run
run: all
	@if [ -t 0 ] && [ -t 1 ]; then exec build/remanso; else exec build/remanso demo; fi

# ---------------------------------------------------------------- tests
UNIT := $(sort $(wildcard tests/unit/*.c tests/vault/*.c tests/e2e/*.c))
UNIT_BIN := $(UNIT:tests/%.c=$(OBJ_DIR)/tests/%)
HARNESS := $(sort $(wildcard tests/harness/*.c))
HARNESS_OBJ := $(HARNESS:tests/%.c=$(OBJ_DIR)/tests/%.o)
.SECONDARY: $(HARNESS_OBJ)

$(OBJ_DIR)/tests/harness/%.o: tests/harness/%.c Makefile | need-libs
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<
$(OBJ_DIR)/tests/%: tests/%.c $(HARNESS_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(call say,TEST,$<)$(CC) $(TEST_CFLAGS) -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(HARNESS_OBJ) $(LIB) $(TEST_LIBS)

.PHONY: tests-built
tests-built: $(BIN) $(LIB) $(MO) $(UNIT_BIN)

## test           every test (ONLY=words: some); the last line is "N passed, N failed"
.PHONY: test
test: all
	@$(MAKE) --no-print-directory MODE=test tests-built
	@sh tests/run test $(ONLY)

## asan           every test under the address and undefined-behaviour sanitizers
.PHONY: asan
asan:
	@$(MAKE) --no-print-directory MODE=asan WERROR=1 tests-built
	@sh tests/run asan $(ONLY)

## lint           layers, format, translations, clang-tidy, cppcheck, shellcheck
.PHONY: lint lint-layers lint-format lint-po lint-tidy lint-cppcheck lint-shell
lint: lint-layers lint-format lint-po lint-tidy lint-cppcheck lint-shell
C_FILES = $(shell find src include tests -name '*.[ch]')
lint-layers:
	sh tests/tools/layers
lint-format:
	clang-format --dry-run -Werror $(C_FILES)
lint-po:
	sh tests/tools/po
lint-tidy: $(SCHEMA:src/store/schema/%.sql=build/gen/schema/%.h)
	printf '%s\n' src/main.c $(SRC) | xargs -P "$$(nproc)" -n 4 sh -c \
	'clang-tidy --quiet "$$@" -- -std=c17 -D_GNU_SOURCE -Iinclude -Isrc -Ibuild/gen \
	-DREMANSO_VERSION=\"x\" $(PKG_CFLAGS) 2>&1 | grep -v "warnings generated\|^Suppressed\|^Use -header" ; \
	exit $$?' tidy > build/tidy.txt; \
	if grep -E 'warning:|error:' build/tidy.txt; then exit 1; fi
lint-cppcheck:
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability,performance \
	--inline-suppr --library=tests/tools/cppcheck.cfg \
	--suppressions-list=tests/tools/cppcheck.txt -Iinclude -Isrc -Ibuild/gen src
lint-shell:
	shellcheck .ci/run tests/run $(wildcard tests/bench/run tests/fuzz/run tests/e2e/*.sh) \
	$(filter-out %.txt %.cfg,$(sort $(wildcard tests/tools/*)))

## check          lint, tests, sanitizers, content: what every commit passes
.PHONY: check check-data
check: lint test asan check-data
## check-data     the content files of data/
check-data: all
	build/remanso check data

## fuzz           libFuzzer on every parser; FUZZ_SECS=30 each
FUZZ_SECS ?= 30
.PHONY: fuzz
fuzz:
	@$(MAKE) --no-print-directory MODE=fuzz fuzz-run FUZZ_SECS=$(FUZZ_SECS)
FUZZ_BIN := $(patsubst tests/fuzz/%.c,build/fuzz/tests/fuzz/%,$(wildcard tests/fuzz/*.c))
.PHONY: fuzz-run
fuzz-run: $(FUZZ_BIN)
	@sh tests/fuzz/run $(FUZZ_SECS) $(FUZZ_BIN)
build/fuzz/tests/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -MMD -MP -MF $@.d -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $< \
		$(LIB) $(TEST_LIBS)

# The programs that prove the vault: only what they need, at full speed.
PROOF = $(MAKE) --no-print-directory MODE=test HARNESS_OBJ= CFLAGS='-O2 $(CFLAGS)' \
	SRC='$(sort $(wildcard src/vault/*.c src/base/*.c))'
## crash          simulated power failures; CRASH_POINTS=20000
CRASH_POINTS ?= 20000
.PHONY: crash
crash:
	@$(PROOF) OBJ_DIR=build/proof build/proof/tests/vault/crash
	@build/proof/tests/vault/crash $(CRASH_POINTS)

## tamper         every byte of a small vault changed, blocks swapped, put back, moved
.PHONY: tamper
tamper:
	@$(PROOF) OBJ_DIR=build/proof build/proof/tests/vault/tamper_table
	@build/proof/tests/vault/tamper_table all

## prove          all long runs: crash, tamper, every fault, every allocation, 10,000 statements
.PHONY: prove
prove: crash tamper
	@$(PROOF) OBJ_DIR=build/proof $(addprefix build/proof/tests/vault/,fault oom oom_rescue differential)
	@build/proof/tests/vault/fault all
	@build/proof/tests/vault/oom all
	@build/proof/tests/vault/oom_rescue all
	@build/proof/tests/vault/differential 10000

# Known mistakes, put back one at a time: the runs above must notice each.  Noticed is only what
# they count as bad: an end by time, by abort or before the first try says nothing of the mistake.
NOTICED := , [1-9][0-9]* (lost commits|partial transactions|false alarms|unopenable)|: wrong$$
## mutate         the same against a vault with a known mistake, one mistake after the other
.PHONY: mutate
MUTANTS := 1 2 3 4 6 7 8 9 10 11 12 13 20 21 22
mutate:
	@mkdir -p build; missed=0; for n in $(MUTANTS); do \
	program=crash; set -- -m 200000; \
	if [ $$n -ge 20 ]; then program=tamper_table; set --; fi; \
	$(PROOF) OBJ_DIR=build/mutate/$$n CPPFLAGS=-DREMANSO_MUTATE_$$n \
		build/mutate/$$n/tests/vault/$$program > build/mutate.log 2>&1 || \
		{ cat build/mutate.log; exit 1; }; \
	status=0; \
	timeout 900 build/mutate/$$n/tests/vault/$$program "$$@" > build/mutate.log 2>&1 || status=$$?; \
	if said=$$(grep -E -m 1 '$(NOTICED)' build/mutate.log); then echo "mutant $$n: noticed; $$said"; \
	else echo "mutant $$n: NOT NOTICED; status $$status; $$(tail -n 1 build/mutate.log)"; \
	missed=$$((missed + 1)); fi; \
	done; [ "$$missed" -eq 0 ]

## bench          speed and memory beside a peer, in one run; writes build/bench.json
.PHONY: bench
BENCH_BIN := $(patsubst tests/%.c,$(OBJ_DIR)/tests/%,$(wildcard tests/bench/*.c))
bench: all $(BENCH_BIN)
	@sh tests/bench/run

## cover          line and branch coverage (gcovr); fails when too little of src/vault is covered
.PHONY: cover cover-vault
cover:
	@$(MAKE) --no-print-directory MODE=cover tests-built
	@find build/cover -name '*.gcda' -delete
	@sh tests/run cover
	gcovr -r . --object-directory build/cover --exclude tests/ --print-summary
	@$(MAKE) --no-print-directory cover-vault
# Of what was run last.  What is left is explained in src/vault/README.md.
cover-vault:
	@gcovr -r . --object-directory build/cover --filter src/vault/ \
	--exclude-unreachable-branches --exclude-throw-branches --csv build/cover/vault.csv \
	--fail-under-line 100 --fail-under-branch 95; status=$$?; \
	awk -F, 'NR == 1 { printf "%-28s %16s %18s\n", "", "lines", "branches"; next } \
	{ l += $$2; lc += $$3; b += $$5; bc += $$6; row($$1, $$2, $$3, $$5, $$6) } \
	function of(n, all) { return all ? sprintf("%d of %d %5.1f%%", n, all, int(n * 1000 / all) / 10) : "-" } \
	function row(name, l, lc, b, bc) { printf "%-24s %20s %20s\n", name, of(lc, l), of(bc, b) } \
	END { row("together", l, lc, b, bc) }' build/cover/vault.csv; \
	exit "$$status"

## screens        make the golden pictures and README's pictures again
.PHONY: screens
screens: all
	@$(MAKE) --no-print-directory MODE=test tests-built
	@sh tests/tools/screens

# ---------------------------------------------------------------- installing and releasing
## install        program, content and manual under $(DESTDIR)$(PREFIX)
.PHONY: install uninstall
install: all
	install -D -m 755 build/remanso '$(DESTDIR)$(BINDIR)/remanso'
	install -d '$(DESTDIR)$(DATADIR)'
	cp -R data/. '$(DESTDIR)$(DATADIR)/'
	install -D -m 644 $(MO) '$(DESTDIR)$(LOCALEDIR)/es/LC_MESSAGES/remanso.mo'
	install -D -m 644 src/man/remanso.1 '$(DESTDIR)$(MANDIR)/man1/remanso.1'
	install -D -m 644 src/man/es/remanso.1 '$(DESTDIR)$(MANDIR)/es/man1/remanso.1'
uninstall:
	rm -f '$(DESTDIR)$(BINDIR)/remanso' '$(DESTDIR)$(LOCALEDIR)/es/LC_MESSAGES/remanso.mo'
	rm -f '$(DESTDIR)$(MANDIR)/man1/remanso.1' '$(DESTDIR)$(MANDIR)/es/man1/remanso.1'
	rm -rf '$(DESTDIR)$(DATADIR)'

## dist           a source archive with its checksum
.PHONY: dist repro
dist:
	@mkdir -p build
	git archive --format=tar --prefix=remanso-$(VERSION)/ HEAD | gzip -9n > build/remanso-$(VERSION).tar.gz
	cd build && sha256sum remanso-$(VERSION).tar.gz > remanso-$(VERSION).tar.gz.sha256
## repro          build twice in two folders and compare
repro:
	@sh tests/tools/repro

.PHONY: clean help
## clean          remove build/
clean:
	rm -rf build
help:
	@sed -n 's/^## /  make /p' Makefile
