package analyzer

// The rules of change are checked on two graphs at once, by [Analyze] itself, so they have no Check.

func hopSevered() Rule {
	return Rule{
		ID: "TG701", Name: "hop-severed", Since: "0.1.0", Severity: Critical,
		Title:      "The plan severs a hop of the chain",
		Why:        "Deleting or repointing one notification, subscription or policy ends delivery without an error anywhere: the trail stays green and the consumer just receives nothing.",
		Attack:     "Needs no action in the account: a merged pull request blinds the consumer.",
		Fix:        Fix{Terraform: "Keep the declaration that carries the hop, or add the new path in the same plan and remove the old one after it has delivered.", CloudFormation: "Keep the declaration that carries the hop, or add the new path in the same change set and remove the old one after it has delivered."},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html"},
	}
}

func hopInterrupted() Rule {
	return Rule{
		ID: "TG702", Name: "hop-interrupted", Since: "0.1.0", Severity: Medium,
		Title:      "The plan cuts a hop of the chain and makes it again",
		Why:        "A replaced queue, stream or log group is destroyed with what is in it. Until its replacement exists, and its policy with it, the service before it drops what it cannot deliver.",
		Attack:     "Acts in the gap: what is recorded between destruction and creation never arrives.",
		Fix:        Fix{Terraform: "lifecycle {\n  create_before_destroy = true\n}", CloudFormation: "Give the replacement another logical id, move the consumers, and remove the old resource in a later update."},
		Techniques: []string{"T1562.008"},
		References: []string{"https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle"},
	}
}

func hopRewired() Rule {
	return Rule{
		ID: "TG703", Name: "hop-rewired", Since: "0.1.0", Severity: High,
		Title:      "The plan leads a hop of the chain elsewhere",
		Why:        "The declaration stays and delivers without an error, to somebody else. Whoever read the old target hears nothing any more, and nothing tells them.",
		Attack:     "Repoints a notification or a subscription to a queue of its own: the chain looks whole, and its events go to the attacker in the place of the SIEM.",
		Fix:        Fix{Terraform: "Add the new path beside the old one, move the consumer, and remove the old path in a later plan.", CloudFormation: "Add the new path beside the old one, move the consumer, and remove the old path in a later change set."},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html"},
	}
}

func hopUnsupported() Rule {
	return Rule{
		ID: "TG704", Name: "hop-unsupported", Since: "0.1.0", Severity: High,
		Title:      "The plan takes away what a hop of the chain stands on",
		Why:        "A hop works by the policy that admits the service before it, by the role that it assumes, and by what that role may do. Without one of them delivery ends, while every declaration that one looks at is still there.",
		Attack:     "Deletes a bucket policy, a topic policy or a role: the service is refused, and nobody reads its delivery errors.",
		Fix:        Fix{Terraform: "Keep the policy or the role, or replace it in the same plan by one that admits the same.", CloudFormation: "Keep the policy or the role, or replace it in the same change set by one that admits the same."},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"},
	}
}

func hopNarrowed() Rule {
	return Rule{
		ID: "TG705", Name: "hop-narrowed", Since: "0.1.0", Severity: Critical,
		Title:      "The plan changes what passes a hop of the chain",
		Why:        "A prefix that matches nothing, an event that no delivery makes or a filter policy that nothing carries ends delivery as surely as deleting the declaration does, and looks like a detail in review.",
		Attack:     "Narrows the filter by one word: the hop is still there, and nothing that matters passes it.",
		Fix:        Fix{Terraform: "Check the filter against a key of the trail's objects: [prefix/]AWSLogs/[organization/]account/CloudTrail/region/yyyy/mm/dd/….json.gz, which come by s3:ObjectCreated:*.", CloudFormation: "Check the filter against a key of the trail's objects: [prefix/]AWSLogs/[organization/]account/CloudTrail/region/yyyy/mm/dd/….json.gz, which come by s3:ObjectCreated:*."},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html", "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html"},
	}
}

func hopDrifted() Rule {
	return Rule{
		ID: "TG706", Name: "hop-drifted", Since: "0.1.0", Severity: Critical,
		Title:      "A hop of the chain was cut outside of Terraform",
		Why:        "The state still has the hop, and the account has not: since the last apply somebody deleted, repointed or switched it off by hand. Events since then did not pass.",
		Attack:     "Cuts the hop by one API call and lets the next plan look like an ordinary drift.",
		Fix:        Fix{Terraform: "Apply a plan that makes the hop again, find out in CloudTrail who cut it, and read what was recorded meanwhile from the bucket.", CloudFormation: "Detect drift of the stack, update it, find out in CloudTrail who cut the hop, and read what was recorded meanwhile from the bucket."},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html"},
	}
}

func keyDeleted() Rule {
	return Rule{
		ID: "TG707", Name: "chain-key-deleted", Since: "0.1.0", Severity: High,
		Title:      "The plan deletes a key that encrypts what is on the chain",
		Why:        "What a key encrypted can be read only with that key. Once its waiting period is over, every object and message that it encrypted is as good as deleted, locked or not.",
		Attack:     "Removes the key in a change that seems to be about encryption: the evidence is still counted, and nobody can read it.",
		Fix:        Fix{Terraform: "Keep the key, disabled for new use if need be, as long as anything that it encrypted is kept.", CloudFormation: "Keep the key with DeletionPolicy: Retain, as long as anything that it encrypted is kept."},
		Techniques: []string{"T1485", "T1562.008"},
		References: []string{"https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"},
	}
}
