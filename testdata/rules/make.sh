#!/usr/bin/env bash
# Plans the failing and the passing example of every rule with Terraform, and keeps the plans beside this
# script: ID.txtar holds fail.tf, fail.json, pass.tf and pass.json. Nothing is applied and nobody is called;
# the credentials are made up. Needs Go and Terraform (or OpenTofu: TERRAFORM=tofu).
#
#   testdata/rules/make.sh [-f] [ID...]
#
# A rule whose examples have not changed is passed over, unless -f is given: plans carry the time they were
# made at. TF_PLUGIN_MIRROR names a filesystem mirror of providers, for machines without a registry.
set -euo pipefail

terraform=${TERRAFORM:-terraform}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
force=
if [[ ${1:-} == -f ]]; then
  force=1
  shift
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/examples" "$work/plans" "$work/dir"

(cd "$root" && go run ./scripts/rule-examples "$work/examples")

if [[ -n ${TF_PLUGIN_MIRROR:-} ]]; then
  printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$TF_PLUGIN_MIRROR" >"$work/cli.tfrc"
  export TF_CLI_CONFIG_FILE=$work/cli.tfrc
fi
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_DATA_DIR=$work/data
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE

cat >"$work/dir/provider.tf" <<'TF'
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
TF

tf() { nice -n 10 "$terraform" -chdir="$work/dir" "$@"; }
initialised=

# plan FILE prints the plan of a configuration as JSON. Equal configurations are planned once.
plan() {
  local sum
  sum=$(sha256sum "$1" | cut -d' ' -f1)
  local out=$work/plans/$sum.json
  if [[ ! -s $out ]]; then
    cp "$1" "$work/dir/main.tf"
    if [[ -z $initialised ]]; then
      tf init -input=false -backend=false >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }
      initialised=1
    fi
    tf plan -input=false -lock=false -refresh=false -no-color -out=plan >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }
    tf show -json plan >"$out.new" && mv "$out.new" "$out"
  fi
  planned=$out
}

# part FILE NAME prints one file of an archive.
part() { awk -v name="$2" '/^-- .* --$/ { on = ($0 == "-- " name " --"); next } on' "$1"; }

failed=0
for fail in "$work"/examples/*.fail.tf; do
  id=$(basename "$fail" .fail.tf)
  pass=$work/examples/$id.pass.tf
  out=$here/$id.txtar
  if [[ $# -gt 0 && " $* " != *" $id "* ]]; then
    continue
  fi
  if [[ -z $force && -f $out ]] && part "$out" fail.tf | cmp -s - "$fail" && part "$out" pass.tf | cmp -s - "$pass"; then
    continue
  fi
  echo "$id" >&2
  {
    for side in fail pass; do
      file=$work/examples/$id.$side.tf
      planned=
      if ! plan "$file"; then
        echo "$id: the $side example does not plan" >&2
        failed=1
        break
      fi
      printf -- '-- %s.tf --\n' "$side"
      cat "$file"
      printf -- '-- %s.json --\n' "$side"
      cat "$planned"
    done
  } >"$work/out.txtar"
  if grep -q '^-- pass.json --$' "$work/out.txtar"; then
    cp "$work/out.txtar" "$out"
  fi
done
exit "$failed"
