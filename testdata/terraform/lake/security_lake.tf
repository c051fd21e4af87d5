resource "aws_securitylake_data_lake" "main" {
  meta_store_manager_role_arn = aws_iam_role.lake.arn

  configuration {
    region = "us-east-1"

    encryption_configuration {
      kms_key_id = aws_kms_key.lake.key_id
    }

    lifecycle_configuration {
      expiration {
        days = 365
      }
    }

    replication_configuration {
      regions  = ["eu-west-1"]
      role_arn = aws_iam_role.lake.arn
    }
  }
}

resource "aws_securitylake_aws_log_source" "management" {
  source {
    accounts       = ["111122223333"]
    regions        = ["us-east-1"]
    source_name    = "CLOUD_TRAIL_MGMT"
    source_version = "2.0"
  }

  depends_on = [aws_securitylake_data_lake.main]
}

resource "aws_securitylake_subscriber" "siem" {
  subscriber_name = "siem"
  access_type     = "S3"

  source {
    aws_log_source_resource {
      source_name    = "CLOUD_TRAIL_MGMT"
      source_version = "2.0"
    }
  }

  subscriber_identity {
    principal   = "444455556666"
    external_id = "canary-lake-external-id-d3b8"
  }

  depends_on = [aws_securitylake_data_lake.main]
}

resource "aws_securitylake_subscriber_notification" "siem" {
  subscriber_id = aws_securitylake_subscriber.siem.id

  configuration {
    https_notification_configuration {
      endpoint        = "https://siem.lake.example/notify"
      target_role_arn = aws_iam_role.lake.arn
    }
  }
}

resource "aws_iam_role" "lake" {
  name = "lake-service"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["securitylake.amazonaws.com", "lambda.amazonaws.com", "glue.amazonaws.com", "events.amazonaws.com"] } }]
  })
}
