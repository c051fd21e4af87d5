// Package template reads CloudFormation templates, YAML and JSON, into nodes that know where they stand:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
//
// Short forms of functions are read as their long forms: !GetAtt A.B is {"Fn::GetAtt": "A.B"}. Nothing is evaluated.
package template
