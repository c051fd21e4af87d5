variable "announce_on_old_topic" {
  description = "Keeps the auditors on the topic of before the migration."
  type        = bool
  default     = true
}

variable "hold_auditors" {
  description = "Keeps back what the auditors would get, in a queue of its own."
  type        = bool
  default     = false
}

variable "consumers" {
  description = "Who gets a queue of their own, and for how many days it keeps what is not fetched."
  type        = map(number)
}
