# The everyday work on trailguard. Needs Go alone, but for the targets that say what they need besides.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules

tool := go tool -modfile=tools/go.mod
version ?=

update_flag := .Bool("update"
# folders of the packages with a test file that holds the given text
holding = $$(grep -rlF --include='*_test.go' '$(1)' . | xargs -rn1 dirname | sort -u)

.PHONY: help
help: ## show the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/trailguard (version=v1.2.3 sets the version)
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w$(if $(version), -X main.version=$(version))' -o bin/trailguard ./cmd/trailguard

.PHONY: test
test: ## run the tests (TRAILGUARD_CORPUS=DIR adds a folder of plans and states)
	go test ./...

.PHONY: e2e
e2e: ## run the end-to-end tests too; those that lack a tool say so and are skipped
	go test -tags e2e ./...

.PHONY: race
race: ## run the tests under the race detector (needs a C compiler)
	go test -race ./...

.PHONY: lint
lint: ## check the format, go vet and golangci-lint; change nothing
	$(tool) golangci-lint fmt --diff
	go vet -tags e2e ./...
	$(tool) golangci-lint run

.PHONY: fmt
fmt: ## format the Go code with gofumpt
	$(tool) golangci-lint fmt

.PHONY: cover
cover: ## write cover.out and cover.html, and print the total
	go test -coverpkg=./analyzer/...,./sources/...,./render/...,./cmd/... -coverprofile=cover.out ./...
	go tool cover -html=cover.out -o cover.html
	go tool cover -func=cover.out | tail -n 1

.PHONY: fuzz
fuzz: ## run every fuzz target, 10 s each (FUZZTIME=1m: longer)
	scripts/fuzz

checks ?= 20000
iam-checks ?= 100000
.PHONY: properties
properties: ## run the property tests on many more cases (checks=N, iam-checks=N for those of analyzer/iam)
	go test -count=1 $(filter-out ./analyzer/iam,$(shell grep -rlF --include='*_test.go' pgregory.net/rapid . | xargs -rn1 dirname | sort -u)) -rapid.checks=$(checks)
	go test -count=1 -timeout 60m ./analyzer/iam -rapid.checks=$(iam-checks)

.PHONY: bench
bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: golden
golden: ## write the golden files anew; read the difference before you commit it
	go test -count=1 $(call holding,$(update_flag)) -update

.PHONY: fixtures
fixtures: ## make the plans and states of testdata anew (needs Terraform, Python with moto)
	testdata/rules/make.sh
	testdata/terraform/make.sh

.PHONY: generate
generate: ## write the generated documents anew
	for script in scripts/*-docs; do go run "./$$script"; done

.PHONY: mermaid
mermaid: ## parse the diagrams of the golden files with Mermaid itself (needs Node.js)
	npm --prefix scripts/mermaid-check ci --ignore-scripts
	node scripts/mermaid-check/check.mjs

cases ?= 20000
.PHONY: iam-simulate
iam-simulate: ## decide random requests with an independent IAM simulator too (needs Node.js; cases=N)
	npm --prefix scripts/iam-simulate ci --ignore-scripts
	go run ./scripts/iam-simulate -cases $(cases)

.PHONY: vuln
vuln: ## look for known vulnerabilities in what is linked (asks vuln.go.dev)
	$(tool) govulncheck ./...

.PHONY: ci
ci: ## run all that the pipeline runs
	.ci/run
