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
