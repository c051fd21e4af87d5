package iam

import (
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Pages of https://docs.aws.amazon.com/ that rows rest on.
const (
	userGuide    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
	docOperators = userGuide + "reference_policies_elements_condition_operators.html"
	docStrings   = docOperators + "#Conditions_String"
	docNumeric   = docOperators + "#Conditions_Numeric"
	docDates     = docOperators + "#Conditions_Date"
	docBool      = docOperators + "#Conditions_Boolean"
	docBinary    = docOperators + "#Conditions_BinaryEquals"
	docIP        = docOperators + "#Conditions_IPAddress"
	docARN       = docOperators + "#Conditions_ARN"
	docIfExists  = docOperators + "#Conditions_IfExists"
	docNull      = docOperators + "#Conditions_Null"
	docSets      = userGuide + "reference_policies_condition-single-vs-multi-valued-context-keys.html"
	docMultiple  = userGuide + "reference_policies_condition-logic-multiple-context-keys-or-values.html"
	docVariables = userGuide + "reference_policies_variables.html"
	docCondition = userGuide + "reference_policies_elements_condition.html"
)

// key reads the state of a key: "-" absent, "?" unknown, "!" chosen by the caller, "=a" one value, "{a|b" a set, "{+" one of
// which nothing is known, with <?> for a hole.
func key(s string) Key {
	switch {
	case s == "-":
		return AbsentKey()
	case s == "?":
		return UnknownKey(graph.ReasonNotInInput)
	case s == "!":
		return ChosenKey()
	case s == "{":
		return PresentSet()
	case s == "{+":
		return Key{State: KeyPresent, Multi: true, Open: true}
	}
	k := Key{State: KeyPresent, Multi: s[0] == '{'}
	for v := range strings.SplitSeq(s[1:], "|") {
		k.Values = append(k.Values, doc(v))
	}
	return k
}

const (
	yes   = Allowed
	no    = Denied
	maybe = Undetermined
)

// conditionRow is a condition on x:Key, and what becomes of the request.
type conditionRow struct {
	doc, operator, key, values string
	want                       Result
}

// TestConditionTable decides a request that an identity policy allows under one condition.
func TestConditionTable(t *testing.T) {
	const arn = "arn:aws:sns:eu-west-1:111122223333:topic"
	rows := []conditionRow{
		{docStrings, "StringEquals", "=a", `"a"`, yes},
		{docStrings, "StringEquals", "=A", `"a"`, no},
		{docStrings, "StringEquals", "=ab", `"a*"`, no},
		{docStrings, "StringEquals", "=a*", `"a*"`, yes},
		{docStrings, "StringEquals", "-", `"a"`, no},
		{docStrings, "StringEquals", "?", `"a"`, maybe},
		{docStrings, "StringEquals", "=<?>", `"a"`, maybe},
		{docStrings, "StringEquals", "=x<?>", `"a"`, no},
		{docStrings, "StringEquals", "=<r>", `"<r>"`, yes},
		{docStrings, "StringEquals", "=<r>", `"<q>"`, maybe},
		{docStrings, "StringEquals", "=a", `"<?>"`, maybe},
		{docStrings, "StringEquals", "=a", `["<?>","a"]`, yes},
		{docMultiple, "StringEquals", "=b", `["a","b"]`, yes},
		{docMultiple, "StringEquals", "=c", `["a","b"]`, no},
		{docStrings, "stringequals", "=a", `"a"`, yes},
		{docStrings, "StringNotEquals", "=a", `"a"`, no},
		{docStrings, "StringNotEquals", "=b", `"a"`, yes},
		{docOperators, "StringNotEquals", "-", `"a"`, yes},
		{docMultiple, "StringNotEquals", "=b", `["a","b"]`, no},
		{docMultiple, "StringNotEquals", "=c", `["a","b"]`, yes},
		{docStrings, "StringNotEquals", "?", `"a"`, maybe},
		{docStrings, "StringNotEquals", "=<?>", `"a"`, maybe},
		{docStrings, "StringNotEquals", "=<r>", `"<r>"`, no},
		{docStrings, "StringNotEquals", "=ab", `"a*"`, yes},
		{docStrings, "StringEqualsIgnoreCase", "=A", `"a"`, yes},
		{docStrings, "StringEqualsIgnoreCase", "=b", `"a"`, no},
		{docStrings, "StringNotEqualsIgnoreCase", "=A", `"a"`, no},
		{docStrings, "StringNotEqualsIgnoreCase", "=b", `"a"`, yes},
		{docStrings, "StringNotEqualsIgnoreCase", "-", `"a"`, yes},
		{docStrings, "StringLike", "=abc", `"a*c"`, yes},
		{docStrings, "StringLike", "=abc", `"a?c"`, yes},
		{docStrings, "StringLike", "=abbc", `"a?c"`, no},
		{docStrings, "StringLike", "=ABC", `"a*c"`, no},
		{docStrings, "StringLike", "=a:b:c", `"a*c"`, yes},
		{docStrings, "StringLike", "=a:b/c", `"*"`, yes},
		{docStrings, "StringLike", "=", `"*"`, yes},
		{docStrings, "StringLike", "-", `"*"`, no},
		{docStrings, "StringLike", "?", `"*"`, maybe},
		{docStrings, "StringLike", "=<?>", `"*"`, yes},
		{docStrings, "StringLike", "=a<?>", `"a*"`, yes},
		{docStrings, "StringLike", "=a<?>", `"b*"`, no},
		{docStrings, "StringNotLike", "=abc", `"a*"`, no},
		{docStrings, "StringNotLike", "=xbc", `"a*"`, yes},
		{docStrings, "StringNotLike", "-", `"a*"`, yes},
		{docNumeric, "NumericEquals", "=10", `"10"`, yes},
		{docNumeric, "NumericEquals", "=10", `10.0`, yes},
		{docNumeric, "NumericEquals", "=11", `"10"`, no},
		{docNumeric, "NumericEquals", "-", `"10"`, no},
		{docNumeric, "NumericNotEquals", "=11", `"10"`, yes},
		{docNumeric, "NumericNotEquals", "=10", `"10"`, no},
		{docNumeric, "NumericNotEquals", "-", `"10"`, yes},
		{docNumeric, "NumericLessThan", "=9", `"10"`, yes},
		{docNumeric, "NumericLessThan", "=10", `"10"`, no},
		{docNumeric, "NumericLessThanEquals", "=10", `"10"`, yes},
		{docNumeric, "NumericLessThanEquals", "=11", `"10"`, no},
		{docNumeric, "NumericGreaterThan", "=11", `"10"`, yes},
		{docNumeric, "NumericGreaterThan", "=9", `"10"`, no},
		{docNumeric, "NumericGreaterThanEquals", "=10", `"10"`, yes},
		{docNumeric, "NumericGreaterThanEquals", "=9", `"10"`, no},
		{docNumeric, "NumericLessThan", "=<?>", `"10"`, maybe},
		{docNumeric, "NumericLessThan", "=abc", `"10"`, maybe},
		{docDates, "DateEquals", "=2026-01-01T00:00:00Z", `"2026-01-01"`, yes},
		{docDates, "DateEquals", "=2026-01-02T00:00:00Z", `"2026-01-01"`, no},
		{docDates, "DateNotEquals", "=2026-01-02T00:00:00Z", `"2026-01-01"`, yes},
		{docDates, "DateNotEquals", "-", `"2026-01-01"`, yes},
		{docDates, "DateLessThan", "=2025-12-31T23:59:59Z", `"2026-01-01T00:00:00Z"`, yes},
		{docDates, "DateLessThan", "=2026-01-01T00:00:00Z", `"2026-01-01T00:00:00Z"`, no},
		{docDates, "DateLessThanEquals", "=2026-01-01T00:00:00Z", `"2026-01-01T00:00:00Z"`, yes},
		{docDates, "DateGreaterThan", "=2026-01-01T00:00:01Z", `"2026-01-01T00:00:00Z"`, yes},
		{docDates, "DateGreaterThan", "=1767225600", `"2025-12-31T23:59:59Z"`, yes},
		{docDates, "DateGreaterThanEquals", "=2026-01-01T01:00:00+01:00", `"2026-01-01T00:00:00Z"`, yes},
		{docDates, "DateGreaterThanEquals", "=2025-12-31T00:00:00Z", `"2026-01-01T00:00:00Z"`, no},
		{docDates, "DateLessThan", "?", `"2026-01-01"`, maybe},
		{docBool, "Bool", "=true", `"true"`, yes},
		{docBool, "Bool", "=true", `true`, yes},
		{docBool, "Bool", "=false", `true`, no},
		{docBool, "Bool", "=false", `"false"`, yes},
		{docBool, "Bool", "-", `"false"`, no},
		{docIfExists, "BoolIfExists", "-", `"true"`, yes},
		{docIfExists, "BoolIfExists", "=false", `"true"`, no},
		{docBinary, "BinaryEquals", "=QmluYXJ5", `"QmluYXJ5"`, yes},
		{docBinary, "BinaryEquals", "=QmluYXJ5", `"QQ=="`, no},
		{docIP, "IpAddress", "=203.0.113.7", `"203.0.113.0/24"`, yes},
		{docIP, "IpAddress", "=203.0.114.7", `"203.0.113.0/24"`, no},
		{docIP, "IpAddress", "=203.0.113.7", `"203.0.113.7"`, yes},
		{docIP, "IpAddress", "=2001:db8:1234:5678::1", `["203.0.113.0/24","2001:DB8:1234:5678::/64"]`, yes},
		{docIP, "IpAddress", "=2001:db8:1234:5679::1", `"2001:DB8:1234:5678::/64"`, no},
		{docIP, "IpAddress", "-", `"203.0.113.0/24"`, no},
		{docIP, "IpAddress", "?", `"203.0.113.0/24"`, maybe},
		{docIP, "NotIpAddress", "=203.0.113.7", `"203.0.113.0/24"`, no},
		{docIP, "NotIpAddress", "=198.51.100.1", `"203.0.113.0/24"`, yes},
		{docIP, "NotIpAddress", "-", `"203.0.113.0/24"`, yes},
		{docARN, "ArnEquals", "=" + arn, `"` + arn + `"`, yes},
		{docARN, "ArnEquals", "=" + arn, `"arn:aws:sns:*:111122223333:*"`, yes},
		{docARN, "ArnEquals", "=" + arn, `"arn:aws:sns:eu-west-1:111122223333:other"`, no},
		{docARN, "ArnLike", "=" + arn, `"arn:aws:sns:eu-*-1:1111*:t?pic"`, yes},
		{docARN, "ArnLike", "=" + arn, `"arn:aws:sns:*:topic"`, maybe}, // five parts: not documented
		{docARN, "ArnLike", "=arn:aws:s3:::a:b:c", `"arn:aws:s3:::a*c"`, yes},
		{docARN, "ArnLike", "=" + arn, `"arn:aws:sns:*:*:*"`, yes},
		{docARN, "ArnLike", "=arn:aws:sns:a:b:c:d", `"arn:aws:sns:*:b:c:d"`, yes},
		{docARN, "ArnLike", "=arn:aws:sns:a:x:b:c", `"arn:aws:sns:*:b:c"`, no},
		{docARN, "ArnLike", "-", `"arn:aws:sns:*:*:*"`, no},
		{docARN, "ArnLike", "=<t>", `"<t>"`, yes},
		{docARN, "ArnLike", "=<t>:x", `"<t>:*"`, yes},
		{docARN, "ArnLike", "=not-an-arn", `"arn:aws:sns:*:*:*"`, no},
		{docARN, "ArnNotEquals", "=" + arn, `"arn:aws:sns:*:*:topic"`, no},
		{docARN, "ArnNotEquals", "=" + arn, `"arn:aws:sns:*:*:other"`, yes},
		{docARN, "ArnNotLike", "=" + arn, `"arn:aws:sns:*:*:other"`, yes},
		{docARN, "ArnNotLike", "-", `"arn:aws:sns:*:*:other"`, yes},
		{docNull, "Null", "-", `"true"`, yes},
		{docNull, "Null", "-", `"false"`, no},
		{docNull, "Null", "=a", `"true"`, no},
		{docNull, "Null", "=a", `"false"`, yes},
		{docNull, "Null", "=a", `false`, yes},
		{docNull, "Null", "?", `"false"`, maybe},
		{docNull, "Null", "=<?>", `"false"`, yes},
		{docIfExists, "StringEqualsIfExists", "-", `"a"`, yes},
		{docIfExists, "StringEqualsIfExists", "=b", `"a"`, no},
		{docIfExists, "StringEqualsIfExists", "=a", `"a"`, yes},
		{docIfExists, "StringLikeIfExists", "?", `"*"`, yes},
		{docIfExists, "StringNotEqualsIfExists", "-", `"a"`, yes},
		{docIfExists, "NumericLessThanIfExists", "-", `"1"`, yes},
		{docIfExists, "ArnLikeIfExists", "-", `"arn:aws:sns:*:*:*"`, yes},
		{docIfExists, "IpAddressIfExists", "=198.51.100.1", `"203.0.113.0/24"`, no},
		{docSets, "ForAllValues:StringEquals", "{a|b", `["a","b","c"]`, yes},
		{docSets, "ForAllValues:StringEquals", "{a|d", `["a","b","c"]`, no},
		{docSets, "ForAllValues:StringEquals", "-", `["a"]`, yes},
		{docSets, "ForAllValues:StringEquals", "{", `["a"]`, yes},
		{docSets, "ForAllValues:StringEquals", "=", `["a"]`, yes},
		{docSets, "ForAllValues:StringEquals", "{a|<?>", `["a"]`, maybe},
		{docSets, "ForAllValues:StringEquals", "{b|<?>", `["a"]`, no},
		{docSets, "ForAllValues:StringEquals", "?", `["a"]`, maybe},
		{docSets, "ForAllValues:StringLike", "?", `["*"]`, yes},
		{docSets, "ForAllValues:StringNotEquals", "{a|b", `["c"]`, yes},
		{docSets, "ForAllValues:StringNotEquals", "{a|c", `["c"]`, no},
		{docSets, "ForAllValues:StringLike", "{abc|abd", `"ab*"`, yes},
		{docSets, "ForAnyValue:StringEquals", "{a|d", `["a","b"]`, yes},
		{docSets, "ForAnyValue:StringEquals", "{c|d", `["a","b"]`, no},
		{docSets, "ForAnyValue:StringEquals", "-", `["a"]`, no},
		{docSets, "ForAnyValue:StringEquals", "{", `["a"]`, no},
		{docSets, "ForAnyValue:StringEquals", "{a|<?>", `["a"]`, yes},
		{docSets, "ForAnyValue:StringEquals", "{b|<?>", `["a"]`, maybe},
		{docSets, "ForAnyValue:StringEqualsIfExists", "-", `["a"]`, yes},
		{docSets, "ForAnyValue:StringNotEquals", "{a|b", `["a"]`, yes},
		{docSets, "ForAnyValue:StringNotEquals", "{a", `["a"]`, no},
		{docSets, "ForAnyValue:StringNotEquals", "-", `["a"]`, no},
		{docSets, "ForAnyValue:StringLike", "{xa|yb", `["x*"]`, yes},
		{docSets, "ForAnyValue:ArnLike", "{" + arn, `["arn:aws:sns:*:*:*"]`, yes},
		{docSets, "StringEquals", "{a|b", `["a"]`, maybe},
		{docSets, "StringEquals", "{a|b", `["a","b"]`, maybe},
		{docSets, "StringEquals", "{a|b", `["c"]`, maybe},
		{docVariables, "StringEquals", "=ann", `"${aws:username}"`, yes},
		{docVariables, "StringEquals", "=bob", `"${aws:username}"`, no},
		{docVariables, "StringEquals", "=ann", `"${AWS:UserName}"`, yes},
		{docVariables, "StringLike", "=ann/x", `"${aws:username}/*"`, yes},
		{docVariables, "StringEquals", "=red", `"${aws:PrincipalTag/team, 'red'}"`, yes},
		{docVariables, "StringEquals", "=blue", `"${aws:PrincipalTag/team, 'red'}"`, no},
		{docVariables, "StringEquals", "=red", `"${aws:PrincipalTag/team}"`, no},
		{docVariables, "StringEquals", "=team-red", `"team-${aws:PrincipalTag/team, 'red'}"`, yes},
		{docVariables, "StringEquals", "=team-red", `"team-${aws:PrincipalTag/team,'red'}"`, maybe}, // without the space
		{docVariables, "StringLike", "=a*b", `"a${*}b"`, yes},
		{docVariables, "StringLike", "=axb", `"a${*}b"`, no},
		{docVariables, "StringLike", "=a?b", `"a${?}b"`, yes},
		{docVariables, "StringLike", "=a$b", `"a${$}b"`, yes},
		{docVariables, "StringLike", "=anything", `"${x:Star}"`, no},
		{docVariables, "StringLike", "=*", `"${x:Star}"`, yes},
		{docVariables, "StringEquals", "=red", `"${x:Unknown}"`, maybe},
		{docVariables, "ArnLike", "=arn:aws:iam::111122223333:user/ann", `"arn:aws:iam::*:user/${aws:username}"`, yes},
		{docVariables, "NumericEquals", "=7", `"${x:Seven}"`, maybe}, // variables are for strings and ARNs
		{docNumeric, "NumericEquals", "=-3", `"-3"`, yes},
		{docNumeric, "NumericEquals", "=0.5", `".5"`, yes},
		{docNumeric, "NumericEquals", "=1000", `"1e3"`, yes},
		{docNumeric, "NumericNotEquals", "=10", `["11","10"]`, no},
		{docNumeric, "NumericNotEquals", "=abc", `"10"`, maybe}, // no number: not documented
		{docNumeric, "NumericLessThan", "=9", `["1","10"]`, yes},
		{docNumeric, "NumericGreaterThanIfExists", "=9", `"10"`, no},
		{docNumeric, "NumericEquals", "?", `"10"`, maybe},
		{docDates, "DateEquals", "=1767225600", `"2026-01-01T00:00:00Z"`, yes},
		{docDates, "DateEquals", "=2026-01-01T00:00:00Z", `1767225600`, yes},
		{docDates, "DateEquals", "=2026-01-01T00:00:00.5Z", `"2026-01-01T00:00:00.500Z"`, yes},
		{docDates, "DateEquals", "=2026-01-01T00:00:00Z", `"2026-01"`, yes},
		{docDates, "DateGreaterThan", "=2026-01-01T00:00:00Z", `"2025"`, yes},
		{docDates, "DateNotEquals", "=2026-01-01T00:00:00Z", `["2026-01-02","2026-01-01"]`, no},
		{docDates, "DateLessThan", "=tomorrow", `"2026-01-01"`, maybe}, // no date: not documented
		{docDates, "DateLessThanIfExists", "-", `"2026-01-01"`, yes},
		{docDates, "DateLessThan", "-", `"2026-01-01"`, no},
		{docBool, "Bool", "=TRUE", `"true"`, yes},
		{docBool, "Bool", "=yes", `"yes"`, maybe}, // no bool: not documented
		{docBool, "Bool", "=true", `["true","false"]`, yes},
		{docBool, "Bool", "?", `"true"`, maybe},
		{docIfExists, "BoolIfExists", "?", `"true"`, maybe},
		{docBinary, "BinaryEquals", "-", `"QQ=="`, no},
		{docBinary, "BinaryEquals", "?", `"QQ=="`, maybe},
		{docBinary, "BinaryEquals", "=QQ==", `["aGk=","QQ=="]`, yes},
		{docBinary, "BinaryEquals", "=%", `"QQ=="`, maybe}, // no Base64: not documented
		{docBinary, "BinaryEqualsIfExists", "-", `"QQ=="`, yes},
		{docIP, "IpAddress", "=203.0.113.7", `"0.0.0.0/0"`, yes},
		{docIP, "IpAddress", "=2001:db8::1", `"0.0.0.0/0"`, no},
		{docIP, "IpAddress", "=2001:db8:0::1", `"2001:DB8::1"`, yes},
		{docIP, "NotIpAddress", "=2001:db8::1", `"203.0.113.7"`, yes},
		{docIP, "NotIpAddress", "=203.0.113.7", `["198.51.100.0/24","203.0.113.0/24"]`, no},
		{docIP, "IpAddress", "=203.0.113.7", `"203.0.113.99/24"`, yes},
		{docIP, "IpAddress", "=203.0.113.7", `"everywhere"`, maybe}, // no range: not documented
		{docIP, "NotIpAddressIfExists", "-", `"203.0.113.0/24"`, yes},
		{docIP, "IpAddress", "=203.0.113.7", `["<?>","203.0.113.0/24"]`, yes},
		{docARN, "ArnLike", "=" + arn, `"*"`, maybe},
		{docARN, "ArnNotLike", "=" + arn, `"*"`, maybe},
		{docARN, "ArnNotEqualsIfExists", "-", `"arn:aws:sns:*:*:*"`, yes},
		{docARN, "ForAllValues:ArnLike", "{" + arn + "|arn:aws:sns:eu-west-1:111122223333:other", `"arn:aws:sns:eu-west-1:111122223333:*"`, yes},
		{docARN, "ForAnyValue:ArnNotLike", "{" + arn, `"arn:aws:sns:*:*:topic"`, no},
		{docSets, "ForAllValues:StringEquals", "{a|a", `"a"`, yes},
		{docSets, "ForAllValues:StringNotLike", "{abc|x", `"a*"`, no},
		{docSets, "ForAllValues:StringEqualsIgnoreCase", "{A|b", `["a","B"]`, yes},
		{docSets, "ForAllValues:NumericLessThan", "{1|2", `"3"`, yes},
		{docSets, "ForAllValues:NumericLessThan", "{1|5", `"3"`, no},
		{docSets, "ForAllValues:StringEqualsIfExists", "-", `"a"`, yes},
		{docSets, "ForAllValues:StringEquals", "=a", `"a"`, yes}, // one value is a set of one
		{docSets, "ForAllValues:StringEquals", "=b", `"a"`, no},
		{docSets, "ForAllValues:IpAddress", "{10.0.0.1|10.0.0.2", `"10.0.0.0/8"`, yes},
		{docSets, "ForAllValues:Bool", "{true|false", `"true"`, no},
		{docSets, "ForAllValues:DateGreaterThan", "{2026-01-02|2026-01-03", `"2026-01-01"`, yes},
		{docSets, "ForAnyValue:StringEquals", "=a", `["a","b"]`, yes},
		{docSets, "ForAnyValue:StringEquals", "?", `["a"]`, maybe},
		{docSets, "ForAnyValue:StringEqualsIfExists", "{b", `["a"]`, no},
		{docSets, "ForAnyValue:StringNotEqualsIfExists", "-", `["a"]`, yes},
		{docSets, "ForAnyValue:StringNotLike", "{abc|xyz", `"a*"`, yes},
		{docSets, "ForAnyValue:NumericGreaterThan", "{1|9", `"5"`, yes},
		{docSets, "ForAnyValue:Bool", "{false", `"true"`, no},
		{docSets, "ForAnyValue:IpAddress", "{192.0.2.1|10.0.0.1", `"10.0.0.0/8"`, yes},
		{docSets, "ForAnyValue:StringNotEquals", "{", `"a"`, no},
		{docSets, "ForAnyValue:ArnNotLike", "{+", `"a"`, maybe}, // there may be values, or none
		{docSets, "StringEquals", "{a", `["a"]`, maybe},         // sets require a set operator
		{docSets, "StringNotEquals", "{a|b", `["c"]`, maybe},
		{docSets, "StringEqualsIfExists", "{", `["a"]`, maybe},
		{docNull, "Null", "!", `["true","false"]`, yes},
		{docNull, "Null", "-", `["true","false"]`, yes},
		{docNull, "Null", "{a|b", `"true"`, no},
		{docNull, "Null", "{", `"true"`, maybe},                                        // an empty set: not documented
		{docVariables, "StringNotEquals", "=red", `"${aws:PrincipalTag/none}"`, maybe}, // no value: not documented
		{docVariables, "StringEquals", "=x", `"x${x:Empty}"`, maybe},                   // an empty value
		{docVariables, "StringEquals", "=a", `"${x:Several}"`, maybe},                  // a set has no place in a string
		{docVariables, "StringEquals", "=${x:Star", `"${x:Star"`, yes},                 // no variable without a brace
		{docVariables, "IpAddress", "=10.0.0.1", `"${x:Address}"`, maybe},              // variables are for strings and ARNs
		{docVariables, "StringNotEquals", "=red", `"x${x:Always}"`, maybe},             // it may be empty
		{docCondition, "StringSounds", "=a", `"a"`, maybe},
		{docCondition, "StringEquals", "=a", `[]`, no},
		{docCondition, "StringEquals", "!", `"a"`, yes},
		{docCondition, "StringEquals", "!", `"<r>"`, yes},
		{docCondition, "StringNotEquals", "!", `"a"`, yes},
		{docCondition, "NumericLessThan", "!", `"10"`, yes},
		{docCondition, "IpAddress", "!", `"10.0.0.0/8"`, yes},
		{docCondition, "Null", "!", `"false"`, yes},
		{docCondition, "StringEquals", "!", `"<?>"`, maybe},
	}
	check := func(t *testing.T, r conditionRow) {
		t.Helper()
		p := None()
		p.Identity = Set{Sources: []Source{{Policy: policy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sns:Publish","Resource":"*","Condition":{"` + r.operator + `":{"x:Key":` + r.values + `}}}}`)}}}
		context := NewContext(KeyAbsent).With("X:key", key(r.key)).With("x:Star", Present("*")).With("x:Seven", Present("7.0")).With("x:Unknown", UnknownKey("")).
			With("x:Empty", Present("")).With("x:Several", PresentSet("a", "b")).With("x:Address", Present("10.0.0.1")).
			With("x:Always", Key{Always: true})
		got := Decide(Request{Principal: user("ann"), Action: "sns:Publish", Resource: lit(arn), Context: context}, p)
		if got.Result != r.want {
			t.Errorf("%s %s on %s: %s, want %s (%s)", r.operator, r.values, r.key, got.Result, r.want, r.doc)
		}
		if !strings.HasPrefix(r.doc, "https://docs.aws.amazon.com/") {
			t.Errorf("%s rests on nothing", r.operator)
		}
		explained(t, r.operator, got)
	}
	var steps []string
	byStep := map[string][]conditionRow{}
	for _, r := range rows {
		step := stepOf(r.doc)
		if byStep[step] == nil {
			steps = append(steps, step)
		}
		byStep[step] = append(byStep[step], r)
	}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			for _, r := range byStep[step] {
				check(t, r)
			}
			t.Log(len(byStep[step]), "rows")
		})
	}
	t.Log(len(rows), "rows")
}

// stepOf names what a row is about, by the page that it rests on.
func stepOf(page string) string {
	return map[string]string{
		docOperators: "absent keys", docStrings: "strings", docNumeric: "numbers", docDates: "dates", docBool: "bools", docBinary: "binaries", docIP: "addresses", docARN: "ARNs",
		docIfExists: "IfExists", docNull: "Null", docSets: "sets", docMultiple: "several values", docVariables: "variables", docCondition: "conditions",
	}[page]
}

// user returns an IAM user of the account here.
func user(name string) Principal {
	return Principal{Kind: User, ARN: lit("arn:aws:iam::" + here + ":user/" + name)}
}
