# What the expressions of console.txt refer to. The attribute of a resource is unknown before it is made.
resource "terraform_data" "x" {
  input = "a"
}

locals {
  template  = "hi $${name}$${more ? \"!\" : \"\"}"
  list      = "%%{ for x in xs }<$${x}>%%{ endfor }"
  recursive = "$${templatestring(name, {})}"
  broken    = "$${"
}
