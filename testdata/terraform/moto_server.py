"""A moto server (made for moto 5.2.1) on which the configurations beside this file can be applied.

    python3 moto_server.py PORT

moto's defects that stop Terraform, or that make the plan after an apply differ from the state, are mended
at run time; the installed package is left as it is. No answer holds the port, and what moto makes up at random comes
in the same order in every run, so that the outputs can be compared from one run to the next.
"""

import json
import os
import sys

ACCOUNT = "111122223333"  # that of a provider without assume_role

os.environ.setdefault("VALIDATE_LAMBDA_S3", "false")  # code bundles need not exist
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.awslambda.models import LambdaFunction
from moto.cloudtrail.models import CloudTrailBackend, Trail
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.iam import models as iam
from moto.iam.responses import IamResponse
from moto.logs.models import LogsBackend
from moto.moto_api._internal import mock_random
from moto.s3.responses import S3Response
from moto.server import main
from moto.sqs.models import Queue

mock_random.seed(20240229)
default_user_config["lambda"] = {"use_docker": False}  # no function is ever run

# Who has not assumed a role is in our account, and not in moto's.
account_of_key = iam.get_account_id_from
iam.get_account_id_from = lambda key: ACCOUNT if account_of_key(key) == DEFAULT_ACCOUNT_ID else account_of_key(key)

# CloudTrail: StartLogging, StopLogging and DeleteTrail fail when given an ARN, and the provider gives one.
CloudTrailBackend.start_logging = lambda self, name: self.get_trail(name).start_logging()
CloudTrailBackend.stop_logging = lambda self, name: self.get_trail(name).stop_logging()
CloudTrailBackend.delete_trail = lambda self, name: self.trails.pop(self.get_trail(name).trail_name, None) and None

# CloudTrail: DescribeTrails returns every trail, whichever was asked for.
describe_trails = CloudTrailResponse.describe_trails


def describe_asked(self):
    answer, names = describe_trails(self), self._get_param("trailNameList") or []
    if not names:
        return answer
    body = json.loads(answer)
    body["trailList"] = [t for t in body["trailList"] if t["Name"] in names or t["TrailARN"] in names]
    return json.dumps(body)


CloudTrailResponse.describe_trails = describe_asked

# CloudTrail: the topic may be given by ARN.
topic_arn = Trail.topic_arn.fget
Trail.topic_arn = property(lambda self: self.sns_topic_name if (self.sns_topic_name or "").startswith("arn:") else topic_arn(self))

# CloudTrail: the provider reads selectors only from a trail that says it has some.
description = Trail.description


def describe_selectors(self, include_region=False):
    body = description(self, include_region)
    body["HasCustomEventSelectors"] = bool(self.event_selectors or self.advanced_event_selectors)
    body["HasInsightSelectors"] = bool(self.insight_selectors)
    return body


Trail.description = describe_selectors

# S3: GetBucketNotificationConfiguration forgets that events go to EventBridge.
get_notification = S3Response.get_bucket_notification


def notification_with_eventbridge(self):
    answer = get_notification(self)
    stored = self.backend.get_bucket_notification_configuration(self.bucket_name)
    if not stored or stored.event_bridge is None:
        return answer
    status, headers, body = answer
    text = body.decode() if isinstance(body, bytes) else body
    text = text.replace("</NotificationConfiguration>", "<EventBridgeConfiguration/></NotificationConfiguration>")
    return status, headers, text


S3Response.get_bucket_notification = notification_with_eventbridge

# S3: GetBucketReplication forgets the filter, the selection of encrypted objects and what happens to deletions.
get_replication = S3Response.get_bucket_replication


def replication_in_full(self):
    stored = self.backend.get_bucket_replication(self.bucket_name)
    if not stored:
        return get_replication(self)
    rules = [{k: v for k, v in rule.items() if not k.startswith("@")} for rule in stored["Rule"]]
    self.data["Action"] = "GetBucketReplication"
    return self.serialized(ActionResult({"ReplicationConfiguration": {"Role": stored["Role"], "Rules": rules}}))


S3Response.get_bucket_replication = replication_in_full

# Lambda: GetFunction forgets the dead-letter queue.
get_configuration = LambdaFunction.get_configuration


def configuration_with_dlq(self, *args, **kwargs):
    body = get_configuration(self, *args, **kwargs)
    for holder in ("dead_letter_config", "DeadLetterConfig"):
        if getattr(self, holder, None):
            body["DeadLetterConfig"] = getattr(self, holder)
    return body


create_function = LambdaFunction.__init__


def remember_dlq(self, account_id, spec, region, *args, **kwargs):
    create_function(self, account_id, spec, region, *args, **kwargs)
    self.dead_letter_config = spec.get("DeadLetterConfig")


LambdaFunction.__init__ = remember_dlq
LambdaFunction.get_configuration = configuration_with_dlq

# IAM: users lose their boundary.
create_user = IamResponse.create_user


def create_bounded_user(self):
    answer, boundary = create_user(self), self._get_param("PermissionsBoundary")
    if boundary:
        user = self.backend.get_user(self._get_param("UserName"))
        user.permissions_boundary = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": boundary}
    return answer


IamResponse.create_user = create_bounded_user

# Logs: subscription filters may not go to a destination.
put_filter = LogsBackend.put_subscription_filter


def put_filter_to_destination(self, log_group_name, filter_name, filter_pattern, destination_arn, role_arn):
    group = self.groups.get(log_group_name)
    if group and ":destination:" in destination_arn:
        group.put_subscription_filter(filter_name, filter_pattern, destination_arn, role_arn)
    else:
        put_filter(self, log_group_name, filter_name, filter_pattern, destination_arn, role_arn)


LogsBackend.put_subscription_filter = put_filter_to_destination

# SQS: URLs as AWS forms them; RedriveAllowPolicy is kept; a key of KMS turns off the queue's own encryption.
Queue.url = lambda self, _: f"https://sqs.{self.region}.amazonaws.com/{self.account_id}/{self.name}"
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
Queue.redrive_allow_policy = None
attributes = Queue.attributes.fget


def queue_attributes(self):
    out = dict(attributes(self))
    if out.get("KmsMasterKeyId"):
        out["SqsManagedSseEnabled"] = "false"
    if out.get("RedrivePolicy"):  # without spaces, as it was written: the provider compares the text
        out["RedrivePolicy"] = json.dumps(json.loads(out["RedrivePolicy"]), separators=(",", ":"))
    return out


Queue.attributes = property(queue_attributes)

main(["-H", "127.0.0.1", "-p", sys.argv[1]])
