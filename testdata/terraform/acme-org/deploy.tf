# The pipeline that maintains the collectors. What it may do to queues is wider than it needs.
resource "aws_iam_role" "ci_deploy" {
  name = "ci-deploy"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::${local.account_id}:oidc-provider/token.actions.githubusercontent.com" }
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:acme/collectors:*" }
      }
    }]
  })
}

resource "aws_iam_policy" "ci_deploy" {
  name        = "ci-deploy"
  description = "Deploys the collectors"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Queues"
        Effect   = "Allow"
        Action   = "sqs:*"
        Resource = "*"
      },
      {
        Sid      = "Functions"
        Effect   = "Allow"
        Action   = ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:UpdateEventSourceMapping"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "ci_deploy" {
  role       = aws_iam_role.ci_deploy.name
  policy_arn = aws_iam_policy.ci_deploy.arn
}
