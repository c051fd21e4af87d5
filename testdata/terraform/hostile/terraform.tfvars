webhook           = "https://hook.hostile.example/canary-webhook-path-2c4d?token=canary-webhook-query-7b7e"
informant         = "canary-informant-5150@hostile.example"
splunk_token      = "canary-splunk-hec-e6e1"
database_password = "canary-database-password-ab12"
