# Every destination that a delivery stream can have.
locals {
  endpoints = {
    snowflake = "https://hops.eu-central-1.snowflakecomputing.com"
    splunk    = "https://hec.hops.example:8088"
  }
}

variable "stream_secrets" {
  description = "Credentials of the destinations."
  type        = map(string)
  sensitive   = true

  default = {
    redshift  = "Canary-redshift-4c1e"
    snowflake = "canary-snowflake-key-77aa"
    splunk    = "canary-splunk-token-2f90"
  }
}

resource "aws_kinesis_firehose_delivery_stream" "splunk" {
  name        = "hops-splunk"
  destination = "splunk"

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.trail.arn
    role_arn           = aws_iam_role.service.arn
  }

  splunk_configuration {
    hec_endpoint   = local.endpoints.splunk
    hec_token      = var.stream_secrets["splunk"]
    s3_backup_mode = "AllEvents"

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "opensearch" {
  name        = "hops-opensearch"
  destination = "opensearch"

  opensearch_configuration {
    domain_arn = aws_opensearch_domain.search.arn
    role_arn   = aws_iam_role.service.arn
    index_name = "trail"

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }

  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = aws_kms_key.bus.arn
  }
}

resource "aws_opensearch_domain" "search" {
  domain_name = "hops-search"
}

resource "aws_kinesis_firehose_delivery_stream" "elasticsearch" {
  name        = "hops-elasticsearch"
  destination = "elasticsearch"

  elasticsearch_configuration {
    domain_arn = aws_elasticsearch_domain.search.arn
    role_arn   = aws_iam_role.service.arn
    index_name = "trail"

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }
}

resource "aws_elasticsearch_domain" "search" {
  domain_name           = "hops-old-search"
  elasticsearch_version = "7.10"
}

resource "aws_kinesis_firehose_delivery_stream" "serverless" {
  name        = "hops-serverless"
  destination = "opensearchserverless"

  opensearchserverless_configuration {
    collection_endpoint = aws_opensearchserverless_collection.search.collection_endpoint
    role_arn            = aws_iam_role.service.arn
    index_name          = "trail"

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }
}

resource "aws_opensearchserverless_collection" "search" {
  name = "hops-search"
  type = "SEARCH"
}

resource "aws_kinesis_firehose_delivery_stream" "redshift" {
  name        = "hops-redshift"
  destination = "redshift"

  redshift_configuration {
    role_arn        = aws_iam_role.service.arn
    cluster_jdbcurl = "jdbc:redshift://${aws_redshift_cluster.audit.endpoint}/${aws_redshift_cluster.audit.database_name}"
    username        = "loader"
    password        = var.stream_secrets["redshift"]
    data_table_name = "trail"

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }
}

resource "aws_redshift_cluster" "audit" {
  cluster_identifier = "hops-audit"
  database_name      = "audit"
  node_type          = "ra3.large"
  master_username    = "loader"
  master_password    = var.stream_secrets["redshift"]
}

resource "aws_kinesis_firehose_delivery_stream" "snowflake" {
  name        = "hops-snowflake"
  destination = "snowflake"

  snowflake_configuration {
    account_url = local.endpoints.snowflake
    database    = "AUDIT"
    schema      = "PUBLIC"
    table       = "TRAIL"
    role_arn    = aws_iam_role.service.arn
    user        = "loader"
    private_key = var.stream_secrets["snowflake"]

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "iceberg" {
  name        = "hops-iceberg"
  destination = "iceberg"

  iceberg_configuration {
    role_arn    = aws_iam_role.service.arn
    catalog_arn = "arn:aws:glue:us-east-1:111122223333:catalog"

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }
}

# From Kafka to the bucket.
resource "aws_kinesis_firehose_delivery_stream" "kafka" {
  name        = "hops-kafka"
  destination = "extended_s3"

  msk_source_configuration {
    msk_cluster_arn = aws_msk_cluster.audit.arn
    topic_name      = "trail"

    authentication_configuration {
      connectivity = "PRIVATE"
      role_arn     = aws_iam_role.service.arn
    }
  }

  extended_s3_configuration {
    role_arn   = aws_iam_role.service.arn
    bucket_arn = aws_s3_bucket.trail.arn
  }
}

resource "aws_msk_cluster" "audit" {
  cluster_name           = "hops-audit"
  kafka_version          = "3.6.0"
  number_of_broker_nodes = 2

  broker_node_group_info {
    instance_type   = "kafka.m7g.large"
    client_subnets  = ["subnet-0a1b2c3d4e5f60718", "subnet-08f7e6d5c4b3a2910"]
    security_groups = ["sg-0123456789abcdef0"]
  }
}
