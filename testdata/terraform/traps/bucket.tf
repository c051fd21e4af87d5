# trap 7: AWS makes the name up.
resource "aws_s3_bucket" "trail" {
  bucket_prefix = "${local.name}-operations-"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "trail" {
  bucket = local.wiring.bucket

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = local.wiring.key
    }
  }
}

resource "aws_s3_bucket_policy" "trail" {
  bucket = local.wiring.bucket
  policy = data.aws_iam_policy_document.bucket.json
}

data "aws_iam_policy_document" "bucket" {
  # trap 1: the statements are made, and so are their conditions.
  dynamic "statement" {
    for_each = local.deliveries

    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources

      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }

      dynamic "condition" {
        for_each = statement.value.when

        content {
          test     = "StringEquals"
          variable = condition.key
          values   = condition.value
        }
      }
    }
  }

  # trap 5: two references, and what follows the second.
  statement {
    sid     = "OnlyTls"
    effect  = "Deny"
    actions = ["s3:*"]

    resources = [
      aws_s3_bucket.trail.arn,
      "${aws_s3_bucket.trail.arn}/AWSLogs/${data.aws_caller_identity.current.account_id}/*",
    ]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# trap 1: a block for each queue.
resource "aws_s3_bucket_notification" "trail" {
  bucket = local.wiring.bucket

  dynamic "queue" {
    for_each = aws_sqs_queue.indexer

    content {
      id            = "shard-${queue.key}"
      queue_arn     = queue.value.arn
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = "AWSLogs/${data.aws_caller_identity.current.account_id}/CloudTrail${queue.key == 0 ? "" : "-Digest"}/"
    }
  }

  depends_on = [aws_sqs_queue_policy.indexer]
}
