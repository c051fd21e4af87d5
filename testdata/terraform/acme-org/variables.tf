variable "organization_id" {
  description = "Id of the organization whose accounts the trail records."
  type        = string
  default     = "o-acme1a2b3c"
}

variable "siem_account_id" {
  description = "Account in which the SIEM runs."
  type        = string
  default     = "444455556666"
}

variable "siem_external_id" {
  description = "External id that the SIEM presents when it assumes its reader role."
  type        = string
  sensitive   = true
}

variable "splunk_hec_url" {
  description = "HTTP Event Collector that receives the trail's log group."
  type        = string
  default     = "https://hec.splunk.acme.example:8088"
}

variable "splunk_hec_token" {
  description = "Token of the HTTP Event Collector."
  type        = string
  sensitive   = true
}

variable "oncall_email" {
  description = "Receives the alarms."
  type        = string
  default     = "soc@acme.example"
}
