#!/usr/bin/env bash
# Plans and applies the configurations beside this script with Terraform against a local moto server, and
# keeps what Terraform says of them. Nobody outside this machine is called; credentials are made up.
# Needs Terraform 1.11 (TERRAFORM), Python with moto[server] 5.2.1 (PYTHON), curl and GNU tar. VERBOSE=1 says
# what is run when.
#
#   testdata/terraform/make.sh [CASE...]
#
#   CASE/plan.json           the plan that creates everything
#   CASE/plan.tfplan         the same, as the binary plan file (cases with a file KEEP_TFPLAN)
#   CASE/state.json          the state after it, as `terraform show -json` prints it
#   CASE/terraform.tfstate   the same, as Terraform stores it
#   CASE/noop.plan.json      the plan that follows, which changes nothing
#   CASE/edits/NAME/plan.json  the plan that the edit makes of the applied configuration: the files in
#                            edits/NAME replace or join those of the case, those listed in REMOVE are left out
#
# A case with a file PLAN_ONLY is planned and not applied. TF_PLUGIN_MIRROR names a filesystem mirror of
# providers, for machines without a registry. Nothing of the machine gets into the outputs; times, and the ids
# that AWS would make up (keys, event source mappings), differ from one run to the next.
set -euo pipefail

terraform=${TERRAFORM:-terraform}
python=${PYTHON:-python3}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
server=
stop() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap 'stop; rm -rf "$work"' EXIT

if [[ -n ${TF_PLUGIN_MIRROR:-} ]]; then
  printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$TF_PLUGIN_MIRROR" >"$work/cli.tfrc"
  export TF_CLI_CONFIG_FILE=$work/cli.tfrc
fi
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_CA_BUNDLE
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
export AWS_ACCESS_KEY_ID=mock AWS_SECRET_ACCESS_KEY=mock AWS_EC2_METADATA_DISABLED=true

start() {
  local port
  port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$python" "$here/moto_server.py" "$port" >"$work/moto.log" 2>&1 &
  server=$!
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port
  for _ in $(seq 100); do
    curl -fs -o /dev/null "$AWS_ENDPOINT_URL/moto-api/data.json" && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.3
  done
  cat "$work/moto.log" >&2
  return 1
}

dir=
tf() { nice -n 10 "$terraform" -chdir="$dir" "$@"; }
# quietly runs a command, and prints what it said only if it fails.
quietly() {
  local status=0
  if [[ -n ${VERBOSE:-} ]]; then echo "${SECONDS}s $*" >&2; fi
  "$@" >"$work/log" 2>&1 || status=$?
  [[ $status == 0 ]] || cat "$work/log" >&2
  return "$status"
}

# configuration CASE DIR copies what Terraform reads of a case.
configuration() {
  mkdir -p "$2"
  (cd "$1" && find . -path ./edits -prune -o -type f \( -name '*.tf' -o -name '*.tfvars' -o -name '*.tpl' -o -name '*.json' -path '*/policies/*' \) -print0 | tar -c --null -T -) | tar -x -C "$2"
}

# override DIR makes S3 be called by path, for every provider block of a configuration.
override() {
  awk '
    /^provider "aws"/ { on = 1; alias = "" }
    on && /^  alias/ { alias = $0 }
    on && /^}/ { print "provider \"aws\" {"; if (alias) print alias; print "  s3_use_path_style = true"; print "}\n"; on = 0 }
  ' "$1"/*.tf >"$1/local_override.tf"
}

# plan OUT [OPTION...] plans the configuration in $dir, and keeps the plan as JSON.
plan() {
  local out=$1
  shift
  quietly tf plan -input=false -lock=false -no-color -out=plan.tfplan "$@"
  tf show -json plan.tfplan >"$work/json"
  mv "$work/json" "$out"
}

make_case() {
  local case=$1 home=$here/$1 out=$work/$1/out edit name
  dir=$work/$case/main
  SECONDS=0
  configuration "$home" "$dir"
  override "$dir"
  mkdir -p "$out"
  start
  quietly tf init -input=false
  plan "$out/plan.json"
  if [[ -e $home/KEEP_TFPLAN ]]; then cp "$dir/plan.tfplan" "$out/plan.tfplan"; fi
  if [[ -e $home/PLAN_ONLY ]]; then
    finish "$out" "$home"
    return
  fi
  quietly tf apply -input=false -no-color plan.tfplan
  # What other resources have changed since a resource was written (a queue's policy) comes into the state.
  quietly tf apply -input=false -no-color -refresh-only -auto-approve
  tf show -json >"$out/state.json"
  cp "$dir/terraform.tfstate" "$out/terraform.tfstate"
  plan "$out/noop.plan.json"
  "$python" - "$out/noop.plan.json" <<'PY'
import json, sys
plan = json.load(open(sys.argv[1]))
bad = [r["address"] for r in plan.get("resource_changes", []) if r["change"]["actions"] != ["no-op"]]
bad += [r["address"] + " (drift)" for r in plan.get("resource_drift", [])]
if bad:
    sys.exit("the plan after the apply is not empty: " + ", ".join(bad))
PY
  for edit in "$home"/edits/*/; do
    [[ -d $edit ]] || continue
    name=$(basename "$edit")
    mkdir -p "$out/edits/$name"
    dir=$work/$case/$name
    configuration "$home" "$dir"
    if [[ -e $edit/REMOVE ]]; then
      while read -r file; do rm "$dir/$file"; done <"$edit/REMOVE"
    fi
    configuration "$edit" "$dir"
    override "$dir"
    cp "$work/$case/main/terraform.tfstate" "$dir/"
    quietly tf init -input=false
    # The state has just been refreshed. Where drift is wanted, the edit has a file REFRESH.
    if [[ -e $edit/REFRESH ]]; then plan "$out/edits/$name/plan.json"; else plan "$out/edits/$name/plan.json" -refresh=false; fi
  done
  finish "$out" "$home"
}

# finish FROM TO keeps the outputs of a case: all of them or none.
finish() {
  stop
  cp -R "$1/." "$2/"
}

cases=("$@")
if [[ $# == 0 ]]; then
  for d in "$here"/*/; do cases+=("$(basename "$d")"); done
fi
for case in "${cases[@]}"; do
  echo "$case" >&2
  make_case "$case"
  rm -rf "${work:?}/$case"
done
