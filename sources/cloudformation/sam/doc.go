// Package sam expands AWS SAM, the transform AWS::Serverless-2016-10-31, into CloudFormation, as the translator of AWS
// does: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html.
//
// It makes what a path of events goes through or depends on: functions, their roles and policies, event sources,
// permissions, rules, subscriptions, queues and topics. What a resource is made of besides (code, definitions of state
// machines, routes of APIs, deployments, tags) is left out.
package sam
