package iam

import (
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Pages of https://docs.aws.amazon.com/ that rows rest on.
const (
	docLogic        = userGuide + "reference_policies_evaluation-logic.html"
	docDenyAllow    = userGuide + "reference_policies_evaluation-logic_policy-eval-denyallow.html"
	docSameAccount  = userGuide + "reference_policies_evaluation-logic_policy-eval-basics-single-account.html"
	docCrossAccount = userGuide + "reference_policies_evaluation-logic-cross-account.html"
	docBoundary     = userGuide + "access_policies_boundaries.html"
	docPolicies     = userGuide + "access_policies.html"
	docPrincipal    = userGuide + "reference_policies_elements_principal.html"
	docNotPrincipal = userGuide + "reference_policies_elements_notprincipal.html"
	docAction       = userGuide + "reference_policies_elements_action.html"
	docNotAction    = userGuide + "reference_policies_elements_notaction.html"
	docResource     = userGuide + "reference_policies_elements_resource.html"
	docNotResource  = userGuide + "reference_policies_elements_notresource.html"
	docVersion      = userGuide + "reference_policies_elements_version.html"
	docKeys         = userGuide + "reference_policies_condition-keys.html"
	docIDs          = userGuide + "reference_identifiers.html#identifiers-unique-ids"
	docTrust        = userGuide + "id_roles_update-role-trust-policy.html"
	docDeputy       = userGuide + "confused-deputy.html"
	docSCP          = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"
	docSCPLevels    = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
	docRCP          = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"
	docRCPLevels    = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html"
	docEndpoint     = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
	docKeyPolicy    = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
	docKeyDefault   = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
	docKeyAcross    = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html"
	docKeyGrants    = "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"
	docTrailBucket  = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"
	docTrailKey     = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html"
	docS3Notify     = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"
	docSessions     = userGuide + "access_policies.html#policies_session"
	docFederation   = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html"
	docWhoAmI       = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"
	docSNSQueue     = "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
)

// decision is one row: a request, and the statements of each layer. A layer is absent when it is empty and unknown when it
// is "?"; levels of the organization are parted by a semicolon.
type decision struct {
	step                               string // of the evaluation, which the row is about
	doc, name                          string
	who                                Principal
	action, resource, owner            string
	identity, boundary, session        string
	scp, rcp, resourcePolicy, endpoint string
	grants                             []Grant
	unknownGrants                      bool
	context                            map[string]string
	ownerIsManagement                  graph.Tri
	version                            string
	want                               Result
}

func wrap(version, statements string) Policy {
	if version == "" {
		version = "2012-10-17"
	}
	return policy(`{"Version":"` + version + `","Statement":[` + statements + `]}`)
}

func layer(version, s string) graph.Value[Source] {
	switch s {
	case "":
		return graph.AbsentOf[Source]()
	case "?":
		return graph.UnknownOf[Source](graph.ReasonNotInInput)
	}
	return graph.KnownOf(Source{Name: "policy", Policy: wrap(version, s)})
}

func levels(s string) graph.Value[[]Set] {
	switch s {
	case "":
		return graph.AbsentOf[[]Set]()
	case "?":
		return graph.UnknownOf[[]Set](graph.ReasonNotInInput)
	}
	var out []Set
	for l := range strings.SplitSeq(s, ";") {
		out = append(out, Set{Sources: []Source{{Policy: wrap("", l)}}})
	}
	return graph.KnownOf(out)
}

func (d decision) decide() Decision {
	p := None()
	switch d.identity {
	case "":
	case "?":
		p.Identity.Open = true
	default:
		p.Identity.Sources = []Source{{Name: "identity", Policy: wrap(d.version, d.identity)}}
	}
	p.Boundary, p.Resource, p.Endpoint = layer("", d.boundary), layer(d.version, d.resourcePolicy), layer("", d.endpoint)
	p.SCPs, p.RCPs = levels(d.scp), levels(d.rcp)
	switch d.session {
	case "":
	case "?":
		p.Session = graph.UnknownOf[[]Source](graph.ReasonNotInInput)
	default:
		p.Session = graph.KnownOf([]Source{{Policy: wrap("", d.session)}})
	}
	if d.grants != nil {
		p.Grants = graph.KnownOf(d.grants)
	}
	if d.unknownGrants {
		p.Grants = graph.UnknownOf[[]Grant](graph.ReasonNotInInput)
	}
	r := Request{Principal: d.who, Action: d.action, Resource: doc(d.resource), ResourceAccount: doc(d.owner), ResourceManagement: d.ownerIsManagement, Context: NewContext(KeyAbsent)}
	for name, k := range d.context {
		r.Context = r.Context.With(name, key(k))
	}
	return Decide(r, p)
}

// Principals of the rows.
func role(name string) Principal {
	return Principal{Kind: Role, ARN: lit("arn:aws:iam::" + here + ":role/" + name)}
}

func session(name, s string) Principal {
	p := role(name)
	p.Session = lit(s)
	return p
}

func stranger() Principal {
	return Principal{Kind: Role, ARN: lit("arn:aws:iam::" + there + ":role/visitor"), Session: lit("v")}
}

func rootUser() Principal { return Principal{Kind: Root, ARN: lit("arn:aws:iam::" + here + ":root")} }

func serviceOf(name string) Principal {
	return Principal{Kind: Service, Service: lit(name + ".amazonaws.com")}
}

func with(p Principal, f func(*Principal)) Principal {
	f(&p)
	return p
}

// Statements of the rows.
const (
	allowAll  = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	denyAll   = `{"Effect":"Deny","Action":"*","Resource":"*"}`
	allowSQS  = `{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`
	allowS3   = `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`
	denyPurge = `{"Effect":"Deny","Action":"sqs:PurgeQueue","Resource":"*"}`
	queue     = "arn:aws:sqs:eu-west-1:" + here + ":siem"
	kmsKey    = "arn:aws:kms:eu-west-1:" + here + ":key/1234"
	object    = "arn:aws:s3:::logs/AWSLogs/111122223333/x.gz"
	trailARN  = "arn:aws:cloudtrail:eu-west-1:" + here + ":trail/org"
)

// to makes a statement of a resource policy.
func to(effect, principal, action, more string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"` + action + `","Resource":"*"` + more + `}`
}

func not(principal string) string {
	return `{"Effect":"Deny","NotPrincipal":` + principal + `,"Action":"*","Resource":"*"}`
}

func when(operator, name, value string) string {
	return `,"Condition":{"` + operator + `":{"` + name + `":` + value + `}}`
}

// aws names principals.
func aws(ids ...string) string { return `{"AWS":["` + strings.Join(ids, `","`) + `"]}` }

func svc(name string) string { return `{"Service":"` + name + `.amazonaws.com"}` }

func TestDecisionTable(t *testing.T) {
	purge := func(d decision) decision {
		d.action, d.resource = "sqs:PurgeQueue", queue
		return d
	}
	const (
		readerARN = "arn:aws:iam::" + here + ":role/reader"
		annARN    = "arn:aws:iam::" + here + ":user/ann"
		rootOf    = "arn:aws:iam::" + here + ":root"
		sessARN   = "arn:aws:sts::" + here + ":assumed-role/reader/s1"
		visitor   = "arn:aws:iam::" + there + ":role/visitor"
		vRoot     = "arn:aws:iam::" + there + ":root"
	)
	var rows []decision
	step := ""
	add := func(d ...decision) {
		for _, r := range d {
			r.step = step
			rows = append(rows, r)
		}
	}
	sqs := func(d ...decision) {
		for _, r := range d {
			add(purge(r))
		}
	}
	reader := session("reader", "s1")

	// Identity policies: default deny, explicit deny, actions and resources.
	step = "identity policies"
	sqs(
		decision{doc: docLogic, name: "nothing allows", who: reader, want: no},
		decision{doc: docLogic, name: "an allow", who: reader, identity: allowSQS, want: yes},
		decision{doc: docLogic, name: "a deny overrides", who: reader, identity: allowSQS + "," + denyPurge, want: no},
		decision{doc: docLogic, name: "a deny first", who: reader, identity: denyPurge + "," + allowSQS, want: no},
		decision{doc: docLogic, name: "a deny of something else", who: reader, identity: allowSQS + `,{"Effect":"Deny","Action":"sqs:DeleteQueue","Resource":"*"}`, want: yes},
		decision{doc: docAction, name: "case of the action", who: reader, identity: `{"Effect":"Allow","Action":"SQS:purgequeue","Resource":"*"}`, want: yes},
		decision{doc: docAction, name: "a wildcard in the action", who: reader, identity: `{"Effect":"Allow","Action":"sqs:P*Q?eue","Resource":"*"}`, want: yes},
		decision{doc: docAction, name: "another service", who: reader, identity: `{"Effect":"Allow","Action":"sns:*","Resource":"*"}`, want: no},
		decision{doc: docAction, name: "a list of actions", who: reader, identity: `{"Effect":"Allow","Action":["sns:*","sqs:PurgeQueue"],"Resource":"*"}`, want: yes},
		decision{doc: docAction, name: "every action", who: reader, identity: allowAll, want: yes},
		decision{doc: docAction, name: "an action that is not known", who: reader, identity: `{"Effect":"Allow","Action":"sqs:<?>","Resource":"*"}`, want: maybe},
		decision{doc: docAction, name: "an unknown action of another service", who: reader, identity: `{"Effect":"Allow","Action":"sns:<?>","Resource":"*"}`, want: no},
		decision{doc: docAction, name: "unknown actions", who: reader, identity: `{"Effect":"Allow","Action":<?>,"Resource":"*"}`, want: maybe},
		decision{doc: docNotAction, name: "all but another", who: reader, identity: `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`, want: yes},
		decision{doc: docNotAction, name: "all but this", who: reader, identity: `{"Effect":"Allow","NotAction":["iam:*","sqs:*"],"Resource":"*"}`, want: no},
		decision{doc: docNotAction, name: "deny all but another", who: reader, identity: allowAll + `,{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}`, want: no},
		decision{doc: docNotAction, name: "deny all but this", who: reader, identity: allowAll + `,{"Effect":"Deny","NotAction":"sqs:*","Resource":"*"}`, want: yes},
		decision{doc: docNotAction, name: "all but unknown actions", who: reader, identity: `{"Effect":"Allow","NotAction":"<?>","Resource":"*"}`, want: maybe},
		decision{doc: docResource, name: "the resource", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `"}`, want: yes},
		decision{doc: docResource, name: "another resource", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `-x"}`, want: no},
		decision{doc: docResource, name: "case of the resource", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:eu-west-1:111122223333:SIEM"}`, want: no},
		decision{doc: docResource, name: "a wildcard in the resource", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:111122223333:s?em"}`, want: yes},
		decision{doc: docResource, name: "a star at the end crosses colons", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*"}`, want: yes},
		decision{doc: docResource, name: "a resource that is not known", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","Resource":"<?>"}`, want: maybe},
		decision{doc: docResource, name: "a resource with an unknown name elsewhere", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:us-east-1:111122223333:<?>"}`, want: no},
		decision{doc: docNotResource, name: "all but another", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","NotResource":"` + queue + `-x"}`, want: yes},
		decision{doc: docNotResource, name: "all but this", who: reader, identity: `{"Effect":"Allow","Action":"sqs:*","NotResource":"` + queue + `"}`, want: no},
		decision{doc: docNotResource, name: "deny all but this", who: reader, identity: allowAll + `,{"Effect":"Deny","Action":"*","NotResource":"` + queue + `"}`, want: yes},
		decision{doc: docLogic, name: "further policies", who: reader, identity: "?", want: maybe},
		decision{doc: docLogic, name: "a deny that may match", who: reader, identity: allowAll + `,{"Effect":"Deny","Action":"*","Resource":"<?>"}`, want: maybe},
		decision{doc: docLogic, name: "a deny beside an unknown allow", who: reader, identity: denyAll + `,{"Effect":"Allow","Action":"*","Resource":"<?>"}`, want: no},
		decision{doc: docLogic, name: "unknown statements", who: reader, identity: allowAll + `,<?>`, want: maybe},
		decision{doc: docLogic, name: "unknown statements beside a deny", who: reader, identity: denyAll + `,<?>`, want: no},
		decision{doc: docCondition, name: "all conditions", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true"},"StringEquals":{"c:d":"x"}}}`, context: map[string]string{"a:b": "=true", "c:d": "=x"}, want: yes},
		decision{doc: docCondition, name: "one of two conditions", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true"},"StringEquals":{"c:d":"x"}}}`, context: map[string]string{"a:b": "=true"}, want: no},
		decision{doc: docCondition, name: "unknown conditions", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":<?>}`, want: maybe},
		decision{doc: docCondition, name: "a deny of a chosen key is avoided", who: reader, identity: allowAll + `,{"Effect":"Deny","Action":"*","Resource":"*"` + when("StringNotEquals", "s3:x-amz-acl", `"x"`) + `}`, context: map[string]string{"s3:x-amz-acl": "!"}, want: yes},
		decision{doc: docVariables, name: "an account in the resource", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:${aws:PrincipalAccount}:*"}`, want: yes},
		decision{doc: docVariables, name: "a default in the resource", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:PrincipalTag/queue, 'siem'}"}`, want: yes},
		decision{doc: docVariables, name: "no value in the resource", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:PrincipalTag/queue}"}`, want: no},
		decision{doc: docVersion, name: "variables need the version", who: reader, version: "2008-10-17", identity: `{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:${aws:PrincipalAccount}:*"}`, want: no},
		decision{doc: docVersion, name: "an unknown version", who: reader, version: "<?>", identity: `{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:${aws:PrincipalAccount}:*"}`, want: maybe},
	)

	// What policies bear on in ways of their own.
	step = "requests of their own kind"
	bucketARN := "arn:aws:s3:::logs"
	add(
		decision{doc: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html", name: "no bucket policy locks the root user out", who: rootUser(), action: "s3:DeleteBucketPolicy", resource: bucketARN, owner: here, resourcePolicy: to("Deny", `"*"`, "*", ""), want: yes},
		decision{doc: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html", name: "of other actions it does", who: rootUser(), action: "s3:DeleteBucket", resource: bucketARN, owner: here, resourcePolicy: to("Deny", `"*"`, "*", ""), want: no},
		decision{doc: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html", name: "an SCP locks the root user out", who: rootUser(), action: "s3:DeleteBucketPolicy", resource: bucketARN, owner: here, scp: denyAll, want: no},
		decision{doc: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html", name: "sts:GetSessionToken needs no permission", who: user("ann"), action: "sts:GetSessionToken", resource: "*", identity: denyAll, want: yes},
		decision{doc: docKeys, name: "an anonymous request has no aws:PrincipalIsAWSService", who: Principal{Kind: Anonymous}, action: "s3:GetObject", resource: object, owner: here, resourcePolicy: to("Allow", `"*"`, "s3:*", "") + "," + to("Deny", `"*"`, "s3:*", when("Bool", "aws:PrincipalIsAWSService", `"false"`)), want: yes},
		decision{doc: docKeys, name: "and is denied where the key may be missing", who: Principal{Kind: Anonymous}, action: "s3:GetObject", resource: object, owner: here, resourcePolicy: to("Allow", `"*"`, "s3:*", "") + "," + to("Deny", `"*"`, "s3:*", when("BoolIfExists", "aws:PrincipalIsAWSService", `"false"`)), want: no},
		decision{doc: docKeyAcross, name: "a stranger is in no account that a symbol names", who: with(stranger(), func(p *Principal) { p.Stranger = true }), action: "kms:Decrypt", resource: kmsKey, owner: here, identity: allowAll, resourcePolicy: to("Allow", aws("arn:aws:iam::<a>:root"), "kms:*", ""), want: no},
		decision{doc: docPrincipal, name: "a service that may be every one", who: serviceOf("s3"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", `{"Service":"*<?>"}`, "sqs:*", ""), want: maybe},
		decision{doc: docKeyGrants, name: "a grant to the account is for those whom it lets", who: reader, action: "kms:Decrypt", resource: kmsKey, resourcePolicy: to("Allow", aws(visitor), "kms:*", ""), grants: []Grant{{Grantee: PrincipalID{Type: "AWS", ID: lit(rootOf)}, Operations: []string{"Decrypt"}}}, want: maybe},
		decision{doc: docKeyGrants, name: "the constraints of a grant do not bear on kms:DescribeKey", who: reader, action: "kms:DescribeKey", resource: kmsKey, resourcePolicy: to("Allow", aws(visitor), "kms:*", ""), grants: []Grant{{Grantee: PrincipalID{Type: "AWS", ID: lit(readerARN)}, Operations: []string{"DescribeKey"}, Constraints: map[string]graph.Text{"a": lit("b")}}}, want: yes},
	)
	sqs(
		decision{doc: docCondition, name: "an operator that stands twice", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"x"},"stringequals":{"a:b":"y"}}}`, context: map[string]string{"a:b": "=y"}, want: maybe},
	)

	// Principal kinds and the keys that follow from them.
	step = "principals and their keys"
	sqs(
		decision{doc: docKeys, name: "aws:PrincipalArn of a role", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("ArnEquals", "aws:PrincipalArn", `"`+readerARN+`"`) + `}`, want: yes},
		decision{doc: docKeys, name: "aws:PrincipalArn is no session", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("ArnEquals", "aws:PrincipalArn", `"`+sessARN+`"`) + `}`, want: no},
		decision{doc: docKeys, name: "aws:PrincipalType of a role", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("StringEquals", "aws:PrincipalType", `"AssumedRole"`) + `}`, want: yes},
		decision{doc: docKeys, name: "aws:PrincipalType of a user", who: user("ann"), identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("StringEquals", "aws:PrincipalType", `"User"`) + `}`, want: yes},
		decision{doc: docKeys, name: "a role has no aws:username", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("Null", "aws:username", `"true"`) + `}`, want: yes},
		decision{doc: docKeys, name: "aws:ResourceAccount", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("StringEquals", "aws:ResourceAccount", `"${aws:PrincipalAccount}"`) + `}`, want: yes},
		decision{doc: docKeys, name: "an organization that is not known", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("StringEquals", "aws:PrincipalOrgID", `"o-1"`) + `}`, context: map[string]string{"aws:PrincipalOrgID": "?"}, want: maybe},
		decision{doc: docSameAccount, name: "the root user needs no policy", who: rootUser(), want: yes},
		decision{doc: docSCP, name: "an SCP restricts the root user", who: rootUser(), scp: denyAll, want: no},
		decision{doc: docSameAccount, name: "a resource policy denies the root user", who: rootUser(), resourcePolicy: to("Deny", `"*"`, "*", ""), want: no},
	)

	// Boundaries and session policies.
	step = "boundaries and session policies"
	sqs(
		decision{doc: docBoundary, name: "the boundary allows", who: reader, identity: allowSQS, boundary: allowSQS, want: yes},
		decision{doc: docBoundary, name: "the boundary does not allow", who: reader, identity: allowSQS, boundary: allowS3, want: no},
		decision{doc: docBoundary, name: "the boundary denies", who: reader, identity: allowSQS, boundary: allowAll + "," + denyPurge, want: no},
		decision{doc: docBoundary, name: "the boundary alone grants nothing", who: reader, boundary: allowAll, want: no},
		decision{doc: docBoundary, name: "an unknown boundary", who: reader, identity: allowSQS, boundary: "?", want: maybe},
		decision{doc: docBoundary, name: "an unknown boundary grants nothing", who: reader, boundary: "?", want: no},
		decision{doc: docPolicies, name: "the session policy allows", who: reader, identity: allowSQS, session: allowSQS, want: yes},
		decision{doc: docPolicies, name: "the session policy does not allow", who: reader, identity: allowSQS, session: allowS3, want: no},
		decision{doc: docPolicies, name: "the session policy denies", who: reader, identity: allowSQS, session: allowSQS + "," + denyPurge, want: no},
		decision{doc: docPolicies, name: "the session policy alone grants nothing", who: reader, session: allowAll, want: no},
		decision{doc: docDenyAllow, name: "a resource policy names the role, the boundary is silent", who: reader, boundary: allowS3, resourcePolicy: to("Allow", aws(readerARN), "sqs:*", ""), want: no},
		decision{doc: docDenyAllow, name: "a resource policy names the role, the boundary allows", who: reader, boundary: allowSQS, resourcePolicy: to("Allow", aws(readerARN), "sqs:*", ""), want: yes},
		decision{doc: docDenyAllow, name: "a resource policy names the session, the boundary is silent", who: reader, boundary: allowS3, resourcePolicy: to("Allow", aws(sessARN), "sqs:*", ""), want: yes},
		decision{doc: docDenyAllow, name: "a resource policy names the session, the boundary denies", who: reader, boundary: denyPurge, resourcePolicy: to("Allow", aws(sessARN), "sqs:*", ""), want: no},
		decision{doc: docDenyAllow, name: "a resource policy names the role, the session policy is silent", who: reader, session: allowS3, resourcePolicy: to("Allow", aws(readerARN), "sqs:*", ""), want: no},
		decision{doc: docDenyAllow, name: "a resource policy names the session, the session policy is silent", who: reader, session: allowS3, resourcePolicy: to("Allow", aws(sessARN), "sqs:*", ""), want: yes},
		decision{doc: docBoundary, name: "a resource policy names the user, the boundary is silent", who: user("ann"), boundary: allowS3, resourcePolicy: to("Allow", aws(annARN), "sqs:*", ""), want: yes},
		decision{doc: docBoundary, name: "a resource policy names the user, the boundary denies", who: user("ann"), boundary: denyAll, resourcePolicy: to("Allow", aws(annARN), "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "everyone, by aws:PrincipalArn, passes the boundary", who: reader, boundary: allowS3, resourcePolicy: to("Allow", `"*"`, "sqs:*", when("ArnEquals", "aws:PrincipalArn", `"`+readerARN+`"`)), want: yes},
		decision{doc: docPrincipal, name: "a federated user is limited by its session", who: Principal{Kind: FederatedUser, ARN: lit(annARN), Session: lit("f")}, session: allowS3, resourcePolicy: to("Allow", aws(annARN), "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "a federated user by its own ARN", who: Principal{Kind: FederatedUser, ARN: lit(annARN), Session: lit("f")}, session: allowS3, resourcePolicy: to("Allow", aws("arn:aws:sts::"+here+":federated-user/f"), "sqs:*", ""), want: yes},
		decision{doc: docPolicies, name: "a federated user within its session", who: Principal{Kind: FederatedUser, ARN: lit(annARN), Session: lit("f")}, identity: allowSQS, session: allowSQS, want: yes},
	)

	// Resource policies within an account.
	step = "resource policies"
	sqs(
		decision{doc: docSameAccount, name: "the resource policy alone, by role", who: reader, resourcePolicy: to("Allow", aws(readerARN), "sqs:*", ""), want: yes},
		decision{doc: docSameAccount, name: "the resource policy alone, by session", who: reader, resourcePolicy: to("Allow", aws(sessARN), "sqs:*", ""), want: yes},
		decision{doc: docSameAccount, name: "another session", who: reader, resourcePolicy: to("Allow", aws(sessARN+"x"), "sqs:*", ""), want: no},
		decision{doc: docSameAccount, name: "a session whose name is not known", who: role("reader"), resourcePolicy: to("Allow", aws(sessARN), "sqs:*", ""), want: maybe},
		decision{doc: docSameAccount, name: "the resource policy alone, by user", who: user("ann"), resourcePolicy: to("Allow", aws(annARN), "sqs:*", ""), want: yes},
		decision{doc: docSameAccount, name: "the account alone", who: reader, resourcePolicy: to("Allow", aws(rootOf), "sqs:*", ""), want: no},
		decision{doc: docSameAccount, name: "the account and the identity policy", who: reader, identity: allowSQS, resourcePolicy: to("Allow", aws(rootOf), "sqs:*", ""), want: yes},
		decision{doc: docSameAccount, name: "the identity policy alone", who: reader, identity: allowSQS, resourcePolicy: to("Allow", aws(visitor), "sqs:*", ""), want: yes},
		decision{doc: docSameAccount, name: "a deny in the resource policy", who: reader, identity: allowSQS, resourcePolicy: to("Deny", `"*"`, "sqs:*", ""), want: no},
		decision{doc: docSameAccount, name: "a deny of the role", who: reader, identity: allowSQS, resourcePolicy: to("Deny", aws(readerARN), "sqs:*", ""), want: no},
		decision{doc: docSameAccount, name: "a deny of another role", who: reader, identity: allowSQS, resourcePolicy: to("Deny", aws(readerARN+"x"), "sqs:*", ""), want: yes},
		decision{doc: docSameAccount, name: "a deny of the account", who: reader, identity: allowSQS, resourcePolicy: to("Deny", aws(rootOf), "sqs:*", ""), want: no},
		decision{doc: docSameAccount, name: "a deny in the identity policy", who: reader, identity: denyPurge, resourcePolicy: to("Allow", aws(readerARN), "sqs:*", ""), want: no},
		decision{doc: docSameAccount, name: "an unknown resource policy may deny", who: reader, identity: allowSQS, resourcePolicy: "?", want: maybe},
		decision{doc: docSameAccount, name: "an unknown principal of an allow", who: reader, resourcePolicy: to("Allow", aws("<r>"), "sqs:*", ""), want: maybe},
		decision{doc: docSameAccount, name: "an unknown principal of a deny", who: reader, identity: allowSQS, resourcePolicy: to("Deny", aws("<r>"), "sqs:*", ""), want: maybe},
		decision{doc: docPrincipal, name: "the role by reference", who: Principal{Kind: Role, ARN: doc("<r>"), Account: lit(here), Partition: lit("aws")}, resourcePolicy: to("Allow", aws("<r>"), "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "everyone", who: reader, resourcePolicy: to("Allow", `"*"`, "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "AWS everyone", who: reader, resourcePolicy: to("Allow", `{"AWS":"*"}`, "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "the account by its number", who: reader, identity: allowSQS, resourcePolicy: to("Deny", aws(here), "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "a number that JSON spells as one", who: reader, identity: allowSQS, resourcePolicy: to("Deny", `{"AWS":111122223333}`, "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "no wildcard in a part of a principal", who: reader, resourcePolicy: to("Allow", aws("arn:aws:iam::"+here+":role/*"), "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "a service is no role", who: reader, resourcePolicy: to("Allow", svc("sqs"), "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "a role with a path", who: with(reader, func(p *Principal) { p.ARN = lit("arn:aws:iam::" + here + ":role/team/reader") }), resourcePolicy: to("Allow", aws(sessARN), "sqs:*", ""), want: yes},
		decision{doc: docIDs, name: "a deleted principal", who: reader, resourcePolicy: to("Allow", aws("AROAEXAMPLEID"), "sqs:*", ""), want: maybe},
		decision{doc: docIDs, name: "the unique id of the principal", who: with(reader, func(p *Principal) { p.UniqueID = lit("AROAEXAMPLEID") }), resourcePolicy: to("Allow", aws("AROAEXAMPLEID"), "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "a canonical user", who: reader, resourcePolicy: to("Allow", `{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "a canonical user may be the account", who: reader, identity: allowAll, resourcePolicy: to("Deny", `{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, "sqs:*", ""), want: maybe},
	)

	// NotPrincipal.
	step = "NotPrincipal"
	sqs(
		decision{doc: docNotPrincipal, name: "nobody is excepted", who: reader, identity: allowAll, resourcePolicy: not(aws(visitor)), want: no},
		decision{doc: docNotPrincipal, name: "session, role and account are excepted", who: reader, identity: allowAll, resourcePolicy: not(aws(sessARN, readerARN, rootOf)), want: yes},
		decision{doc: docNotPrincipal, name: "without the account it might deny", who: reader, identity: allowAll, resourcePolicy: not(aws(sessARN, readerARN)), want: maybe},
		decision{doc: docNotPrincipal, name: "the user and the account", who: user("ann"), identity: allowAll, resourcePolicy: not(aws(annARN, rootOf)), want: yes},
		decision{doc: docNotPrincipal, name: "the user without the account", who: user("ann"), identity: allowAll, resourcePolicy: not(aws(annARN)), want: maybe},
		decision{doc: docNotPrincipal, name: "another user", who: user("bob"), identity: allowAll, resourcePolicy: not(aws("arn:aws:iam::" + there + ":user/ann")), want: no},
		decision{doc: docNotPrincipal, name: "the root user", who: rootUser(), resourcePolicy: not(aws(rootOf)), want: yes},
		decision{doc: docNotPrincipal, name: "everyone is excepted", who: reader, identity: allowAll, resourcePolicy: not(`"*"`), want: yes},
		decision{doc: docNotPrincipal, name: "an allow for all but another", who: reader, resourcePolicy: `{"Effect":"Allow","NotPrincipal":` + aws(visitor) + `,"Action":"*","Resource":"*"}`, want: yes},
		decision{doc: docNotPrincipal, name: "a service that is excepted", who: serviceOf("sns"), action: "", resourcePolicy: to("Allow", `"*"`, "*", "") + "," + not(svc("sns")), want: yes},
		decision{doc: docNotPrincipal, name: "a service that is not excepted", who: serviceOf("s3"), resourcePolicy: to("Allow", `"*"`, "*", "") + "," + not(svc("sns")), want: no},
	)

	// Across accounts.
	step = "across accounts"
	both := to("Allow", aws(visitor), "sqs:*", "")
	sqs(
		decision{doc: docCrossAccount, name: "both sides", who: stranger(), identity: allowSQS, resourcePolicy: both, want: yes},
		decision{doc: docCrossAccount, name: "the resource side alone", who: stranger(), resourcePolicy: both, want: no},
		decision{doc: docCrossAccount, name: "the identity side alone", who: stranger(), identity: allowSQS, want: no},
		decision{doc: docCrossAccount, name: "the account on the resource side", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", aws(vRoot), "sqs:*", ""), want: yes},
		decision{doc: docCrossAccount, name: "the number on the resource side", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", aws(there), "sqs:*", ""), want: yes},
		decision{doc: docCrossAccount, name: "everyone on the resource side", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", `"*"`, "sqs:*", ""), want: yes},
		decision{doc: docCrossAccount, name: "everyone does not do without the identity side", who: stranger(), resourcePolicy: to("Allow", `"*"`, "sqs:*", ""), want: no},
		decision{doc: docCrossAccount, name: "another account", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", aws(rootOf), "sqs:*", ""), want: no},
		decision{doc: docCrossAccount, name: "the boundary limits", who: stranger(), identity: allowSQS, boundary: allowS3, resourcePolicy: both, want: no},
		decision{doc: docCrossAccount, name: "the session does not pass the boundary", who: stranger(), identity: allowSQS, boundary: allowS3, resourcePolicy: to("Allow", aws("arn:aws:sts::"+there+":assumed-role/visitor/v"), "sqs:*", ""), want: no},
		decision{doc: docCrossAccount, name: "a deny on the identity side", who: stranger(), identity: allowSQS + "," + denyPurge, resourcePolicy: both, want: no},
		decision{doc: docCrossAccount, name: "a deny on the resource side", who: stranger(), identity: allowSQS, resourcePolicy: both + "," + to("Deny", aws(vRoot), "*", ""), want: no},
		decision{doc: docCrossAccount, name: "the root user of another account", who: Principal{Kind: Root, ARN: lit(vRoot)}, resourcePolicy: to("Allow", aws(vRoot), "sqs:*", ""), want: yes},
		decision{doc: docCrossAccount, name: "an unknown resource policy", who: stranger(), identity: allowSQS, resourcePolicy: "?", want: maybe},
		decision{doc: docCrossAccount, name: "an unknown resource policy without the identity side", who: stranger(), resourcePolicy: "?", want: no},
		decision{doc: docCrossAccount, name: "an unknown identity side", who: stranger(), identity: "?", resourcePolicy: both, want: maybe},
		decision{doc: docCrossAccount, name: "an organization on the resource side", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", `"*"`, "sqs:*", when("StringEquals", "aws:PrincipalOrgID", `"o-1"`)), context: map[string]string{"aws:PrincipalOrgID": "=o-1"}, want: yes},
		decision{doc: docCrossAccount, name: "another organization", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", `"*"`, "sqs:*", when("StringEquals", "aws:PrincipalOrgID", `"o-1"`)), context: map[string]string{"aws:PrincipalOrgID": "=o-2"}, want: no},
		decision{doc: docCrossAccount, name: "an owner that is not known", who: reader, identity: allowSQS, owner: "<?>", want: maybe},
		decision{doc: docCrossAccount, name: "an owner that is not known, with both sides", who: reader, identity: allowSQS, owner: "<?>", resourcePolicy: to("Allow", aws(readerARN), "sqs:*", ""), want: yes},
	)

	// Nobody, and identities before they have a role.
	step = "anonymous"
	sqs(
		decision{doc: docPrincipal, name: "anonymous by everyone", resourcePolicy: to("Allow", `"*"`, "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "anonymous by AWS everyone", resourcePolicy: to("Allow", `{"AWS":"*"}`, "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "anonymous is no account", resourcePolicy: to("Allow", aws(rootOf), "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "anonymous without a policy", want: no},
		decision{doc: docPrincipal, name: "anonymous has no organization", resourcePolicy: to("Allow", `"*"`, "sqs:*", when("StringEquals", "aws:PrincipalOrgID", `"o-1"`)), want: no},
		decision{doc: docPrincipal, name: "anonymous and a negated key it lacks", resourcePolicy: to("Allow", `"*"`, "sqs:*", when("StringNotEquals", "aws:PrincipalAccount", `"1"`)), want: yes},
		decision{doc: docPrincipal, name: "anonymous and a principal that is not known", resourcePolicy: to("Allow", aws("<?>"), "sqs:*", ""), want: maybe},
	)

	// Organizations: SCPs.
	step = "service control policies"
	sqs(
		decision{doc: docSCP, name: "an SCP allows", who: reader, identity: allowSQS, scp: allowAll, want: yes},
		decision{doc: docSCP, name: "an SCP grants nothing", who: reader, scp: allowAll, want: no},
		decision{doc: docSCP, name: "an SCP denies", who: reader, identity: allowSQS, scp: allowAll + "," + denyPurge, want: no},
		decision{doc: docSCPLevels, name: "every level allows", who: reader, identity: allowSQS, scp: allowAll + ";" + allowSQS + ";" + allowAll, want: yes},
		decision{doc: docSCPLevels, name: "a level does not allow", who: reader, identity: allowSQS, scp: allowAll + ";" + allowS3 + ";" + allowAll, want: no},
		decision{doc: docSCPLevels, name: "a level denies", who: reader, identity: allowSQS, scp: allowAll + "," + denyPurge + ";" + allowAll, want: no},
		decision{doc: docSCPLevels, name: "unknown SCPs", who: reader, identity: allowSQS, scp: "?", want: maybe},
		decision{doc: docSCP, name: "the management account", who: with(reader, func(p *Principal) { p.Management = graph.Yes }), identity: allowSQS, scp: denyAll, want: yes},
		decision{doc: docSCP, name: "it may be the management account", who: with(reader, func(p *Principal) { p.Management = graph.Maybe }), identity: allowSQS, scp: denyAll, want: maybe},
		decision{doc: docSCP, name: "a service-linked role", who: with(reader, func(p *Principal) { p.ServiceLinked = graph.Yes }), identity: allowSQS, scp: denyAll, want: yes},
		decision{doc: docSCP, name: "an SCP limits what a resource policy grants", who: reader, resourcePolicy: to("Allow", aws(readerARN), "sqs:*", ""), scp: allowS3, want: no},
		decision{doc: docSCP, name: "services are no principals of an account", who: serviceOf("sns"), resourcePolicy: to("Allow", svc("sns"), "sqs:*", ""), scp: denyAll, want: yes},
		decision{doc: docSCP, name: "a deny with an exemption", who: reader, identity: allowSQS, scp: allowAll + `,{"Effect":"Deny","Action":"sqs:*","Resource":"*"` + when("ArnNotLike", "aws:PrincipalArn", `"arn:aws:iam::*:role/read*"`) + `}`, want: yes},
		decision{doc: docSCP, name: "a deny without the exemption", who: session("other", "s"), identity: allowSQS, scp: allowAll + `,{"Effect":"Deny","Action":"sqs:*","Resource":"*"` + when("ArnNotLike", "aws:PrincipalArn", `"arn:aws:iam::*:role/read*"`) + `}`, want: no},
		decision{doc: docSCP, name: "an SCP with NotAction", who: reader, identity: allowSQS, scp: allowAll + `,{"Effect":"Deny","NotAction":["iam:*","sqs:*"],"Resource":"*"}`, want: yes},
	)

	// Organizations: RCPs.
	step = "resource control policies"
	star := `"*"`
	sqs(
		decision{doc: docRCP, name: "an RCP allows", who: reader, identity: allowSQS, rcp: to("Allow", star, "*", ""), want: yes},
		decision{doc: docRCP, name: "an RCP denies", who: reader, identity: allowSQS, rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", ""), want: no},
		decision{doc: docRCP, name: "an RCP denies a service", who: serviceOf("sns"), resourcePolicy: to("Allow", svc("sns"), "sqs:*", ""), rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", ""), want: no},
		decision{doc: docRCP, name: "an RCP that exempts services", who: serviceOf("sns"), resourcePolicy: to("Allow", svc("sns"), "sqs:*", ""), rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", when("BoolIfExists", "aws:PrincipalIsAWSService", `"false"`)), want: yes},
		decision{doc: docRCP, name: "an RCP denies strangers", who: stranger(), identity: allowSQS, resourcePolicy: both, rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", when("StringNotEqualsIfExists", "aws:PrincipalOrgID", `"o-1"`)), context: map[string]string{"aws:PrincipalOrgID": "=o-2"}, want: no},
		decision{doc: docRCP, name: "a service-linked role", who: with(reader, func(p *Principal) { p.ServiceLinked = graph.Yes }), identity: allowSQS, rcp: to("Deny", star, "*", ""), want: yes},
		decision{doc: docRCP, name: "a resource of the management account", who: reader, identity: allowSQS, rcp: to("Deny", star, "*", ""), ownerIsManagement: graph.Yes, want: yes},
		decision{doc: docRCP, name: "it may be of the management account", who: reader, identity: allowSQS, rcp: to("Deny", star, "*", ""), ownerIsManagement: graph.Maybe, want: maybe},
		decision{doc: docRCP, name: "unknown RCPs", who: reader, identity: allowSQS, rcp: "?", want: maybe},
		decision{doc: docRCPLevels, name: "a level of RCPs does not allow", who: reader, identity: allowSQS, rcp: to("Allow", star, "*", "") + ";" + to("Allow", star, "s3:*", ""), want: no},
	)
	add(
		decision{doc: docRCP, name: "a service that RCPs may have come to support", who: reader, action: "lambda:InvokeFunction", resource: "arn:aws:lambda:eu-west-1:" + here + ":function:f", identity: allowAll, rcp: to("Deny", star, "*", ""), want: maybe},
		decision{doc: docRCP, name: "RCPs and kms:RetireGrant", who: reader, action: "kms:RetireGrant", resource: kmsKey, identity: allowAll, resourcePolicy: to("Allow", aws(rootOf), "kms:*", ""), rcp: to("Deny", star, "*", ""), want: yes},
	)

	// VPC endpoint policies.
	step = "endpoint policies"
	sqs(
		decision{doc: docEndpoint, name: "the endpoint allows", who: reader, identity: allowSQS, endpoint: to("Allow", star, "*", ""), want: yes},
		decision{doc: docEndpoint, name: "the endpoint does not allow", who: reader, identity: allowSQS, endpoint: to("Allow", star, "s3:*", ""), want: no},
		decision{doc: docEndpoint, name: "the endpoint denies", who: reader, identity: allowSQS, endpoint: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", ""), want: no},
		decision{doc: docEndpoint, name: "the endpoint grants nothing", who: reader, endpoint: to("Allow", star, "*", ""), want: no},
		decision{doc: docEndpoint, name: "the endpoint allows another account", who: reader, identity: allowSQS, endpoint: to("Allow", aws(vRoot), "*", ""), want: no},
		decision{doc: docEndpoint, name: "an unknown endpoint policy", who: reader, identity: allowSQS, endpoint: "?", want: maybe},
	)

	// Services, and the confused deputy.
	step = "services"
	put := func(name, more, source string, want Result) decision {
		d := decision{doc: docTrailBucket, name: name, who: serviceOf("cloudtrail"), action: "s3:PutObject", resource: object, owner: here, resourcePolicy: to("Allow", svc("cloudtrail"), "s3:PutObject", more), want: want, context: map[string]string{"s3:x-amz-acl": "=bucket-owner-full-control"}}
		if source != "" {
			d.context["aws:SourceArn"] = source
		}
		return d
	}
	sourceIs := when("StringEquals", "aws:SourceArn", `"`+trailARN+`"`)
	add(
		put("the trail writes", "", "="+trailARN, yes),
		put("the trail that the policy names", sourceIs, "="+trailARN, yes),
		put("another trail", sourceIs, "="+trailARN+"x", no),
		put("a trail that is not known", sourceIs, "=<?>", maybe),
		put("a source that is not known", sourceIs, "?", maybe),
		put("no source", sourceIs, "", no),
		put("the trail by reference", when("StringEquals", "aws:SourceArn", `"<t>"`), "=<t>", yes),
		put("a wildcard that StringEquals does not know", when("StringEquals", "aws:SourceArn", `"arn:aws:cloudtrail:*:*:trail/*"`), "="+trailARN, no),
		put("a wildcard that ArnLike knows", when("ArnLike", "aws:SourceArn", `"arn:aws:cloudtrail:*:111122223333:trail/*"`), "="+trailARN, yes),
		put("the ACL that is asked for", when("StringEquals", "s3:x-amz-acl", `"bucket-owner-full-control"`), "="+trailARN, yes),
		put("another ACL", when("StringEquals", "s3:x-amz-acl", `"private"`), "="+trailARN, no),
		decision{doc: docDeputy, name: "a stranger's source by account", who: serviceOf("s3"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", svc("s3"), "sqs:SendMessage", when("StringEquals", "aws:SourceAccount", `"`+here+`"`)), context: map[string]string{"aws:SourceAccount": "=" + there}, want: no},
		decision{doc: docDeputy, name: "a stranger's source without a condition", who: serviceOf("s3"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", svc("s3"), "sqs:SendMessage", ""), context: map[string]string{"aws:SourceAccount": "=" + there}, want: yes},
		decision{doc: docDeputy, name: "a source by organization", who: serviceOf("s3"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", svc("s3"), "sqs:SendMessage", when("StringEquals", "aws:SourceOrgID", `"o-1"`)), context: map[string]string{"aws:SourceOrgID": "=o-1"}, want: yes},
		decision{doc: docS3Notify, name: "a bucket to a queue", who: serviceOf("s3"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", svc("s3"), "sqs:SendMessage", when("ArnLike", "aws:SourceArn", `"arn:aws:s3:*:*:logs"`)), context: map[string]string{"aws:SourceArn": "=arn:aws:s3:::logs"}, want: yes},
		decision{doc: docS3Notify, name: "another bucket", who: serviceOf("s3"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", svc("s3"), "sqs:SendMessage", when("ArnLike", "aws:SourceArn", `"arn:aws:s3:*:*:logs"`)), context: map[string]string{"aws:SourceArn": "=arn:aws:s3:::other"}, want: no},
		decision{doc: docSNSQueue, name: "a topic to a queue", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", svc("sns"), "sqs:SendMessage", when("ArnEquals", "aws:SourceArn", `"arn:aws:sns:eu-west-1:111122223333:t"`)), context: map[string]string{"aws:SourceArn": "=arn:aws:sns:eu-west-1:111122223333:t"}, want: yes},
		decision{doc: docSNSQueue, name: "everyone, by source", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", star, "sqs:SendMessage", when("ArnEquals", "aws:SourceArn", `"arn:aws:sns:eu-west-1:111122223333:t"`)), context: map[string]string{"aws:SourceArn": "=arn:aws:sns:eu-west-1:111122223333:t"}, want: yes},
		decision{doc: docPrincipal, name: "another service", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", svc("s3"), "sqs:SendMessage", ""), want: no},
		decision{doc: docPrincipal, name: "one of several services", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", `{"Service":["s3.amazonaws.com","sns.amazonaws.com"],"AWS":"111122223333"}`, "sqs:SendMessage", ""), want: yes},
		decision{doc: docPrincipal, name: "the account is no service", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", aws(rootOf), "sqs:SendMessage", ""), want: no},
		decision{doc: docPrincipal, name: "a service needs a resource policy", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, want: no},
		decision{doc: docPrincipal, name: "a service and an unknown policy", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: "?", want: maybe},
		decision{doc: docKeys, name: "aws:PrincipalIsAWSService of a service", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", star, "*", when("Bool", "aws:PrincipalIsAWSService", `"true"`)), want: yes},
		decision{doc: docKeys, name: "aws:PrincipalIsAWSService of a role", who: reader, action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", star, "*", when("Bool", "aws:PrincipalIsAWSService", `"true"`)), want: no},
		decision{doc: docKeys, name: "aws:PrincipalServiceName", who: serviceOf("sns"), action: "sqs:SendMessage", resource: queue, resourcePolicy: to("Allow", star, "*", when("StringEquals", "aws:PrincipalServiceName", `"sns.amazonaws.com"`)), want: yes},
		decision{doc: docTrailBucket, name: "a deny of insecure transport", who: serviceOf("cloudtrail"), action: "s3:PutObject", resource: object, owner: here, resourcePolicy: to("Allow", svc("cloudtrail"), "s3:PutObject", "") + "," + to("Deny", star, "s3:*", when("Bool", "aws:SecureTransport", `"false"`)), context: map[string]string{"aws:SecureTransport": "=true"}, want: yes},
	)

	// KMS: the key policy is mandatory; grants.
	step = "key policies and grants"
	kms := func(name, d string, r decision) decision {
		r.doc, r.name = d, name
		if r.action == "" {
			r.action = "kms:Decrypt"
		}
		if r.resource == "" {
			r.resource = kmsKey
		}
		return r
	}
	allowKMS := `{"Effect":"Allow","Action":"kms:*","Resource":"*"}`
	delegate := to("Allow", aws(rootOf), "kms:*", "")
	grantTo := func(arn string, ops ...string) []Grant {
		return []Grant{{Grantee: PrincipalID{Type: "AWS", ID: lit(arn)}, Operations: ops}}
	}
	add(
		kms("the identity policy alone", docKeyPolicy, decision{who: reader, identity: allowKMS, resourcePolicy: to("Allow", aws(annARN), "kms:*", ""), want: no}),
		kms("no key policy at all", docKeyPolicy, decision{who: reader, identity: allowKMS, want: no}),
		kms("the account, and the identity policy", docKeyDefault, decision{who: reader, identity: allowKMS, resourcePolicy: delegate, want: yes}),
		kms("the account alone", docKeyDefault, decision{who: reader, resourcePolicy: delegate, want: no}),
		kms("the role alone", docKeyPolicy, decision{who: reader, resourcePolicy: to("Allow", aws(readerARN), "kms:Decrypt", ""), want: yes}),
		kms("the role, but a boundary", docKeyPolicy, decision{who: reader, boundary: allowS3, resourcePolicy: to("Allow", aws(readerARN), "kms:Decrypt", ""), want: no}),
		kms("the user alone", docKeyPolicy, decision{who: user("ann"), resourcePolicy: to("Allow", aws(annARN), "kms:Decrypt", ""), want: yes}),
		kms("the root user and the account", docKeyDefault, decision{who: rootUser(), resourcePolicy: delegate, want: yes}),
		kms("the root user is not above the key policy", docKeyPolicy, decision{who: rootUser(), resourcePolicy: to("Allow", aws(annARN), "kms:*", ""), want: no}),
		kms("the account for other actions", docKeyDefault, decision{who: reader, identity: allowKMS, resourcePolicy: to("Allow", aws(rootOf), "kms:Describe*", ""), want: no}),
		kms("the account, with a condition that fails", docKeyDefault, decision{who: reader, identity: allowKMS, resourcePolicy: to("Allow", aws(rootOf), "kms:*", when("StringEquals", "kms:ViaService", `"s3.eu-west-1.amazonaws.com"`)), want: no}),
		kms("the account, through a service", docKeyDefault, decision{who: reader, identity: allowKMS, resourcePolicy: to("Allow", aws(rootOf), "kms:*", when("StringEquals", "kms:ViaService", `"s3.eu-west-1.amazonaws.com"`)), context: map[string]string{"kms:ViaService": "=s3.eu-west-1.amazonaws.com"}, want: yes}),
		kms("an unknown key policy", docKeyPolicy, decision{who: reader, identity: allowKMS, resourcePolicy: "?", want: maybe}),
		kms("a deny in the key policy", docKeyPolicy, decision{who: reader, identity: allowKMS, resourcePolicy: delegate + "," + to("Deny", star, "kms:Decrypt", ""), want: no}),
		kms("another account, both sides", docKeyAcross, decision{who: stranger(), identity: allowKMS, resourcePolicy: to("Allow", aws(vRoot), "kms:*", ""), want: yes}),
		kms("another account, the key side alone", docKeyAcross, decision{who: stranger(), resourcePolicy: to("Allow", aws(vRoot), "kms:*", ""), want: no}),
		kms("another account, the identity side alone", docKeyAcross, decision{who: stranger(), identity: allowKMS, resourcePolicy: delegate, want: no}),
		kms("an action without a key", docKeyPolicy, decision{who: reader, action: "kms:ListKeys", resource: "*", identity: allowKMS, want: yes}),
		kms("an alias has no policy", "https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html", decision{who: reader, action: "kms:UpdateAlias", resource: "arn:aws:kms:eu-west-1:" + here + ":alias/a", identity: allowKMS, want: yes}),
		kms("the trail encrypts", docTrailKey, decision{who: serviceOf("cloudtrail"), action: "kms:GenerateDataKey", resourcePolicy: to("Allow", svc("cloudtrail"), "kms:GenerateDataKey*", `,"Condition":{"StringEquals":{"aws:SourceArn":"`+trailARN+`"},"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:111122223333:trail/*"}}`), context: map[string]string{"aws:SourceArn": "=" + trailARN, "kms:EncryptionContext:aws:cloudtrail:arn": "=" + trailARN}, want: yes}),
		kms("another trail does not encrypt", docTrailKey, decision{who: serviceOf("cloudtrail"), action: "kms:GenerateDataKey", resourcePolicy: to("Allow", svc("cloudtrail"), "kms:GenerateDataKey*", when("StringEquals", "aws:SourceArn", `"`+trailARN+`"`)), context: map[string]string{"aws:SourceArn": "=" + trailARN + "x"}, want: no}),
		kms("a reader with an encryption context", docTrailKey, decision{who: reader, resourcePolicy: to("Allow", aws(readerARN), "kms:Decrypt", when("Null", "kms:EncryptionContext:aws:cloudtrail:arn", `"false"`)), context: map[string]string{"kms:EncryptionContext:aws:cloudtrail:arn": "=" + trailARN}, want: yes}),
		kms("a reader without an encryption context", docTrailKey, decision{who: reader, resourcePolicy: to("Allow", aws(readerARN), "kms:Decrypt", when("Null", "kms:EncryptionContext:aws:cloudtrail:arn", `"false"`)), want: no}),
		kms("a grant", docKeyGrants, decision{who: reader, grants: grantTo(readerARN, "Decrypt"), resourcePolicy: to("Allow", aws(annARN), "kms:*", ""), want: yes}),
		kms("a grant of another operation", docKeyGrants, decision{who: reader, grants: grantTo(readerARN, "Encrypt"), want: no}),
		kms("a grant to another", docKeyGrants, decision{who: reader, grants: grantTo(annARN, "Decrypt"), want: no}),
		kms("a deny overrides a grant", docKeyGrants, decision{who: reader, grants: grantTo(readerARN, "Decrypt"), resourcePolicy: to("Deny", star, "kms:*", ""), want: no}),
		kms("a grant with its constraint", docKeyGrants, decision{who: reader, grants: []Grant{{Grantee: PrincipalID{Type: "AWS", ID: lit(readerARN)}, Operations: []string{"Decrypt"}, Constraints: map[string]graph.Text{"app": lit("x")}}}, context: map[string]string{"kms:EncryptionContext:app": "=x"}, want: yes}),
		kms("a grant without its constraint", docKeyGrants, decision{who: reader, grants: []Grant{{Grantee: PrincipalID{Type: "AWS", ID: lit(readerARN)}, Operations: []string{"Decrypt"}, Constraints: map[string]graph.Text{"app": lit("x")}}}, want: no}),
		kms("an exact grant with more", docKeyGrants, decision{who: reader, grants: []Grant{{Grantee: PrincipalID{Type: "AWS", ID: lit(readerARN)}, Operations: []string{"Decrypt"}, Constraints: map[string]graph.Text{"app": lit("x")}, Exact: true}}, context: map[string]string{"kms:EncryptionContext:app": "=x", "kms:EncryptionContextKeys": "{app|more"}, want: no}),
	)

	// Trust policies.
	step = "trust policies"
	assume := func(name string, r decision) decision {
		r.doc, r.name, r.resource = docTrust, name, "arn:aws:iam::"+here+":role/target"
		if r.action == "" {
			r.action = "sts:AssumeRole"
		}
		return r
	}
	trust := func(principal, more string) string {
		return `{"Effect":"Allow","Principal":` + principal + `,"Action":["sts:AssumeRole","sts:AssumeRoleWithWebIdentity","sts:AssumeRoleWithSAML"]` + more + `}`
	}
	oidc := Principal{Kind: Federated, ARN: lit("arn:aws:iam::" + here + ":oidc-provider/token.actions.githubusercontent.com")}
	add(
		assume("the identity policy alone", decision{who: reader, identity: allowAll, resourcePolicy: trust(svc("ec2"), ""), want: no}),
		assume("the role by name", decision{who: reader, resourcePolicy: trust(aws(readerARN), ""), want: yes}),
		assume("the account alone", decision{who: reader, resourcePolicy: trust(aws(rootOf), ""), want: no}),
		assume("the account and the identity policy", decision{who: reader, identity: allowAll, resourcePolicy: trust(aws(rootOf), ""), want: yes}),
		assume("another account, both sides", decision{who: stranger(), identity: allowAll, resourcePolicy: trust(aws(vRoot), ""), want: yes}),
		assume("another account, the trust alone", decision{who: stranger(), resourcePolicy: trust(aws(vRoot), ""), want: no}),
		assume("an external id that the caller knows", decision{who: stranger(), identity: allowAll, resourcePolicy: trust(aws(vRoot), when("StringEquals", "sts:ExternalId", `"42"`)), context: map[string]string{"sts:ExternalId": "!"}, want: yes}),
		assume("no external id", decision{who: stranger(), identity: allowAll, resourcePolicy: trust(aws(vRoot), when("StringEquals", "sts:ExternalId", `"42"`)), want: no}),
		assume("a service", decision{who: serviceOf("cloudtrail"), resourcePolicy: trust(svc("cloudtrail"), ""), want: yes}),
		assume("a service for another source", decision{who: serviceOf("cloudtrail"), resourcePolicy: trust(svc("cloudtrail"), sourceIs), context: map[string]string{"aws:SourceArn": "=" + trailARN + "x"}, want: no}),
		assume("a web identity", decision{who: oidc, action: "sts:AssumeRoleWithWebIdentity", resourcePolicy: trust(`{"Federated":"arn:aws:iam::`+here+`:oidc-provider/token.actions.githubusercontent.com"}`, when("StringLike", "token.actions.githubusercontent.com:sub", `"repo:acme/*"`)), context: map[string]string{"token.actions.githubusercontent.com:sub": "=repo:acme/infra:ref:refs/heads/main"}, want: yes}),
		assume("a web identity of others", decision{who: oidc, action: "sts:AssumeRoleWithWebIdentity", resourcePolicy: trust(`{"Federated":"arn:aws:iam::`+here+`:oidc-provider/token.actions.githubusercontent.com"}`, when("StringLike", "token.actions.githubusercontent.com:sub", `"repo:acme/*"`)), context: map[string]string{"token.actions.githubusercontent.com:sub": "=repo:evil/infra"}, want: no}),
		assume("another provider", decision{who: oidc, action: "sts:AssumeRoleWithWebIdentity", resourcePolicy: trust(`{"Federated":"accounts.google.com"}`, ""), want: no}),
		assume("an SCP denies it", decision{who: reader, scp: denyAll, resourcePolicy: trust(aws(readerARN), ""), want: no}),
		assume("an unknown trust policy", decision{who: reader, identity: allowAll, resourcePolicy: "?", want: maybe}),
	)
	// Session policies and federated users.
	step = "sessions"
	federated := Principal{Kind: FederatedUser, ARN: lit(annARN), Session: lit("f")}
	fedARN := "arn:aws:sts::" + here + ":federated-user/f"
	sqs(
		decision{doc: docSessions, name: "an unknown session policy", who: reader, identity: allowSQS, session: "?", want: maybe},
		decision{doc: docSessions, name: "an unknown session policy grants nothing", who: reader, session: "?", want: no},
		decision{doc: docSessions, name: "an unknown session policy may deny what the session is granted", who: reader, session: "?", resourcePolicy: to("Allow", aws(sessARN), "sqs:*", ""), want: maybe},
		decision{doc: docSessions, name: "session, boundary and identity policy all allow", who: reader, identity: allowSQS, boundary: allowAll, session: allowSQS, want: yes},
		decision{doc: docSessions, name: "the boundary limits what session and identity policy allow", who: reader, identity: allowSQS, boundary: allowS3, session: allowSQS, want: no},
		decision{doc: docSessions, name: "a session policy with NotAction", who: reader, identity: allowSQS, session: `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`, want: yes},
		decision{doc: docSessions, name: "a session policy for another resource", who: reader, identity: allowSQS, session: `{"Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `-x"}`, want: no},
		decision{doc: docSessions, name: "a session policy does not limit what everyone may", who: reader, session: allowS3, resourcePolicy: to("Allow", star, "sqs:*", ""), want: yes},
		decision{doc: docSessions, name: "a session policy denies what everyone may", who: reader, session: denyPurge, resourcePolicy: to("Allow", star, "sqs:*", ""), want: no},
		decision{doc: docSessions, name: "a session policy limits across accounts", who: stranger(), identity: allowSQS, session: allowS3, resourcePolicy: both, want: no},
		decision{doc: docSessions, name: "a session policy allows across accounts", who: stranger(), identity: allowSQS, session: allowSQS, resourcePolicy: both, want: yes},
		decision{doc: docFederation, name: "a federated user without session policy", who: federated, identity: allowSQS, want: no},
		decision{doc: docFederation, name: "a federated user without session policy, by its own ARN", who: federated, resourcePolicy: to("Allow", aws(fedARN), "sqs:*", ""), want: yes},
		decision{doc: docFederation, name: "a federated user without session policy, by that of its user", who: federated, resourcePolicy: to("Allow", aws(annARN), "sqs:*", ""), want: no},
		decision{doc: docFederation, name: "a federated user whose session policies are not known", who: federated, identity: allowSQS, session: "?", want: maybe},
		decision{doc: docFederation, name: "the session policy of a federated user grants nothing of its own", who: federated, session: allowSQS, want: no},
		decision{doc: docFederation, name: "another federated user of the same user", who: federated, session: allowS3, resourcePolicy: to("Allow", aws(fedARN+"2"), "sqs:*", ""), want: no},
		decision{doc: docFederation, name: "a federated user whose name is not known", who: with(federated, func(p *Principal) { p.Session = graph.Text{} }), session: allowS3, resourcePolicy: to("Allow", aws(fedARN), "sqs:*", ""), want: maybe},
		decision{doc: docFederation, name: "a deny of the user is one of the federated user", who: federated, identity: allowSQS, session: allowSQS, resourcePolicy: to("Deny", aws(annARN), "sqs:*", ""), want: no},
		decision{doc: docFederation, name: "a federated user across accounts", who: federated, owner: there, identity: allowSQS, session: allowSQS, resourcePolicy: to("Allow", aws(rootOf), "sqs:*", ""), want: yes},
		decision{doc: docKeys, name: "aws:PrincipalArn of a federated user", who: federated, identity: `{"Effect":"Allow","Action":"*","Resource":"*"` + when("ArnEquals", "aws:PrincipalArn", `"`+fedARN+`"`) + `}`, session: allowAll, want: yes},
	)

	// What no policy restricts.
	step = "no permission needed"
	whoAmI := func(d decision) decision {
		d.doc, d.action, d.resource = docWhoAmI, "sts:GetCallerIdentity", "*"
		return d
	}
	add(
		whoAmI(decision{name: "without a policy", who: reader, want: yes}),
		whoAmI(decision{name: "a deny of the identity policy", who: user("ann"), identity: denyAll, want: yes}),
		whoAmI(decision{name: "an unknown boundary", who: reader, boundary: "?", want: yes}),
		whoAmI(decision{name: "nobody has no identity", want: no}),
		whoAmI(decision{name: "an endpoint that is silent", who: reader, endpoint: to("Allow", star, "sqs:*", ""), want: maybe}),
		whoAmI(decision{name: "an endpoint that allows", who: reader, endpoint: to("Allow", star, "*", ""), want: yes}),
	)

	// NotPrincipal and boundaries.
	step = "NotPrincipal and boundaries"
	whole := not(aws(sessARN, readerARN, rootOf))
	sqs(
		decision{doc: docBoundary, name: "who has a boundary is not excepted", who: reader, identity: allowAll, boundary: allowAll, resourcePolicy: whole, want: no},
		decision{doc: docBoundary, name: "a user with a boundary is not excepted", who: user("ann"), identity: allowAll, boundary: allowAll, resourcePolicy: not(aws(annARN, rootOf)), want: no},
		decision{doc: docBoundary, name: "who may have a boundary may not be excepted", who: reader, identity: allowAll, boundary: "?", resourcePolicy: whole, want: maybe},
		decision{doc: docBoundary, name: "everyone is excepted, but with a boundary", who: reader, identity: allowAll, boundary: allowAll, resourcePolicy: not(star), want: no},
		decision{doc: docBoundary, name: "the deny is of something else", who: reader, identity: allowAll, boundary: allowAll, resourcePolicy: `{"Effect":"Deny","NotPrincipal":` + aws(readerARN) + `,"Action":"s3:*","Resource":"*"}`, want: yes},
		decision{doc: docBoundary, name: "an allow is not meant", who: reader, boundary: allowAll, resourcePolicy: `{"Effect":"Allow","NotPrincipal":` + aws(visitor) + `,"Action":"*","Resource":"*"}`, want: yes},
	)

	// More of organizations.
	step = "management account and service-linked roles"
	linked := with(reader, func(p *Principal) { p.ServiceLinked = graph.Yes })
	sqs(
		decision{doc: docSCP, name: "the root user of the management account", who: with(rootUser(), func(p *Principal) { p.Management = graph.Yes }), scp: denyAll, want: yes},
		decision{doc: docSCP, name: "unknown SCPs and the management account", who: with(reader, func(p *Principal) { p.Management = graph.Yes }), identity: allowSQS, scp: "?", want: yes},
		decision{doc: docSCP, name: "the management account needs its own policies", who: with(reader, func(p *Principal) { p.Management = graph.Yes }), scp: allowAll, want: no},
		decision{doc: docSCP, name: "unknown SCPs and a service-linked role", who: linked, identity: allowSQS, scp: "?", want: yes},
		decision{doc: docSCP, name: "a service-linked role needs its own policy", who: linked, scp: allowAll, want: no},
		decision{doc: docSCP, name: "it may be a service-linked role", who: with(reader, func(p *Principal) { p.ServiceLinked = graph.Maybe }), identity: allowSQS, scp: denyAll, want: maybe},
		decision{doc: docSCP, name: "it may be a service-linked role, but nothing denies", who: with(reader, func(p *Principal) { p.ServiceLinked = graph.Maybe }), identity: allowSQS, scp: allowAll, want: yes},
		decision{doc: docRCP, name: "the management account of the principal is no exemption", who: with(reader, func(p *Principal) { p.Management = graph.Yes }), identity: allowSQS, rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", ""), want: no},
		decision{doc: docRCP, name: "unknown RCPs and a service-linked role", who: linked, identity: allowSQS, rcp: "?", want: yes},
		decision{doc: docRCP, name: "unknown RCPs and the management account", who: reader, identity: allowSQS, rcp: "?", ownerIsManagement: graph.Yes, want: yes},
		decision{doc: docRCP, name: "an RCP restricts the root user", who: rootUser(), rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", ""), want: no},
		decision{doc: docRCP, name: "an RCP restricts nobody's requests", resourcePolicy: to("Allow", star, "sqs:*", ""), rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", ""), want: no},
		decision{doc: docRCP, name: "an RCP grants nothing", who: reader, rcp: to("Allow", star, "*", ""), want: no},
		decision{doc: docRCP, name: "an RCP for another service", who: reader, identity: allowSQS, rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "s3:*", ""), want: yes},
		decision{doc: docRCPLevels, name: "a level of RCPs denies", who: reader, identity: allowSQS, rcp: to("Allow", star, "*", "") + ";" + to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:Purge*", ""), want: no},
		decision{doc: docRCPLevels, name: "every level of RCPs allows", who: reader, identity: allowSQS, rcp: to("Allow", star, "*", "") + ";" + to("Allow", star, "*", ""), want: yes},
		decision{doc: docRCP, name: "an RCP lets in the own organization", who: stranger(), identity: allowSQS, resourcePolicy: both, rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", when("StringNotEqualsIfExists", "aws:PrincipalOrgID", `"o-1"`)), context: map[string]string{"aws:PrincipalOrgID": "=o-1"}, want: yes},
		decision{doc: docRCP, name: "an RCP and an organization that is not known", who: stranger(), identity: allowSQS, resourcePolicy: both, rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sqs:*", when("StringNotEqualsIfExists", "aws:PrincipalOrgID", `"o-1"`)), context: map[string]string{"aws:PrincipalOrgID": "?"}, want: maybe},
	)
	add(
		decision{doc: docRCP, name: "a service that RCPs have come to support", who: reader, action: "logs:PutLogEvents", resource: "arn:aws:logs:eu-west-1:" + here + ":log-group:g:log-stream:s", identity: allowAll, rcp: to("Deny", star, "*", ""), want: maybe},
		decision{doc: docRCP, name: "a delivery stream, which RCPs may have come to support", who: reader, action: "firehose:DeleteDeliveryStream", resource: "arn:aws:firehose:eu-west-1:" + here + ":deliverystream/d", identity: allowAll, rcp: to("Deny", star, "*", ""), want: maybe},
		decision{doc: docRCP, name: "an RCP denies a web identity", who: Principal{Kind: Federated, ARN: lit("accounts.google.com")}, action: "sts:AssumeRoleWithWebIdentity", resource: "arn:aws:iam::" + here + ":role/target", resourcePolicy: `{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`, rcp: to("Allow", star, "*", "") + "," + to("Deny", star, "sts:*", ""), want: no},
	)

	// More of endpoints.
	step = "endpoint policies"
	sqs(
		decision{doc: docEndpoint, name: "the endpoint is for another queue", who: reader, identity: allowSQS, endpoint: `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"` + queue + `-x"}`, want: no},
		decision{doc: docEndpoint, name: "the endpoint is for this account", who: reader, identity: allowSQS, endpoint: to("Allow", star, "*", when("StringEquals", "aws:PrincipalAccount", `"`+here+`"`)), want: yes},
		decision{doc: docEndpoint, name: "the endpoint is for another account", who: reader, identity: allowSQS, endpoint: to("Allow", star, "*", when("StringEquals", "aws:PrincipalAccount", `"`+there+`"`)), want: no},
		decision{doc: docEndpoint, name: "the endpoint is for resources of the account", who: stranger(), identity: allowSQS, resourcePolicy: both, endpoint: to("Allow", star, "*", when("StringEquals", "aws:ResourceAccount", `"`+here+`"`)), want: yes},
		decision{doc: docEndpoint, name: "the endpoint names the role", who: reader, identity: allowSQS, endpoint: to("Allow", aws(readerARN), "*", ""), want: yes},
		decision{doc: docEndpoint, name: "the endpoint names the account", who: reader, identity: allowSQS, endpoint: to("Allow", aws(rootOf), "*", ""), want: yes},
		decision{doc: docEndpoint, name: "the endpoint limits nobody's requests", resourcePolicy: to("Allow", star, "sqs:*", ""), endpoint: to("Allow", star, "s3:*", ""), want: no},
		decision{doc: docEndpoint, name: "nobody through an endpoint that allows", resourcePolicy: to("Allow", star, "sqs:*", ""), endpoint: to("Allow", star, "*", ""), want: yes},
		decision{doc: docEndpoint, name: "an endpoint policy that is not known may deny the root user", who: rootUser(), endpoint: "?", want: maybe},
		decision{doc: docEndpoint, name: "an unknown endpoint policy grants nothing", who: reader, endpoint: "?", want: no},
	)

	// More of nobody.
	step = "anonymous"
	sqs(
		decision{doc: docPrincipal, name: "SCPs are not for anonymous", resourcePolicy: to("Allow", star, "sqs:*", ""), scp: denyAll, want: yes},
		decision{doc: docPrincipal, name: "anonymous is denied", resourcePolicy: to("Allow", star, "sqs:*", "") + "," + to("Deny", star, "sqs:Purge*", ""), want: no},
		decision{doc: docPrincipal, name: "anonymous from an address", resourcePolicy: to("Allow", star, "sqs:*", when("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`)), context: map[string]string{"aws:SourceIp": "=203.0.113.9"}, want: yes},
		decision{doc: docPrincipal, name: "anonymous from another address", resourcePolicy: to("Allow", star, "sqs:*", when("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`)), context: map[string]string{"aws:SourceIp": "=198.51.100.1"}, want: no},
		decision{doc: docKeys, name: "anonymous has no aws:PrincipalArn", resourcePolicy: to("Allow", star, "sqs:*", when("Null", "aws:PrincipalArn", `"true"`)), want: yes},
		decision{doc: docKeys, name: "anonymous is no service", resourcePolicy: to("Allow", star, "sqs:*", when("Bool", "aws:PrincipalIsAWSService", `"true"`)), want: no},
		decision{doc: docNotPrincipal, name: "anonymous is not excepted", resourcePolicy: to("Allow", star, "sqs:*", "") + "," + not(aws(rootOf)), want: no},
		decision{doc: docPrincipal, name: "anonymous and an unknown policy", resourcePolicy: "?", want: maybe},
	)

	// More of grants.
	step = "key policies and grants"
	constrained := func(exact bool) []Grant {
		return []Grant{{Grantee: PrincipalID{Type: "AWS", ID: lit(readerARN)}, Operations: []string{"Decrypt"}, Constraints: map[string]graph.Text{"app": lit("x")}, Exact: exact}}
	}
	add(
		kms("unknown grants", docKeyGrants, decision{who: reader, unknownGrants: true, want: maybe}),
		kms("unknown grants and an allow", docKeyGrants, decision{who: reader, unknownGrants: true, resourcePolicy: to("Allow", aws(readerARN), "kms:*", ""), want: yes}),
		kms("unknown grants and a deny", docKeyGrants, decision{who: reader, unknownGrants: true, resourcePolicy: to("Deny", star, "kms:*", ""), want: no}),
		kms("a grant for the session", docKeyGrants, decision{who: reader, grants: grantTo(sessARN, "Decrypt"), want: yes}),
		kms("a grant for another session", docKeyGrants, decision{who: reader, grants: grantTo(sessARN+"2", "Decrypt"), want: no}),
		kms("a grant for a user", docKeyGrants, decision{who: user("ann"), grants: grantTo(annARN, "Decrypt", "Encrypt"), want: yes}),
		kms("a grant for a service", docKeyGrants, decision{who: serviceOf("sqs"), grants: []Grant{{Grantee: PrincipalID{Type: "Service", ID: lit("sqs.amazonaws.com")}, Operations: []string{"Decrypt"}}}, want: yes}),
		kms("an SCP denies what a grant allows", docKeyGrants, decision{who: reader, grants: grantTo(readerARN, "Decrypt"), scp: denyAll, want: no}),
		kms("an endpoint denies what a grant allows", docKeyGrants, decision{who: reader, grants: grantTo(readerARN, "Decrypt"), endpoint: to("Allow", star, "s3:*", ""), want: no}),
		kms("the identity policy denies what a grant allows", docKeyGrants, decision{who: reader, identity: denyAll, grants: grantTo(readerARN, "Decrypt"), want: no}),
		kms("a grant to a principal that is not known", docKeyGrants, decision{who: reader, grants: []Grant{{Grantee: PrincipalID{Type: "AWS", ID: hole()}, Operations: []string{"Decrypt"}}}, want: maybe}),
		kms("a grant with more than its constraint", docKeyGrants, decision{who: reader, grants: constrained(false), context: map[string]string{"kms:EncryptionContext:app": "=x", "kms:EncryptionContextKeys": "{app|more"}, want: yes}),
		kms("a grant with another value of its constraint", docKeyGrants, decision{who: reader, grants: constrained(false), context: map[string]string{"kms:EncryptionContext:app": "=y"}, want: no}),
		kms("an exact grant", docKeyGrants, decision{who: reader, grants: constrained(true), context: map[string]string{"kms:EncryptionContext:app": "=x", "kms:EncryptionContextKeys": "{app"}, want: yes}),
		kms("a grant and an encryption context that is not known", docKeyGrants, decision{who: reader, grants: constrained(false), context: map[string]string{"kms:EncryptionContext:app": "?"}, want: maybe}),
		kms("grants are not for other services", docKeyGrants, decision{who: reader, action: "sqs:PurgeQueue", resource: queue, grants: grantTo(readerARN, "PurgeQueue"), want: no}),
	)

	// Cases that other evaluators are known to get wrong, or are praised for getting right.
	step = "traps of other evaluators"
	allowIf := func(conditions string) string {
		return `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{` + conditions + `}}`
	}
	sqs(
		decision{doc: docPrincipal, name: "wrong elsewhere: a service principal matches", who: serviceOf("sns"), resourcePolicy: to("Allow", svc("sns"), "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "wrong elsewhere: a service principal is denied", who: serviceOf("sns"), resourcePolicy: to("Allow", star, "sqs:*", "") + "," + to("Deny", svc("sns"), "sqs:*", ""), want: no},
		decision{doc: docStrings, name: "wrong elsewhere: the star of StringLike crosses colons", who: reader, identity: allowIf(`"StringLike":{"a:b":"arn:*:topic"}`), context: map[string]string{"a:b": "=arn:aws:sns:eu-west-1:1:topic"}, want: yes},
		decision{doc: docSets, name: "wrong elsewhere: ForAnyValue:StringNotEquals", who: reader, identity: allowIf(`"ForAnyValue:StringNotEquals":{"a:b":["x"]}`), context: map[string]string{"a:b": "{x|y"}, want: yes},
		decision{doc: docSets, name: "wrong elsewhere: ForAnyValue:StringNotEquals of the value alone", who: reader, identity: allowIf(`"ForAnyValue:StringNotEquals":{"a:b":["x"]}`), context: map[string]string{"a:b": "{x"}, want: no},
		decision{doc: docVariables, name: "wrong elsewhere: aws:PrincipalAccount in Resource", who: reader, identity: `{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:siem"}`, want: yes},
		decision{doc: docVariables, name: "wrong elsewhere: the default of a variable", who: reader, identity: allowIf(`"StringEquals":{"a:b":"${aws:PrincipalTag/team, 'red'}"}`), context: map[string]string{"a:b": "=red"}, want: yes},
		decision{doc: docOperators, name: "wrong elsewhere: an absent key and a negated operator", who: reader, identity: allowIf(`"StringNotLike":{"a:b":"x*"}`), want: yes},
		decision{doc: docOperators, name: "wrong elsewhere: an absent key and a negated operator of a deny", who: reader, identity: allowAll + `,{"Effect":"Deny","Action":"*","Resource":"*"` + when("NotIpAddress", "aws:SourceIp", `"10.0.0.0/8"`) + `}`, want: no},
		decision{doc: docMultiple, name: "wrong elsewhere: one condition fails, another is not known", who: reader, identity: allowIf(`"StringEquals":{"a:b":"x"},"Bool":{"c:d":"true"}`), context: map[string]string{"a:b": "?", "c:d": "=false"}, want: no},
		decision{doc: docMultiple, name: "wrong elsewhere: one condition is not known, another fails", who: reader, identity: allowIf(`"Bool":{"c:d":"true"},"StringEquals":{"a:b":"x"}`), context: map[string]string{"a:b": "?", "c:d": "=false"}, want: no},
		decision{doc: docSets, name: "wrong elsewhere: ForAllValues of an absent key", who: reader, identity: allowIf(`"ForAllValues:StringEquals":{"aws:TagKeys":["x"]}`), want: yes},
		decision{doc: docSCP, name: "wrong elsewhere: the SCPs are those of the principal", who: stranger(), identity: allowSQS, resourcePolicy: both, scp: denyAll, want: no},
		decision{doc: docNotAction, name: "right elsewhere: NotAction", who: reader, identity: `{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`, want: yes},
		decision{doc: docNotResource, name: "right elsewhere: NotResource", who: reader, identity: `{"Effect":"Allow","Action":"*","NotResource":"arn:aws:sqs:*:*:s*"}`, want: no},
		decision{doc: docNotPrincipal, name: "right elsewhere: NotPrincipal", who: reader, identity: allowAll, resourcePolicy: not(aws(annARN)), want: no},
		decision{doc: docOperators, name: "right elsewhere: an absent key and StringNotEquals", who: reader, identity: allowIf(`"StringNotEquals":{"a:b":"x"}`), want: yes},
		decision{doc: docIfExists, name: "right elsewhere: IfExists", who: reader, identity: allowIf(`"StringEqualsIfExists":{"a:b":"x"}`), want: yes},
		decision{doc: docNull, name: "right elsewhere: Null", who: reader, identity: allowIf(`"Null":{"a:b":"true"}`), want: yes},
		decision{doc: docBool, name: "right elsewhere: Bool as a string", who: reader, identity: allowIf(`"Bool":{"a:b":"true"}`), context: map[string]string{"a:b": "=true"}, want: yes},
		decision{doc: docBool, name: "right elsewhere: Bool as a literal", who: reader, identity: allowIf(`"Bool":{"a:b":true}`), context: map[string]string{"a:b": "=true"}, want: yes},
		decision{doc: docARN, name: "right elsewhere: ArnLike does not cross colons", who: reader, identity: allowIf(`"ArnLike":{"a:b":"arn:aws:sns:*:1:topic:x"}`), context: map[string]string{"a:b": "=arn:aws:sns:eu:9:1:topic:x"}, want: no},
		decision{doc: docARN, name: "right elsewhere: ArnEquals has wildcards", who: reader, identity: allowIf(`"ArnEquals":{"a:b":"arn:aws:sns:*:1:*"}`), context: map[string]string{"a:b": "=arn:aws:sns:eu:1:topic"}, want: yes},
		decision{doc: docCondition, name: "right elsewhere: the case of keys", who: reader, identity: allowIf(`"StringEquals":{"AWS:SOURCEVPCE":"x"}`), context: map[string]string{"aws:SourceVpce": "=x"}, want: yes},
		decision{doc: docSets, name: "right elsewhere: ForAnyValue of an absent key", who: reader, identity: allowIf(`"ForAnyValue:StringEquals":{"aws:TagKeys":["x"]}`), want: no},
		decision{doc: docIP, name: "right elsewhere: IPv6", who: reader, identity: allowIf(`"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`), context: map[string]string{"aws:SourceIp": "=2001:DB8:1::5"}, want: yes},
		decision{doc: docCrossAccount, name: "right elsewhere: both sides across accounts", who: stranger(), resourcePolicy: to("Allow", aws(there), "sqs:*", ""), want: no},
		decision{doc: docPrincipal, name: "right elsewhere: twelve digits are the account", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", aws(there), "sqs:*", ""), want: yes},
		decision{doc: docPrincipal, name: "right elsewhere: AWS star is everyone", who: stranger(), identity: allowSQS, resourcePolicy: to("Allow", `{"AWS":"*"}`, "sqs:*", ""), want: yes},
		decision{doc: docLogic, name: "an unknown deny is no allow", who: reader, identity: allowAll + `,{"Effect":"Deny","Action":"*","Resource":"*"` + when("StringEquals", "aws:SourceVpce", `"x"`) + `}`, context: map[string]string{"aws:SourceVpce": "?"}, want: maybe},
		decision{doc: docDeputy, name: "an unknown source is not absent", who: serviceOf("s3"), resourcePolicy: to("Allow", svc("s3"), "sqs:*", when("StringNotEquals", "aws:SourceAccount", `"1"`)), context: map[string]string{"aws:SourceAccount": "?"}, want: maybe},
	)
	checkRows(t, rows)
}

// checkRows runs the rows, a subtest per step.
func checkRows(t *testing.T, rows []decision) {
	t.Helper()
	var steps []string
	byStep := map[string][]decision{}
	for _, r := range rows {
		if byStep[r.step] == nil {
			steps = append(steps, r.step)
		}
		byStep[r.step] = append(byStep[r.step], r)
	}
	seen := map[string]bool{}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			for _, r := range byStep[step] {
				got := r.decide()
				id := r.doc + " " + r.name
				if got.Result != r.want {
					t.Errorf("%s: %s, want %s (%s)", r.name, got.Result, r.want, r.doc)
				}
				if seen[id] || !strings.HasPrefix(r.doc, "https://docs.aws.amazon.com/") {
					t.Errorf("%s stands twice, or rests on nothing", id)
				}
				seen[id] = true
				explained(t, r.name, got)
			}
			t.Log(len(byStep[step]), "rows")
		})
	}
	t.Log(len(rows), "rows")
}

// explained checks that a decision says why.
func explained(t *testing.T, name string, d Decision) {
	t.Helper()
	switch d.Result {
	case Denied:
		if len(d.By) == 0 && len(d.Missing) == 0 {
			t.Errorf("%s: denied by nothing", name)
		}
	case Undetermined:
		if len(d.Unknown) == 0 {
			t.Errorf("%s: nothing would settle it", name)
		}
	case Allowed:
	}
}
