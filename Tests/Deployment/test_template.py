"""The template, deployed: what it makes, and that the chain runs on it as its role."""

import json
import unittest

import stage

MALFORMED = "phone 12 off hook"
_FOURTEEN_DAYS = "1209600"


class TemplateTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = stage.Stack("made", GitHubRepository=stage.REPOSITORY, AlarmEmail="somebody@example.org")

    def test_messages_come_back_often_and_are_kept_long(self):
        queue = stage.attributes(self.stack.QueueUrl)
        dead_letters = stage.attributes(self.stack.DeadLetterQueueUrl)
        redrive = json.loads(queue["RedrivePolicy"])
        self.assertEqual(int(redrive["maxReceiveCount"]), 100)
        self.assertEqual(redrive["deadLetterTargetArn"], dead_letters["QueueArn"])
        self.assertEqual(queue["VisibilityTimeout"], "900")
        self.assertEqual(queue["MessageRetentionPeriod"], _FOURTEEN_DAYS)
        self.assertEqual(dead_letters["MessageRetentionPeriod"], _FOURTEEN_DAYS)

    def test_the_bucket_is_versioned_encrypted_and_private(self):
        s3, bucket = stage.aws().client("s3"), {"Bucket": self.stack.bucket}
        self.assertEqual(s3.get_bucket_versioning(**bucket)["Status"], "Enabled")
        encryption = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
        self.assertEqual(encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
        blocked = s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]
        self.assertEqual(len(blocked), 4)
        self.assertTrue(all(blocked.values()), blocked)

    def test_the_bucket_is_tidied(self):
        """By the template's text, as the local AWS leaves this property out."""
        properties = stage.template()["Resources"]["Bucket"]["Properties"]
        rules = {rule["Id"]: rule for rule in properties["LifecycleConfiguration"]["Rules"]}
        self.assertEqual({rule["Status"] for rule in rules.values()}, {"Enabled"})
        self.assertEqual(rules["UnfinishedUploads"]["AbortIncompleteMultipartUpload"], {"DaysAfterInitiation": 2})
        self.assertEqual(
            rules["OldVersions"]["NoncurrentVersionExpiration"], {"NoncurrentDays": {"Ref": "KeepOldVersionsDays"}}
        )
        self.assertFalse([rule for rule in rules.values() if "ExpirationInDays" in rule], "days themselves stay")

    def test_alarms_watch_the_right_figures_and_tell(self):
        alarms = stage.aws().client("cloudwatch").describe_alarms()["MetricAlarms"]
        topic = self.stack.resources["AlarmTopic"]
        ours = {each["MetricName"]: each for each in alarms if each["AlarmActions"] == [topic]}
        self.assertEqual(
            {name: (each["TreatMissingData"], self.watched(each)) for name, each in ours.items()},
            {
                "ApproximateAgeOfOldestMessage": ("notBreaching", self.stack.QueueUrl),
                "ApproximateNumberOfMessagesVisible": ("notBreaching", self.stack.DeadLetterQueueUrl),
                "NumberOfEmptyReceives": ("breaching", self.stack.QueueUrl),
            },
        )
        no_run = ours["NumberOfEmptyReceives"]
        self.assertEqual(no_run["Period"] * no_run["EvaluationPeriods"], 3 * 60 * 60)
        self.assertEqual((no_run["ComparisonOperator"], no_run["Threshold"]), ("LessThanThreshold", 1))

    def test_the_chain_runs_as_the_role(self):
        """With keys that the tools fetch for a token. Twice: a day is new, then it is read."""
        environment = self.stack.environment(AWS_ROLE_ARN=self.stack.RoleArn)
        bodies = []
        for part in (stage.golden_messages(300)[:150], stage.golden_messages(300)[100:] + [MALFORMED]):
            self.stack.publish(part)
            bodies += [each["Body"] for each in self.stack.queued()]
            ended = stage.run(
                f"printf %s '{stage.token()}' >token\nAWS_WEB_IDENTITY_TOKEN_FILE=$PWD/token dump-queue", environment
            )
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertEqual(self.stack.days(), stage.expected_days(bodies))
        left = [json.loads(each["Body"])["Message"] for each in self.stack.queued()]
        self.assertEqual(left, [MALFORMED])

    def test_what_is_there_already_is_used_and_left_alone(self):
        there = stage.aws().setup("there")
        s3 = stage.aws().client("s3")
        policy = {"Version": "2012-10-17", "Statement": []}
        s3.put_bucket_policy(Bucket=there["bucket"], Policy=json.dumps(policy))
        stack = stage.Stack(
            "added",
            GitHubRepository=stage.REPOSITORY,
            MakeOidcProvider="false",
            ExistingQueueName=there["queue_url"].rsplit("/", 1)[1],
            ExistingBucketName=there["bucket"],
        )
        # AWS's own address of a queue, which is not the local one's.
        self.assertEqual(stack.QueueUrl.rsplit("/", 2)[1:], there["queue_url"].rsplit("/", 2)[1:])
        self.assertEqual(
            set(stack.resources),
            {"DeadLetterQueue", "Role", "WriterPolicy", "OldestMessageAlarm", "DeadLettersAlarm", "NoRunAlarm"},
        )
        for message in stage.golden_messages(20):
            stage.aws().client("sns").publish(TopicArn=there["topic_arn"], Message=message)
        bodies = [each["Body"] for each in stage.aws().queued(there["queue_url"])]
        keys = stage.variables(stage.assume(stack.RoleArn))
        ended = stage.dump_queue(stack.environment(QUEUE_URL=there["queue_url"], **keys))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(stack.days(), stage.expected_days(bodies))
        self.assertEqual(json.loads(s3.get_bucket_policy(Bucket=there["bucket"])["Policy"]), policy)

    def watched(self, alarm):
        (dimension,) = alarm["Dimensions"]
        self.assertEqual(dimension["Name"], "QueueName")
        return self.stack.QueueUrl.rsplit("/", 1)[0] + "/" + dimension["Value"]


if __name__ == "__main__":
    unittest.main()
