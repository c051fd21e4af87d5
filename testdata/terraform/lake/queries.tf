# The trail's bucket as a table.
resource "aws_glue_catalog_database" "audit" {
  name = "audit"
}

resource "aws_glue_catalog_table" "trail" {
  name          = "cloudtrail"
  database_name = aws_glue_catalog_database.audit.name
  table_type    = "EXTERNAL_TABLE"

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.trail.bucket}/AWSLogs/111122223333/CloudTrail/"
    input_format  = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hive.hcatalog.data.JsonSerDe"
    }

    columns {
      name = "eventname"
      type = "string"
    }
  }
}

resource "aws_glue_crawler" "trail" {
  name          = "trail"
  database_name = aws_glue_catalog_database.audit.name
  role          = aws_iam_role.lake.arn

  s3_target {
    path = "s3://${aws_s3_bucket.trail.id}/AWSLogs/"
  }
}

resource "aws_athena_workgroup" "investigations" {
  name = "investigations"

  configuration {
    result_configuration {
      output_location = "s3://${aws_s3_bucket.results.bucket}/investigations/"
    }
  }
}

resource "aws_s3_bucket" "results" {
  bucket        = "lake-query-results"
  force_destroy = true
}
