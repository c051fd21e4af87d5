package cloudformation_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
)

// statementForms are policies in each form in which templates have them. The statement with the Sid "x" begins in the
// line with "@x" in a comment, or, where there can be none, in the one with { "Sid": "x". Of those of which the Sid
// begins with "none" no place is told.
//
//nolint:gochecknoglobals // a table
var statementForms = []struct {
	name, file, text string
	given            map[string]string
}{
	{name: "list", file: "t.yaml", text: `
Resources:
  B:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: b
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: a # @a
            Effect: Allow
            Principal: "*"
            Action: s3:GetObject
            Resource: !Sub arn:${AWS::Partition}:s3:::b/*
          - # a comment
            Sid: b # @b
            Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: "*"
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: # of one
          Sid: c # @c
          Effect: Allow
          Principal: {Service: lambda.amazonaws.com}
          Action: sts:AssumeRole
      Policies:
        - PolicyName: one
          PolicyDocument:
            Statement:
              - {Sid: d, Effect: Allow, Action: "s3:*", Resource: "*"} # @d
        - PolicyName: two
          PolicyDocument: {Statement: [
            {Sid: e, Effect: Allow, Action: "s3:*", Resource: "*"}, # @e
            {Sid: f, Effect: Allow, Action: "s3:*", Resource: "*"} # @f
          ]}
`},
	{name: "conditions that are decided", file: "t.yaml", given: map[string]string{"P": "yes"}, text: `
Parameters:
  P: {Type: String}
Conditions:
  IsOn: !Equals [!Ref P, "yes"]
Resources:
  T:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [t]
      PolicyDocument: !If
        - IsOn
        - Statement:
          - !If [IsOn, !Ref AWS::NoValue, {Sid: a, Effect: Allow, Principal: "*", Action: "sns:*", Resource: "*"}]
          - !If
            - IsOn
            - Sid: b # @b
              Effect: Allow
              Principal: "*"
              Action: sns:Publish
              Resource: "*"
            - {Sid: c, Effect: Allow, Principal: "*", Action: "sns:*", Resource: "*"}
          - {Sid: d, Effect: Deny, Principal: "*", Action: "sns:*", Resource: "*"} # @d
        - Statement:
          - {Sid: b, Effect: Deny, Principal: "*", Action: "sns:*", Resource: "*"}
          - {Sid: d, Effect: Deny, Principal: "*", Action: "sns:*", Resource: "*"}
`},
	{name: "conditions that are open", file: "t.yaml", text: `
Parameters:
  P: {Type: String}
Conditions:
  IsOn: !Equals [!Ref P, "yes"]
Resources:
  Q:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [q]
      PolicyDocument:
        Statement:
          - {Sid: a, Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*"} # @a
          - !If
            - IsOn
            - {Sid: b, Effect: Allow, Principal: "*", Action: "sqs:*", Resource: "*"} # @b
            - {Sid: c, Effect: Allow, Principal: "*", Action: "sqs:*", Resource: "*"} # @c
          - {Sid: d, Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*"} # @d
          - !If
            - IsOn
            - {Sid: none1, Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*"}
            - {Sid: none1, Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*"}
`},
	{name: "JSON in strings", file: "t.yaml", text: `
Resources:
  L:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: l
      PolicyDocument: |

        {
          "Statement": [
            { "Sid": "a", "Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*" },
            { "Sid": "b", "Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*" }
          ]
        }
  M:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: m
      PolicyDocument: !Sub |-
        { "Statement":
          { "Sid": "c", "Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "${L}" } }
  N:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: n
      PolicyDocument: !Sub '{"Statement":[{"Sid":"d","Effect":"Allow","Principal":"*","Action":"logs:*","Resource":"${L}"}]}' # @d
  O:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: o
      PolicyDocument: !Join
        - ""
        - - '{"Statement":[{"Sid":"e","Effect":"Allow","Principal":"*","Action":"logs:*","Resource":"' # @e
          - !Ref L
          - '"},'
          - '{"Sid":"f","Effect":"Allow","Principal":"*","Action":"logs:*","Resource":"*"}]}' # @f
  P:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: p
      PolicyDocument:
        Fn::ToJsonString:
          Statement:
            - Sid: g # @g
              Effect: Allow
              Principal: "*"
              Action: logs:*
              Resource: "*"
  F:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: f
      PolicyDocument: >
        { "Statement":
        { "Sid": "none1", "Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*" } }
  W:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: w
      PolicyDocument: '{"Statement":[
        {"Sid":"none2","Effect":"Allow","Principal":"*","Action":"logs:*","Resource":"*"}]}'
`},
	{name: "JSON", file: "t.json", text: `{
  "Resources": {
    "K": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": { "Statement": [
      { "Sid": "a", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*" },
      { "Sid": "b", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*" }
    ] } } },
    "D": { "Type": "AWS::Logs::Destination", "Properties": { "DestinationName": "d", "RoleArn": "r", "TargetArn": "t", "DestinationPolicy": { "Fn::Join": ["", [
      "{\"Statement\":[{\"Sid\":\"c\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"logs:*\",\"Resource\":\"@c",
      { "Fn::GetAtt": ["K", "Arn"] },
      "\"}]}"
    ] ] } } }
  }
}
`},
	{name: "event bus", file: "t.yaml", text: `
Resources:
  A:
    Type: AWS::Events::EventBusPolicy
    Properties:
      StatementId: a
      Statement: # of one
        Effect: Allow # @a
        Principal: "*"
        Action: events:PutEvents
        Resource: "*"
  B:
    Type: AWS::Events::EventBusPolicy
    Properties:
      StatementId: b
      Statement: {Effect: Allow, Principal: "*", Action: "events:PutEvents", Resource: "*"} # @b
`},
	{name: "loops", file: "t.yaml", text: `
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Policies:
    - N
    - [one, two]
    - ${N}Policy:
        Type: AWS::SNS::TopicPolicy
        Properties:
          Topics: [!Ref N]
          PolicyDocument:
            Statement:
              - {Sid: !Ref N, Effect: Allow, Principal: "*", Action: "sns:*", Resource: "*"} # @one @two
`},
	{name: "SAM", file: "t.yaml", text: `
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: h
      InlineCode: x
      AssumeRolePolicyDocument:
        Statement:
          - {Sid: a, Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"} # @a
      Policies:
        - Statement:
            - Sid: b # @b
              Effect: Allow
              Action: s3:*
              Resource: "*"
            - {Sid: c, Effect: Allow, Action: "s3:*", Resource: "*"} # @c
`},
}

// markedLine returns the line that a template marks for a Sid.
func markedLine(text, sid string) int {
	for _, mark := range []string{"@" + sid, `{ "Sid": "` + sid + `"`} {
		for i, line := range strings.Split(text, "\n") {
			if at := strings.Index(line, mark); at >= 0 && (at+len(mark) == len(line) || strings.ContainsRune(" \",", rune(line[at+len(mark)]))) {
				return i + 1
			}
		}
	}
	return 0
}

// policiesOf calls f for every policy, those within blocks included.
func policiesOf(attrs graph.Attrs, rows []graph.AttrInfo, f func(name string, attr graph.Attr)) {
	for _, row := range rows {
		attr, ok := attrs.Get(row.Name)
		if ok && row.Type == graph.TypePolicy {
			f(row.Name, attr)
		}
		blocks, _ := attrs.Blocks(row.Name).Get()
		for _, b := range blocks {
			policiesOf(b, row.Fields, f)
		}
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	for _, c := range statementForms {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{c.file: &fstest.MapFile{Data: []byte(c.text)}}
			res, err := cloudformation.Read(cloudformation.Options{Parameters: c.given, Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: c.file, Label: c.file}}}})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, r := range res.Inventory.Resources {
				policiesOf(r.Attrs, graph.AttributesOf(r.Kind), func(name string, attr graph.Attr) {
					v, _ := attr.Value.Get()
					text, _ := v.(graph.Text)
					p, err := graph.ParsePolicy(text)
					if err != nil {
						return
					}
					for i, s := range p.Statements {
						n++
						want := graph.Pos{}
						if !strings.HasPrefix(s.Sid, "none") {
							want = graph.Pos{File: c.file, Line: markedLine(c.text, s.Sid)}
						}
						got := graph.Pos{}
						if j := p.Index(i); j < len(attr.Statements) {
							got = attr.Statements[j]
						}
						if got.Column = 0; got != want {
							t.Errorf("%s %s: statement %q at %+v, want %+v", r.Address, name, s.Sid, got, want)
						}
					}
				})
			}
			if n == 0 {
				t.Error("no statements")
			}
		})
	}
}
