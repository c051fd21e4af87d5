resource "aws_sns_topic" "delivered" {
  name = "${local.name}-delivered"
}

resource "aws_sns_topic" "old" {
  count = var.announce_on_old_topic ? 1 : 0
  name  = "${local.name}-announce"
}

resource "aws_sns_topic_policy" "delivered" {
  arn    = aws_sns_topic.delivered.arn
  policy = local.topic_policy
}

# trap 2: a document in a local.
locals {
  topic_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TrailAnnounces"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.delivered.arn
      Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
    }]
  })
}

module "log" {
  source   = "./modules/log"
  for_each = var.consumers

  name      = "${local.name}-${each.key}"
  days      = each.value
  topic_arn = aws_sns_topic.delivered.arn
}

# trap 3: each to the queue of its own module.
resource "aws_sns_topic_subscription" "log" {
  for_each = toset(keys(var.consumers))

  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "sqs"
  endpoint  = module.log[each.value].queue_arn
}

# trap 4: of the old topic there is none; of the queues there are both, and one of them gets it.
resource "aws_sns_topic_subscription" "auditors" {
  topic_arn = var.announce_on_old_topic ? one(aws_sns_topic.old[*].arn) : aws_sns_topic.delivered.arn
  protocol  = "sqs"
  endpoint  = var.hold_auditors ? aws_sqs_queue.held.arn : aws_sqs_queue.auditors.arn
}

# trap 10: only a name is written; its policy, its encryption and the rest the provider fills in.
resource "aws_sqs_queue" "auditors" {
  name = "${local.name}-auditors"
}

resource "aws_sqs_queue" "held" {
  name = "${local.name}-held"
}

# trap 7: both ends are written out.
resource "aws_sns_topic_subscription" "paging" {
  topic_arn = "${local.prefix}:sns:${local.here}:kestrel-delivered"
  protocol  = "sqs"
  endpoint  = "${local.prefix}:sqs:${local.here}:kestrel-paging"

  depends_on = [aws_sns_topic.delivered, aws_sqs_queue.paging]
}

resource "aws_sqs_queue" "paging" {
  name = "kestrel-paging"
}
