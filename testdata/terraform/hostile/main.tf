# Names that try to be more than names, where AWS and Terraform let them; and secrets where people put them.

terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "webhook" {
  description = "Where the trail's topic posts to."
  type        = string
  sensitive   = true
}

variable "informant" {
  description = "Who gets mail, which is nobody's business."
  type        = string
  sensitive   = true
}

variable "splunk_token" {
  type      = string
  sensitive = true
}

variable "database_password" {
  type      = string
  sensitive = true
}

locals {
  # Keys of for_each are free text.
  watchers = {
    "quotes \" ' `backticks` \\backslash"              = "quotes"
    "pipe | and || table |\n|---|\n| row |"            = "pipe"
    "line\nbreak\r\n# heading\n- item\n```"            = "break"
    "<script>alert(1)</script><!-- --> &lt;b&gt;"      = "html"
    "@everyone @octocat #1 GH-2 https://evil.example"  = "mention"
    "\u202Eevil\u202C \u2066bidi\u2069 \u200Bzero"     = "bidi"
    "]; end; a --> b{{x}} [link](javascript:alert(1))" = "diagram"
    "größe 東京 🔥 é"                                     = "unicode"
    "::error file=x::msg%0A \u001b[31mred\u001b[0m"    = "runner"
    "a.b[\"c\"].module.x[0]"                           = "address"
    "$${interpolation} %%{directive}"                  = "template"
    " -> "                                             = "arrow"
  }
}
