'use strict'
// A trail in one stack, the bucket that it writes to in another, and three consumers that the bucket notifies.
// synth.js runs it; what Terraform says to the same is in testdata/cloudformation/twins/cdk/terraform.
const { App, Duration, RemovalPolicy, Stack } = require('aws-cdk-lib')
const cloudtrail = require('aws-cdk-lib/aws-cloudtrail')
const iam = require('aws-cdk-lib/aws-iam')
const kms = require('aws-cdk-lib/aws-kms')
const lambda = require('aws-cdk-lib/aws-lambda')
const sources = require('aws-cdk-lib/aws-lambda-event-sources')
const logs = require('aws-cdk-lib/aws-logs')
const s3 = require('aws-cdk-lib/aws-s3')
const notifications = require('aws-cdk-lib/aws-s3-notifications')
const sns = require('aws-cdk-lib/aws-sns')
const subscriptions = require('aws-cdk-lib/aws-sns-subscriptions')
const sqs = require('aws-cdk-lib/aws-sqs')

const env = { account: '111122223333', region: 'eu-central-1' }
const objects = 'AWSLogs/111122223333/CloudTrail/'
const digests = 'AWSLogs/111122223333/CloudTrail-Digest/'

class Archive extends Stack {
  constructor (scope, id, props) {
    super(scope, id, props)
    const artifacts = s3.Bucket.fromBucketName(this, 'Artifacts', 'acme-artifacts-111122223333')

    this.key = new kms.Key(this, 'Key', {
      description: 'Archive of the trail',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30)
    })
    // The library does not let the trail of another stack use the key.
    this.key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'TrailEncrypts',
      principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
      actions: ['kms:DescribeKey', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:eu-central-1:111122223333:trail/acme-cdk-trail' } }
    }))
    this.bucket = new s3.Bucket(this, 'Bucket', {
      bucketName: 'acme-cdk-archive',
      versioned: true,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ id: 'seven-years', prefix: 'AWSLogs/', expiration: Duration.days(2557), noncurrentVersionExpiration: Duration.days(90) }]
    })

    const dead = new sqs.Queue(this, 'Dead', {
      queueName: 'acme-cdk-dead',
      retentionPeriod: Duration.days(14)
    })
    // Not the key of the bucket: the policy of a queue's key names the bucket.
    const queueKey = new kms.Key(this, 'QueueKey', {
      description: 'Queue of the SIEM',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30)
    })
    const queue = new sqs.Queue(this, 'Queue', {
      queueName: 'acme-cdk-siem',
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: queueKey,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(12),
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 }
    })
    const parser = this.handler('Parser', 'acme-cdk-parser', artifacts, { timeout: Duration.minutes(2) })
    parser.addEventSource(new sources.SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }))
    this.bucket.grantRead(parser, 'AWSLogs/*')

    const topic = new sns.Topic(this, 'Topic', { topicName: 'acme-cdk-removed' })
    topic.addSubscription(new subscriptions.EmailSubscription('soc@acme.example'))
    topic.addSubscription(new subscriptions.SqsSubscription(dead, { rawMessageDelivery: true }))

    const verifier = this.handler('Verifier', 'acme-cdk-verifier', artifacts, {
      reservedConcurrentExecutions: 5,
      retryAttempts: 1,
      deadLetterQueue: dead
    })

    this.bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(queue), { prefix: objects, suffix: '.json.gz' })
    this.bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.LambdaDestination(verifier), { prefix: digests })
    this.bucket.addEventNotification(s3.EventType.OBJECT_REMOVED, new notifications.SnsDestination(topic))

    const reader = new iam.Role(this, 'Reader', {
      roleName: 'acme-cdk-siem-reader',
      assumedBy: new iam.AccountPrincipal('444455556666'),
      externalIds: ['acme-siem']
    })
    queue.grantConsumeMessages(reader)
    this.bucket.grantRead(reader)
  }

  handler (id, name, artifacts, props) {
    return new lambda.Function(this, id, {
      functionName: name,
      runtime: lambda.Runtime.PYTHON_3_12,
      handler: 'index.handler',
      code: lambda.Code.fromBucketV2(artifacts, `${name}/1.0.0.zip`),
      ...props
    })
  }
}

class Trail extends Stack {
  constructor (scope, id, props) {
    super(scope, id, props)
    const trail = new cloudtrail.Trail(this, 'Trail', {
      trailName: 'acme-cdk-trail',
      bucket: props.bucket,
      encryptionKey: props.key,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableFileValidation: true,
      managementEvents: cloudtrail.ReadWriteType.ALL,
      sendToCloudWatchLogs: true,
      cloudWatchLogGroup: new logs.LogGroup(this, 'Group', {
        logGroupName: '/acme/cdk-trail',
        retention: logs.RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.RETAIN
      })
    })
    trail.addS3EventSelector([{ bucket: props.bucket, objectPrefix: 'AWSLogs/' }], { readWriteType: cloudtrail.ReadWriteType.WRITE_ONLY, includeManagementEvents: false })
  }
}

const app = new App({ context: JSON.parse(process.env.FEATURE_FLAGS || '{}') })
const archive = new Archive(app, 'acme-archive', { env })
new Trail(app, 'acme-trail', { env, bucket: archive.bucket, key: archive.key })
app.synth()
