// Package terraform reads what Terraform and OpenTofu print of plans and states, and declares the
// resources of the delivery graph that they hold.
//
// [ReadPlan] reads `terraform show -json PLAN` (https://developer.hashicorp.com/terraform/internals/json-format)
// and gives two inventories, before and after the change. [ReadState] reads `terraform show -json` of a
// state, and a raw terraform.tfstate of version 4. Both walk the document as a stream and decode only
// resources whose type has a row in the tables of this package; within those, only attributes that a row
// names are kept, so that nothing else can reach an output. The package draws no edges and judges nothing.
package terraform
