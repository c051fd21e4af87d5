// Package cloudformation reads CloudFormation templates: what they declare once parameters, conditions and functions
// are worked out as far as the input tells. What only the deployment tells stays a symbol, which equals itself wherever
// it stands: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html.
//
// All templates of one run are evaluated together: exports, outputs and nested stacks lead from one to the other.
package cloudformation
