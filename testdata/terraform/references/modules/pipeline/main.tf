variable "name" {
  type = string
}

variable "announce_topic" {
  type = string
}

module "queue" {
  source = "../queue"
  count  = 1

  name      = var.name
  topic_arn = var.announce_topic
}

output "queue_arn" {
  value = module.queue[0].arn
}
