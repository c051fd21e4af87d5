# Seven years of management events, for queries.
resource "aws_cloudtrail_event_data_store" "management" {
  name                           = "lake-management"
  multi_region_enabled           = true
  organization_enabled           = false
  retention_period               = 2555
  termination_protection_enabled = true
  kms_key_id                     = aws_kms_key.lake.arn

  advanced_event_selector {
    name = "Management events without reads"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }

    field_selector {
      field  = "readOnly"
      equals = ["false"]
    }
  }
}

# One that anybody may delete, and that nobody has looked at for a while.
resource "aws_cloudtrail_event_data_store" "spare" {
  name                           = "lake-spare"
  retention_period               = 7
  termination_protection_enabled = false
  suspend                        = true
}
