# The targets of this repository. A bare `make` lists them; CI runs the same ones through .ci/run.

GO          ?= go
STATICCHECK ?= $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 10s
BENCHTIME   ?= 1s
SOAKTIME    ?= 20m
TESTFLAGS   ?=
TIDYFLAGS   ?=
MODULES     := $(patsubst %/go.mod,%,$(wildcard go.mod */go.mod */*/go.mod))
MODULES     := $(patsubst go.mod,.,$(MODULES))
# the modules whose tests use a second engine
SECOND      := dynamodbtest integration examples/service

# In FIPS mode Go's random numbers need a clock that runs, which tests in a synctest bubble have not.
CLOCKED     := ^(TestRetriedBySDK|TestContention|TestGolden|TestConcurrent|TestRoundTrip|TestShredded)$$

.DEFAULT_GOAL := help
.PHONY: help test race modules lint tidy dynoxide dynalite integration examples bench fuzz soak schedules mutants verify ci

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## every test on the embedded engine, no network
	$(GO) test -timeout 30m $(TESTFLAGS) ./...
	GODEBUG=fips140=only $(GO) test $(TESTFLAGS) ./cipher
	GODEBUG=fips140=only $(GO) test $(TESTFLAGS) -skip '$(CLOCKED)' ./cipher/keytable

# One goroutine checks documents and the model of protocols, runs each verb under its policy,
# and meets each fault at each request: the race detector sees nothing there. Of faults and
# sizes it gets what has others beside it.
race: ## the same with the race detector
	$(GO) test -race -vet=off -timeout 30m $(TESTFLAGS) $$($(GO) list ./... | grep -v -E '/internal/(lint|costs|protocol|grants|faulttest|conformance/huge)$$')
	$(GO) test -race -vet=off -timeout 30m $(TESTFLAGS) -skip 'EveryFault|Faults|Foreign|Late|Scenarios|Tampered|Replay' ./internal/faulttest
	$(GO) test -race -vet=off -timeout 30m $(TESTFLAGS) -run 'TestEmbedded/(manifests|streams|overtaken)' ./internal/conformance/huge

modules: ## the tests of the other modules, except integration
	@for m in $(filter-out . integration,$(MODULES)); do echo "test $$m"; (cd $$m && $(GO) test $(TESTFLAGS) ./...) || exit 1; done
	cd cipher/awskms && GODEBUG=fips140=only $(GO) test $(TESTFLAGS) ./...

lint: ## gofmt, vet and staticcheck, in every module
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "not gofmt-ed:"; echo "$$out"; exit 1; fi
	@for m in $(MODULES); do echo "lint $$m"; (cd $$m && $(GO) vet ./... && $(STATICCHECK) ./...) || exit 1; done

tidy: ## go mod tidy, in every module
	@for m in $(MODULES); do echo "tidy $$m"; (cd $$m && $(GO) mod tidy $(TIDYFLAGS)) || exit 1; done

dynoxide: ## install the second engine into the cache directory, once
	dynamodbtest/install-dynoxide.sh

dynalite: ## install the engine without transactions into the cache directory, once
	dynamodbtest/install-dynalite.sh

integration: ## the suites on a second engine (dynamodbtest/README.md)
	@for m in $(SECOND); do echo "test $$m"; (cd $$m && $(GO) test -count=1 -vet=off -timeout 30m -parallel 4 -v $(TESTFLAGS) ./...) || exit 1; done

examples: ## run every example program of the root module
	@for f in $$(find examples -mindepth 1 -type d -exec test -f {}/go.mod \; -prune -o -name main.go -print | sort); do d=$$(dirname $$f); echo "run $$d"; $(GO) run ./$$d || exit 1; done

bench: ## every benchmark, BENCHTIME each
	@for m in $(filter-out integration,$(MODULES)); do (cd $$m && \
		dirs=$$($(GO) list -f '{{.Dir}}' ./... | while read -r d; do ! grep -qs '^func Benchmark' $$d/*_test.go || echo $$d; done) && \
		{ [ -z "$$dirs" ] || $(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) $$dirs; }) || exit 1; done

fuzz: ## every fuzz target, FUZZTIME each
	@grep -rlE --include='*_test.go' '^func Fuzz' . | sort | while read -r f; do \
		d=$$(dirname $$f); m=$$d; while [ ! -f $$m/go.mod ]; do m=$$(dirname $$m); done; \
		for n in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' $$f); do \
			echo "fuzz $$d $$n"; (cd $$d && $(GO) test -run '^$$' -fuzz "^$$n$$" -fuzztime $(FUZZTIME) .) || exit 1; \
		done; done

soak: ## programs that write and are killed, under faults, for SOAKTIME
	$(GO) test -count=1 -timeout 0 -v -run TestSoak ./internal/soak -soak=$(SOAKTIME)

schedules: ## new schedules of the linearizability harness, for SOAKTIME
	$(GO) test -count=1 -timeout 0 -v -run TestSchedules ./internal/linear -soak=$(SOAKTIME)

mutants: ## what of the encryption no test would notice if it were removed
	$(GO) run ./internal/mutants

verify: lint test race examples ## what to run before a commit

ci: ## everything, as CI runs it: installs missing programs
	.ci/run
