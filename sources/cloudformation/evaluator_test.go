package cloudformation

import (
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// bed is the template that expressions are evaluated in. It is deployed as the stack prod, with Given=given.
const bed = `
Transform: AWS::LanguageExtensions
Parameters:
  Given: {Type: String, Default: default}
  Default: {Type: String, Default: default}
  Empty: {Type: String, Default: ""}
  Open: {Type: String}
  Other: {Type: String}
  Allowed: {Type: String, AllowedValues: [a, b]}
  Number: {Type: Number, Default: 7}
  OpenNumber: {Type: Number}
  Yes: {Type: String, Default: true}
  List: {Type: CommaDelimitedList, Default: "a, b ,c"}
  EmptyList: {Type: CommaDelimitedList, Default: ""}
  OpenList: {Type: CommaDelimitedList}
  Numbers: {Type: List<Number>, Default: "80,443"}
  Subnets: {Type: List<AWS::EC2::Subnet::Id>, Default: "subnet-1,subnet-2"}
  Ssm: {Type: AWS::SSM::Parameter::Value<String>, Default: /a/name}
  SsmList: {Type: AWS::SSM::Parameter::Value<List<String>>, Default: /a/list}
  SsmOpen: {Type: AWS::SSM::Parameter::Value<String>}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  SecretGiven: {Type: String, NoEcho: "true"}
Mappings:
  Map:
    eu-west-1: {Name: dublin, Number: 5, List: [x, y], Nested: z}
    default: {Name: elsewhere}
Conditions:
  Always: !Equals [a, a]
  Never: !Equals [a, b]
  IsOpen: !Equals [!Ref Open, x]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: named}}
  Queue: {Type: AWS::SQS::Queue}
  NamedQueue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "q-${Given}"}}
  Topic: {Type: AWS::SNS::Topic}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /trail}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /stored, Value: !Ref Bucket}}
  Stored: {Type: AWS::SecretsManager::Secret, Properties: {Name: stored, SecretString: !Sub '{"bucket": "${Bucket}", "password": "hunter2", "url": "https://u:hunter2@${Bucket}"}'}}
  Custom: {Type: Custom::Anything}
Outputs:
  Exported: {Value: !Ref Bucket, Export: {Name: exported}}
`

// bedStack makes the stack of the bed. Where home is set, its account, region and partition are known.
func bedStack(t *testing.T, home bool) (*run, *stack) {
	t.Helper()
	d, err := template.Read("t.yaml", []byte(bed))
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := d.Template()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{
		functions: functions(), tokens: token.New(), told: map[graph.Gap]bool{}, called: map[string]bool{}, files: map[string]*template.Template{}, labels: map[string]bool{},
	}
	deployment := &Deployment{File: File{Label: "t.yaml"}, Stack: "prod", Parameters: map[string]string{"Given": "given", "SecretGiven": "hunter2"}}
	if home {
		deployment.Account, deployment.Region = "111122223333", "eu-west-1"
	}
	return r, r.deploy(tpl, deployment)
}

// spelt evaluates an expression to what it is as text; a list or an object is JSON.
func spelt(t *testing.T, home bool, expression string) string {
	t.Helper()
	r, s := bedStack(t, home)
	d, err := template.Read("x.yaml", []byte("x: "+expression))
	if err != nil {
		t.Fatal(err)
	}
	e := &evaluator{run: r, stack: s, at: "here"}
	v := e.value(d.Root.Get("x"))
	var out string
	switch x := v.(type) {
	case nil:
		out = "nothing"
	case unknown:
		out = "unknown: " + string(x.why)
		if len(x.mentions) > 0 {
			out += " " + graph.Hole(x.why, x.mentions...).String()
			for _, m := range x.mentions {
				out += " " + m.String()
			}
		}
	case []any, map[string]any:
		out = r.tokens.Text(spell(r.tokens, x)).String()
	default:
		out = r.tokens.Text(e.textOf(v)).String()
	}
	for _, g := range r.gaps {
		out += " | " + g.What
	}
	return out
}

// TestEvaluate evaluates expressions where neither account nor region is known.
func TestEvaluate(t *testing.T) {
	for _, tt := range []struct{ expression, want string }{
		// scalars
		{`text`, "text"},
		{`"quoted"`, "quoted"},
		{`''`, ""},
		{`null`, "nothing"},
		{`true`, "true"},
		{`yes`, "true"},
		{`"yes"`, "yes"},
		{`No`, "false"},
		{`5`, "5"},
		{`1.50`, "1.50"},
		{`007`, "007"},
		{`012345678901`, "012345678901"},
		{`111122223333`, "111122223333"},
		{`12345678901234567890`, "12345678901234567890"},
		{`2012-10-17`, "2012-10-17"},
		{`[a, 1, true, null]`, `["a",1,true]`},
		{`{b: 1, a: {c: [x]}}`, `{"a":{"c":["x"]},"b":1}`},
		{`{a: !Ref AWS::NoValue, b: x}`, `{"b":"x"}`},
		{`[!Ref AWS::NoValue]`, `[]`},
		// Ref
		{`!Ref Given`, "given"},
		{`!Ref Default`, "default"},
		{`!Ref Empty`, ""},
		{`!Ref Open`, "${t.yaml#Open}"},
		{`!Ref Number`, "7"},
		{`!Ref OpenNumber`, "${t.yaml#OpenNumber}"},
		{`!Ref Yes`, "true"},
		{`!Ref Secret`, "${t.yaml#Secret}"},
		{`!Ref SecretGiven`, "${t.yaml#SecretGiven}"},
		{`!Ref Bucket`, "${t.yaml#Bucket.Ref}"},
		{`{Ref: Bucket}`, "${t.yaml#Bucket.Ref}"},
		{`!Ref AWS::NoValue`, "nothing"},
		{`!Ref AWS::AccountId`, "${AWS::AccountId}"},
		{`!Ref AWS::Region`, "${AWS::Region}"},
		{`!Ref AWS::Partition`, "${AWS::Partition}"},
		{`!Ref AWS::URLSuffix`, "${AWS::URLSuffix}"},
		{`!Ref AWS::StackName`, "prod"},
		{`!Ref AWS::StackId`, "${t.yaml#AWS::StackId}"},
		{`!Ref Nowhere`, `unknown: malformed | reference to "Nowhere", which the template does not declare`},
		{`!Ref [a]`, "unknown: malformed | arguments of Ref are not what it takes"},
		// lists of parameters
		{`!Ref List`, `["a","b","c"]`},
		{`!Ref EmptyList`, `[""]`},
		{`!Ref OpenList`, "unknown: not in the input ${?} t.yaml#OpenList"},
		{`!Ref Numbers`, `["80","443"]`},
		{`!Ref Subnets`, `["subnet-1","subnet-2"]`},
		{`!Ref Ssm`, "${resolve:ssm:/a/name}"},
		{`!Ref SsmOpen`, "${t.yaml#SsmOpen}"},
		{`!Ref SsmList`, "unknown: not in the input ${?} resolve:ssm:/a/list"},
		// GetAtt
		{`!GetAtt Bucket.Arn`, "${t.yaml#Bucket.Arn}"},
		{`!GetAtt [Bucket, Arn]`, "${t.yaml#Bucket.Arn}"},
		{`{"Fn::GetAtt": Bucket.Arn}`, "${t.yaml#Bucket.Arn}"},
		{`{"Fn::GetAtt": [Custom, A.B]}`, "${t.yaml#Custom.A.B}"},
		{`{"Fn::GetAtt": [Custom, A, B]}`, "${t.yaml#Custom.A.B}"},
		{`!GetAtt Custom.A.B`, "${t.yaml#Custom.A.B}"},
		{`{"Fn::GetAtt": [Custom, !Ref Given]}`, "${t.yaml#Custom.given}"},
		{`!GetAtt Group.Arn`, "${t.yaml#Group.Arn}:*"},
		{`!GetAtt Parameter.Value`, "${t.yaml#Bucket.Ref}"},
		{`!GetAtt Bucket`, "unknown: malformed | arguments of Fn::GetAtt are not what it takes"},
		{`!GetAtt Nowhere.Arn`, `unknown: malformed | attribute of "Nowhere", which the template does not declare`},
		// Sub
		{`!Sub plain`, "plain"},
		{`!Sub "${Given}-x"`, "given-x"},
		{`!Sub "${ Given }"`, "given"},
		{`!Sub "${Bucket}/${Bucket.Arn}"`, "${t.yaml#Bucket.Ref}/${t.yaml#Bucket.Arn}"},
		{`!Sub "arn:${AWS::Partition}:s3:::${Bucket}/*"`, "arn:${AWS::Partition}:s3:::${t.yaml#Bucket.Ref}/*"},
		{`!Sub "${!Literal} and ${Given}"`, "${Literal} and given"},
		{`!Sub "${!aws:username}"`, "${aws:username}"},
		{`!Sub "$Given {Given} $"`, "$Given {Given} $"},
		{`!Sub "open ${Given"`, "open ${Given"},
		{`!Sub ["${A}-${Given}", {A: x}]`, "x-given"},
		{`!Sub ["${A}", {A: !Ref Open}]`, "${t.yaml#Open}"},
		{`!Sub ["${Given}", {Given: own}]`, "own"},
		{`!Sub ["${A.B}", {A.B: dotted}]`, "dotted"},
		{`!Sub ["${A}", {A: "${Given}"}]`, "${Given}"},
		{`!Sub [x]`, "x"},
		{`!Sub "${Number}"`, "7"},
		{`!Sub "${Nowhere}"`, `${?} | reference to "Nowhere", which the template does not declare`},
		{`!Sub "${Custom.A.B}"`, "${t.yaml#Custom.A.B}"},
		{`!Sub "${Group.Arn}"`, "${t.yaml#Group.Arn}:*"},
		{`!Sub "${AWS::NoValue}x"`, "x"},
		// Join
		{`!Join ["-", [a, b, !Ref Given]]`, "a-b-given"},
		{`!Join ["", ["arn:aws:s3:::", !Ref Bucket]]`, "arn:aws:s3:::${t.yaml#Bucket.Ref}"},
		{`!Join [",", !Ref List]`, "a,b,c"},
		{`!Join [",", !Ref OpenList]`, "${?}"},
		{`!Join [",", [a, !Ref AWS::NoValue, b]]`, "a,b"},
		{`!Join [",", !Split ["-", a-b]]`, "a,b"},
		{`!Join [",", []]`, ""},
		{`!Join [a]`, "unknown: malformed | arguments of Fn::Join are not what it takes"},
		// Split and Select
		{`!Split [":", "a:b:c"]`, `["a","b","c"]`},
		{`!Split [",", "a"]`, `["a"]`},
		{`!Split [":", !Ref Open]`, "unknown: unsupported expression ${?} t.yaml#Open"},
		{`!Select [1, [a, b]]`, "b"},
		{`!Select ["1", [a, b]]`, "b"},
		{`!Select [0, !Ref List]`, "a"},
		{`!Select [!Ref Empty, [a]]`, `unknown: malformed | element "" of a list that has 1`},
		{`!Select [2, [a, b]]`, `unknown: malformed | element "2" of a list that has 2`},
		{`!Select [0, !Ref OpenList]`, "${?}"},
		{`!Select [5, !Split [":", !GetAtt Queue.Arn]]`, "${t.yaml#Queue.Ref}"},
		{`!Select [5, !Split [":", !GetAtt NamedQueue.Arn]]`, "q-given"},
		{`!Select [4, !Split [":", !GetAtt NamedQueue.Arn]]`, "${AWS::AccountId}"},
		{`!Select [3, !Split [":", !Ref Topic]]`, "${AWS::Region}"},
		{`!Select [5, !Split [":", !GetAtt Bucket.Arn]]`, "${t.yaml#Bucket.Ref}"},

		{`!Select [1, !Split [":::", !GetAtt Named.Arn]]`, "named"},
		{`!Select [1, !Split ["/", !Sub "${AWS::AccountId}/x"]]`, "x"},
		{`!Select [2, !Split ["/", !Select [2, !Split ["//", "https://host/path"]]]]`, `${?} | element "2" of a list that has 2`},
		// FindInMap
		{`!FindInMap [Map, eu-west-1, Name]`, "dublin"},
		{`!FindInMap [Map, eu-west-1, List]`, `["x","y"]`},
		{`!FindInMap [Map, eu-west-1, Number]`, "5"},
		{`!FindInMap [Map, !Ref "AWS::Region", Name]`, "unknown: not in the input ${?} AWS::Region"},
		{`!FindInMap [Map, nowhere, Name, {DefaultValue: d}]`, "d"},
		{`!FindInMap [Map, eu-west-1, Name, {DefaultValue: d}]`, "dublin"},
		{`!FindInMap [Map, !Ref Default, Name]`, "elsewhere"},
		{`!FindInMap [Map, nowhere, Name]`, `unknown: malformed | entry of the mapping "Map", which has none of these keys`},
		{`!FindInMap [!Sub Map, !Sub "eu-west-${One}", Name]`, `unknown: not in the input | reference to "One", which the template does not declare`},
		// the rest
		{`!Base64 text`, "dGV4dA=="},
		{`!Base64 {"Fn::Sub": "${Open}"}`, "${?}"},
		{`!Length [a, b]`, "2"},
		{`!Length {Ref: List}`, "3"},
		{`{"Fn::Length": !Ref OpenList}`, "unknown: not in the input ${?} t.yaml#OpenList"},
		{`{"Fn::ToJsonString": {b: 1, a: [x, !Ref Given]}}`, `{"a":["x","given"],"b":1}`},
		{`!ToJsonString {Statement: [{Resource: !GetAtt Bucket.Arn}]}`, `{"Statement":[{"Resource":"${t.yaml#Bucket.Arn}"}]}`},
		{`!ToJsonString ["<a&b>"]`, `["<a&b>"]`},
		{`!GetAZs ""`, "unknown: known after apply"},
		{`!Select [0, !GetAZs ""]`, "${?}"},
		{`!Cidr ["10.0.0.0/16", 2]`, "unknown: known after apply"},
		{`!Equals [a, a]`, "true"},
		{`{"Fn::Nope": x}`, "unknown: unsupported expression | value of Fn::Nope, which is not a function of CloudFormation's"},
		{`!Nope x`, "unknown: unsupported expression | value tagged !Nope, which is not CloudFormation's"},
		{`{Condition: {StringEquals: {a: b}}}`, `{"Condition":{"StringEquals":{"a":"b"}}}`},
		{`{Fn::ForEach::X: [N, [a, b], {"k-${N}": !Ref N}]}`, `{"k-a":"a","k-b":"b"}`},
		{`{keep: 1, Fn::ForEach::X: [N, !Ref List, {"k${N}": !Sub "v-${N}"}]}`, `{"ka":"v-a","kb":"v-b","kc":"v-c","keep":1}`},
		{`{Fn::ForEach::X: [N, [a/b], {"k&{N}": !Ref N}]}`, `{"kab":"a/b"}`},
		{`{Fn::ForEach::X: [N, [a, b], {Fn::ForEach::Y: [M, [c], {"${N}${M}": !Sub "${N}.${M}"}]}]}`, `{"ac":"a.c","bc":"b.c"}`},
		// If
		{`!If [Always, a, b]`, "a"},
		{`!If [Never, a, b]`, "b"},
		{`!If [Never, a, !Ref "AWS::NoValue"]`, "nothing"},
		{`!If [IsOpen, a, b]`, "unknown: decided by the condition IsOpen"},
		{`!If [IsOpen, same, same]`, "same"},
		{`!If [IsOpen, !GetAtt Queue.Arn, !Ref Topic]`, "${one of t.yaml#Queue.Arn, t.yaml#Topic.Ref}"},
		{`!If [IsOpen, !Ref Topic, x]`, "unknown: decided by the condition IsOpen ${?} t.yaml#Topic.Ref Fn::If IsOpen"},
		{`!If [Nowhere, a, b]`, `unknown: decided by the condition Nowhere | condition "Nowhere", which the template does not declare`},
		{`!If [Always]`, "unknown: malformed | arguments of Fn::If are not what it takes"},
		{`[!If [Never, a, !Ref "AWS::NoValue"], b]`, `["b"]`},
		// imports and dynamic references
		{`!ImportValue exported`, "${t.yaml#Bucket.Ref}"},
		{`!ImportValue {"Fn::Sub": "${Given}-x"}`, `${ImportValue(given-x)} | export "given-x", which is imported`},
		{`"{{resolve:ssm:/elsewhere}}"`, "${resolve:ssm:/elsewhere}"},
		{`"{{resolve:ssm:/stored}}"`, "${t.yaml#Bucket.Ref}"},
		{`"{{resolve:ssm:/stored:3}}/x"`, "${t.yaml#Bucket.Ref}/x"},
		{`"{{resolve:ssm-secure:/elsewhere:1}}"`, "${resolve:ssm-secure:/elsewhere:1}"},
		{`!Sub "{{resolve:ssm:/${Given}/x}}"`, "${resolve:ssm:/given/x}"},
		{`!Sub "{{resolve:ssm:/${Open}}}"`, "${?}"},
		{`"{{resolve:secretsmanager:stored:SecretString:bucket}}"`, "${t.yaml#Bucket.Ref}"},
		{`"{{resolve:secretsmanager:stored:SecretString:bucket:AWSCURRENT}}"`, "${t.yaml#Bucket.Ref}"},
		{`!Sub "{{resolve:secretsmanager:${Stored}:SecretString:bucket}}"`, "${t.yaml#Bucket.Ref}"},
		{`"{{resolve:secretsmanager:stored:SecretString:password}}"`, "${resolve:secretsmanager:stored:SecretString:password}"},

		{`"{{resolve:secretsmanager:stored}}"`, "${resolve:secretsmanager:stored}"},
		{`"{{resolve:secretsmanager:stored:SecretString:url}}"`, "${resolve:secretsmanager:stored:SecretString:url}"},
		{`"{{resolve:secretsmanager:elsewhere:SecretString:x}}"`, "${resolve:secretsmanager:elsewhere:SecretString:x}"},
		// placeholders
		{`<BUCKET_PLACEHOLDER>`, "${?}"},
		{`"%acnt%"`, "${?}"},
		{`PLACEHOLDER`, "${?}"},
		{`change-me`, "${?}"},
		{`"100%"`, "100%"},
		{`"a <b> c"`, "a <b> c"},
		{`"{$.eventName = %StopLogging%}"`, "{$.eventName = %StopLogging%}"},
	} {
		t.Run(tt.expression, func(t *testing.T) {
			if got := spelt(t, false, tt.expression); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.expression, got, tt.want)
			}
		})
	}
}

// TestEvaluateAtHome evaluates expressions where account and region are known.
func TestEvaluateAtHome(t *testing.T) {
	for _, tt := range []struct{ expression, want string }{
		{`!Ref AWS::AccountId`, "111122223333"},
		{`!Ref AWS::Region`, "eu-west-1"},
		{`!Ref AWS::Partition`, "aws"},
		{`!Ref AWS::URLSuffix`, "amazonaws.com"},
		{`!Sub "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q"`, "arn:aws:sqs:eu-west-1:111122223333:q"},
		{`!FindInMap [Map, !Ref "AWS::Region", Name]`, "dublin"},
		{`!Select [4, !Split [":", !GetAtt NamedQueue.Arn]]`, "111122223333"},
		{`!Select [3, !Split [":", !GetAtt NamedQueue.Arn]]`, "eu-west-1"},
		{`!Select [2, !Split ["-", !Ref "AWS::Region"]]`, "1"},
	} {
		t.Run(tt.expression, func(t *testing.T) {
			if got := spelt(t, true, tt.expression); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.expression, got, tt.want)
			}
		})
	}
}

// TestConditions evaluates conditions that no scenario decides.
func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		condition string
		want      graph.Tri
	}{
		{`!Equals [a, a]`, graph.Yes},
		{`!Equals [a, b]`, graph.No},
		{`!Equals [a, A]`, graph.No},
		{`!Equals [true, "true"]`, graph.Yes},
		{`!Equals [!Ref Yes, true]`, graph.Yes},
		{`!Equals [!Ref Yes, "True"]`, graph.No},
		{`!Equals [1, "1"]`, graph.Yes},
		{`!Equals [!Ref Number, 7]`, graph.Yes},
		{`!Equals [!Ref Number, "7"]`, graph.Yes},
		{`!Equals [!Ref Empty, ""]`, graph.Yes},
		{`!Equals [!Ref Open, ""]`, graph.Maybe},
		{`!Equals [!Ref Open, !Ref Open]`, graph.Yes},
		{`!Equals [!Ref Open, !Ref Other]`, graph.Maybe},
		{`!Equals [!Sub "x-${Open}", y]`, graph.No},
		{`!Equals [!Ref Allowed, a]`, graph.Maybe},
		{`!Equals [!Ref Allowed, c]`, graph.No},
		{`!Equals [c, !Ref Allowed]`, graph.No},
		{`!Equals [!Ref List, [a, b, c]]`, graph.Yes},
		{`!Equals [!Join ["", !Ref List], ""]`, graph.No},
		{`!Equals [!Join ["", !Ref EmptyList], ""]`, graph.Yes},
		{`!Equals [!Join ["", !Ref OpenList], ""]`, graph.Maybe},
		{`!Equals [!Select [0, !Ref List], a]`, graph.Yes},
		{`!Equals [!Ref "AWS::Region", us-east-1]`, graph.Maybe},
		{`!Equals [!FindInMap [Map, eu-west-1, Name], dublin]`, graph.Yes},
		{`!Equals [!Ref Secret, hunter2]`, graph.Yes},
		{`!Equals [!Ref SecretGiven, ""]`, graph.No},
		{`!Equals [!Ref Ssm, x]`, graph.Maybe},
		{`!Not [!Equals [a, a]]`, graph.No},
		{`!Not [!Equals [!Ref Open, a]]`, graph.Maybe},
		{`!And [!Equals [a, a], !Equals [b, b]]`, graph.Yes},
		{`!And [!Equals [!Ref Open, a], !Equals [a, b]]`, graph.No},
		{`!And [!Equals [!Ref Open, a], !Equals [a, a]]`, graph.Maybe},
		{`!Or [!Equals [!Ref Open, a], !Equals [a, a]]`, graph.Yes},
		{`!Or [!Equals [a, b], !Equals [a, c]]`, graph.No},
		{`!Or [!Equals [!Ref Open, a], !Equals [a, b]]`, graph.Maybe},
		{`!Condition Always`, graph.Yes},
		{`{Condition: Never}`, graph.No},
		{`!And [!Condition Always, !Not [!Condition Never]]`, graph.Yes},
		{`{"Fn::Contains": [[a, b], b]}`, graph.Yes},
		{`{"Fn::Contains": [[a, b], c]}`, graph.No},
		{`{"Fn::Contains": [[a, b], !Ref Open]}`, graph.Maybe},
		{`{"Fn::Contains": [[c, d], !Ref Allowed]}`, graph.No},
		{`{"Fn::Contains": [!Ref OpenList, a]}`, graph.Maybe},
		{`{"Fn::Nope": [a]}`, graph.Maybe},
		{`!Equals [a]`, graph.Maybe},
		{`!Condition Nowhere`, graph.Maybe},
	} {
		t.Run(tt.condition, func(t *testing.T) {
			r, s := bedStack(t, false)
			d, err := template.Read("x.yaml", []byte("x: "+tt.condition))
			if err != nil {
				t.Fatal(err)
			}
			e := &evaluator{run: r, stack: s, at: "here"}
			if got := e.condition(d.Root.Get("x")); got != tt.want {
				t.Errorf("%s is %v, want %v", tt.condition, got, tt.want)
			}
		})
	}
}

// TestScenarios counts the scenarios that conditions make: comparisons of one thing with several literals exclude each
// other, and one comparison decides wherever it stands.
func TestScenarios(t *testing.T) {
	for _, tt := range []struct {
		name       string
		conditions []string
		want       []string // what the conditions are, T or F, under each scenario
	}{
		{"decided", []string{`!Equals [a, a]`, `!Equals [a, b]`}, []string{"TF"}},
		{"one", []string{`!Equals [!Ref Open, a]`}, []string{"T", "F"}},
		{"its opposite", []string{`!Equals [!Ref Open, a]`, `!Not [!Equals [!Ref Open, a]]`}, []string{"TF", "FT"}},
		{"the sides swapped", []string{`!Equals [!Ref Open, a]`, `!Equals [a, !Ref Open]`}, []string{"TT", "FF"}},
		{"two values of one parameter", []string{`!Equals [!Ref Open, a]`, `!Equals [!Ref Open, b]`}, []string{"TF", "FT", "FF"}},

		{"every allowed value", []string{`!Equals [!Ref Allowed, a]`, `!Equals [!Ref Allowed, b]`}, []string{"TF", "FT"}},
		{"two parameters", []string{`!Equals [!Ref Open, a]`, `!Equals [!Ref Other, a]`}, []string{"TT", "TF", "FT", "FF"}},
		{"regions", []string{`!Equals [!Ref "AWS::Region", us-east-1]`, `!Or [!Equals [!Ref "AWS::Region", us-east-1], !Equals [!Ref "AWS::Region", eu-west-1]]`}, []string{"TT", "FT", "FF"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, s := bedStack(t, false)
			var nodes []*template.Node
			for _, c := range tt.conditions {
				d, err := template.Read("x.yaml", []byte("x: "+c))
				if err != nil {
					t.Fatal(err)
				}
				nodes = append(nodes, d.Root.Get("x"))
			}
			var got []string
			if !scenarios(func(sc *scenario) {
				e := &evaluator{run: r, stack: s, scenario: sc, at: "here"}
				words := ""
				for _, n := range nodes {
					words += map[graph.Tri]string{graph.Yes: "T", graph.No: "F", graph.Maybe: "?"}[e.condition(n)]
				}
				got = append(got, words)
			}) {
				t.Error("too many scenarios")
			}
			if strings.Join(got, " ") != strings.Join(tt.want, " ") {
				t.Errorf("scenarios %v, want %v", got, tt.want)
			}
		})
	}
}
