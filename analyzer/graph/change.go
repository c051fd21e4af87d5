package graph

// Action is what a plan does to a resource.
type Action string

// The actions of a plan: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
const (
	ActionNoOp    Action = "no-op"
	ActionCreate  Action = "create"
	ActionUpdate  Action = "update"
	ActionDelete  Action = "delete"
	ActionReplace Action = "replace" // destroyed and created, in either order
	ActionForget  Action = "forget"  // no longer managed; the resource itself stays
	ActionRead    Action = "read"
)

// Change is what a plan does to one declaration of the inventory.
type Change struct {
	Address  string
	Scope    string
	Type     string
	Action   Action
	Previous string // address before a move; empty when it did not move
	Imported bool   // the plan takes an existing resource into the state
	// CreateFirst says that a replacement makes the new resource before it destroys the old one.
	CreateFirst bool
	// Drift says that the change was found, not planned: somebody made it outside of Terraform.
	Drift bool
}
