// Package config evaluates Terraform configuration without running Terraform: it reads .tf and .tf.json files,
// follows modules, and works out every resource instance with its arguments as Terraform would plan them. What only
// AWS knows stays in strings as a placeholder (package token), so that the policies that are built from it keep
// their form.
//
// Nothing is executed, fetched or written, and nothing outside of the tree that is given is read. Work is bounded:
// an evaluation that takes too many steps or makes values that are too big ends in an error, or in an unknown value
// that says why.
package config
