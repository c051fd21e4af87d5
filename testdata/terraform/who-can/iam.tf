data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

# Holds sqs:*, and nothing stops it.
resource "aws_iam_role" "deploy" {
  name               = "ci-deploy"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "deploy" {
  name   = "power"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.power.json
}

data "aws_iam_policy_document" "power" {
  statement {
    sid       = "Logs"
    actions   = ["logs:*"]
    resources = ["*"]
  }

  statement {
    sid       = "Queues"
    actions   = ["sqs:*"]
    resources = ["*"]
  }
}

# Holds sqs:* too, under a boundary that denies what empties queues.
resource "aws_iam_role" "team" {
  name                 = "team-payments"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy_attachment" "team" {
  role       = aws_iam_role.team.name
  policy_arn = aws_iam_policy.queues.arn
}

resource "aws_iam_policy" "queues" {
  name = "all-queues"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Queues"
      Effect   = "Allow"
      Action   = "sqs:*"
      Resource = "*"
    }]
  })
}

resource "aws_iam_policy" "boundary" {
  name = "team-boundary"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Everything"
        Effect   = "Allow"
        Action   = "*"
        Resource = "*"
      },
      {
        Sid      = "KeepQueues"
        Effect   = "Deny"
        Action   = ["sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes"]
        Resource = "*"
      },
    ]
  })
}

# Reads, and can do no harm.
resource "aws_iam_role" "reader" {
  name               = "siem-reader"
  assume_role_policy = data.aws_iam_policy_document.assume.json

  inline_policy {
    name = "read"
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = {
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = aws_sqs_queue.siem.arn
      }
    })
  }
}
