resource "aws_sns_topic" "new_log_file" {
  name              = "acme-trail-new-log-file"
  kms_master_key_id = aws_kms_key.audit.arn
}

resource "aws_sns_topic_policy" "new_log_file" {
  arn    = aws_sns_topic.new_log_file.arn
  policy = data.aws_iam_policy_document.new_log_file.json
}

data "aws_iam_policy_document" "new_log_file" {
  statement {
    sid       = "ArchivePublishes"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.new_log_file.arn]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_s3_bucket.archive.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}
