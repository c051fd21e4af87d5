# Stand-ins: the real ones come from the pipeline's secret store.
siem_external_id = "canary-acme-external-id-5f2c"
splunk_hec_token = "canary-acme-hec-token-91d7"
