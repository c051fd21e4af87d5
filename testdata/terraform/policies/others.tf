# A heredoc with a reference: the plan keeps that, and not the text.
resource "aws_sqs_queue" "heredoc" {
  name = "policies-heredoc"
}

resource "aws_sqs_queue_policy" "heredoc" {
  queue_url = aws_sqs_queue.heredoc.url

  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "AnyBucket",
          "Effect": "Allow",
          "Principal": "*",
          "Action": "sqs:SendMessage",
          "Resource": "${aws_sqs_queue.heredoc.arn}",
          "Condition": {"ArnLike": {"aws:SourceArn": "${aws_s3_bucket.trail.arn}"}}
        }
      ]
    }
  JSON
}

# All of it known at plan time, from a file.
resource "aws_sqs_queue" "known" {
  name = "policies-known"
}

resource "aws_sqs_queue_policy" "known" {
  queue_url = aws_sqs_queue.known.url
  policy    = file("${path.module}/policies/known-queue.json")
}

# jsonencode, merged with a document that is known.
resource "aws_sns_topic" "merged" {
  name = "policies-merged"
}

resource "aws_sns_topic_policy" "merged" {
  arn = aws_sns_topic.merged.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "BucketPublishes"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.merged.arn
      }],
      jsondecode(data.aws_iam_policy_document.owner.json).Statement,
    )
  })
}

data "aws_iam_policy_document" "owner" {
  statement {
    sid       = "Owner"
    actions   = ["sns:Subscribe", "sns:SetTopicAttributes"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"]
    }
  }
}

# A document that is known when planned, and rendered in the plan.
resource "aws_kms_key" "trail" {
  description             = "Policies"
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Administration"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"]
    }
  }

  statement {
    sid       = "NobodyElseDeletes"
    effect    = "Deny"
    actions   = ["kms:ScheduleKeyDeletion", "kms:DisableKey"]
    resources = ["*"]

    not_principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:root", "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/break-glass"]
    }
  }

  statement {
    sid       = "TrailEncrypts"
    actions   = ["kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:aws:cloudtrail:arn"
      values   = ["arn:aws:cloudtrail:*:${data.aws_caller_identity.me.account_id}:trail/*"]
    }
  }
}
