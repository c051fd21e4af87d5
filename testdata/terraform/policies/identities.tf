# Who may do what: each form of attaching a policy once.
resource "aws_iam_role" "responder" {
  name                 = "policies-responder"
  path                 = "/security/"
  permissions_boundary = aws_iam_policy.boundary.arn

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } } }]
  })
}

resource "aws_iam_policy" "boundary" {
  name   = "policies-boundary"
  policy = data.aws_iam_policy_document.boundary.json
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid         = "AllButTheTrail"
    not_actions = ["cloudtrail:*", "iam:*"]
    resources   = ["*"]
  }
}

resource "aws_iam_role_policy" "responder" {
  name   = "purge"
  role   = aws_iam_role.responder.id
  policy = data.aws_iam_policy_document.purge.json
}

data "aws_iam_policy_document" "purge" {
  statement {
    actions   = ["sqs:PurgeQueue", "sqs:DeleteMessage"]
    resources = [aws_sqs_queue.heredoc.arn, aws_sqs_queue.known.arn]
  }
}

resource "aws_iam_policy" "operate" {
  name = "policies-operate"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Bucket", Effect = "Allow", Action = ["s3:PutBucketNotification", "s3:PutLifecycleConfiguration"], Resource = aws_s3_bucket.trail.arn },
      { Sid = "NotTheLogs", Effect = "Allow", Action = "s3:*", NotResource = "${aws_s3_bucket.trail.arn}/*" },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "responder" {
  role       = aws_iam_role.responder.name
  policy_arn = aws_iam_policy.operate.arn
}

resource "aws_iam_user" "operator" {
  name                 = "policies-operator"
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_user_policy" "operator" {
  name   = "keys"
  user   = aws_iam_user.operator.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:DisableKey", Resource = aws_kms_key.trail.arn }] })
}

resource "aws_iam_user_policy_attachment" "operator" {
  user       = aws_iam_user.operator.name
  policy_arn = "arn:aws:iam::aws:policy/SecurityAudit"
}

resource "aws_iam_group" "operators" {
  name = "policies-operators"
}

resource "aws_iam_group_membership" "operators" {
  name  = "operators"
  group = aws_iam_group.operators.name
  users = [aws_iam_user.operator.name]
}

resource "aws_iam_group_policy" "operators" {
  name   = "topics"
  group  = aws_iam_group.operators.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["sns:Unsubscribe", "sns:SetTopicAttributes"], Resource = "*" }] })
}

resource "aws_iam_group_policy_attachment" "operators" {
  group      = aws_iam_group.operators.name
  policy_arn = aws_iam_policy.operate.arn
}

# One resource for all who have a policy.
resource "aws_iam_policy_attachment" "everybody" {
  name       = "everybody"
  policy_arn = aws_iam_policy.look.arn
  roles      = [aws_iam_role.responder.name]
  users      = [aws_iam_user.operator.name]
  groups     = [aws_iam_group.operators.name]
}

resource "aws_iam_policy" "look" {
  name   = "policies-look"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["cloudtrail:Get*", "cloudtrail:Describe*"], Resource = "*" }] })
}
