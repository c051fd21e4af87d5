package organization

import "encoding/json"

// The shapes of the answers, as far as they are read:
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Types.html

// org is https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
type org struct {
	Id              string //nolint:staticcheck // AWS's spelling
	Arn             string
	FeatureSet      string
	MasterAccountId string //nolint:staticcheck // as above
}

// member is a root, a unit or an account. Paths of units and accounts tell what they are under:
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
type member struct {
	Id          string //nolint:staticcheck // as above
	TargetId    string //nolint:staticcheck // of a list of the targets of a policy
	Arn         string
	Name        string
	Path        string
	Paths       []string
	PolicyTypes *[]struct{ Type string } // that are enabled, or are being enabled or disabled, for a root
}

// summary is https://docs.aws.amazon.com/organizations/latest/APIReference/API_PolicySummary.html
type summary struct {
	Id   string //nolint:staticcheck // as above
	Arn  string
	Name string
	Type string
}

// described is https://docs.aws.amazon.com/organizations/latest/APIReference/API_Policy.html
type described struct {
	PolicySummary summary
	Content       json.RawMessage
}

// The types of policies that IAM evaluates; those of the others have grammars of their own:
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_authorization_policies.html
const (
	typeSCP = "SERVICE_CONTROL_POLICY"
	typeRCP = "RESOURCE_CONTROL_POLICY"
)

// known are the policies that every organization has, and nobody can change:
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
//
//nolint:gochecknoglobals // a table
var known = map[string]struct{ name, typ, content string }{
	"p-FullAWSAccess":    {"FullAWSAccess", typeSCP, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
	"p-RCPFullAWSAccess": {"RCPFullAWSAccess", typeRCP, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`},
}
