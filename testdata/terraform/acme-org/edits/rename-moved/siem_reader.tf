resource "aws_iam_role" "siem_reader" {
  name               = "siem-reader"
  assume_role_policy = data.aws_iam_policy_document.siem_reader_trust.json
}

data "aws_iam_policy_document" "siem_reader_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.siem_account_id}:role/siem-collector"]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.siem_external_id]
    }
  }
}

resource "aws_iam_role_policy" "siem_reader" {
  name   = "read-trail"
  role   = aws_iam_role.siem_reader.id
  policy = data.aws_iam_policy_document.siem_reader.json
}

data "aws_iam_policy_document" "siem_reader" {
  statement {
    sid       = "Receive"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.siem_ingest.arn]
  }

  statement {
    sid       = "Fetch"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.archive.arn}/org/AWSLogs/*"]
  }

  statement {
    sid       = "Decrypt"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.audit.arn]
  }
}
