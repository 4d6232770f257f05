"""The role: what it may do is enough, all of it is needed, and it may do no more; who may assume it."""

import json
import unittest

import stage

DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError")
KEY = stage.PREFIX + "20260101"
EVENT = """{"timestamp": "2026-01-01T00:00:0%dZ", "hostname": "futel-prod-back",
    "event": {"Channel": "SIP/1", "UserEvent": "e"}}"""
UNKNOWN = "the queue's attributes are unknown"


class RoleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = stage.Stack("role", GitHubRepository=stage.REPOSITORY, MakeOidcProvider="false")
        cls.keys = stage.assume(cls.stack.RoleArn)
        cls.role = cls.stack.resources["Role"]
        stage.aws().client("s3").put_object(Bucket=cls.stack.bucket, Key=KEY, Body=b"", IfNoneMatch="*")

    def test_it_may_do_nothing_else(self):
        bucket, key = {"Bucket": self.stack.bucket}, {"Bucket": self.stack.bucket, "Key": KEY}
        queue, dead_letters = {"QueueUrl": self.stack.QueueUrl}, {"QueueUrl": self.stack.DeadLetterQueueUrl}
        attempts = [
            ("s3", "delete_object", key),
            ("s3", "delete_object", {**key, "VersionId": "null"}),
            ("s3", "get_object", {**key, "VersionId": "null"}),
            ("s3", "put_object_acl", {**key, "ACL": "public-read"}),
            ("s3", "list_objects_v2", bucket),
            ("s3", "list_multipart_uploads", bucket),
            ("s3", "get_bucket_policy", bucket),
            ("s3", "delete_bucket_policy", bucket),
            ("s3", "put_bucket_versioning", {**bucket, "VersioningConfiguration": {"Status": "Suspended"}}),
            ("s3", "put_object", {**bucket, "Key": "elsewhere/20260101", "Body": b"", "IfNoneMatch": "*"}),
            ("s3", "get_object", {**bucket, "Key": "elsewhere/20260101"}),
            ("sqs", "purge_queue", queue),
            ("sqs", "delete_queue", queue),
            ("sqs", "set_queue_attributes", {**queue, "Attributes": {"VisibilityTimeout": "0"}}),
            ("sqs", "send_message", {**queue, "MessageBody": "phone"}),
            ("sqs", "receive_message", dead_letters),
            ("sns", "publish", {"TopicArn": self.stack.TopicArn, "Message": "phone"}),
            ("iam", "list_users", {}),
            ("iam", "put_role_policy", {"RoleName": self.role, "PolicyName": "p", "PolicyDocument": "{}"}),
            ("sts", "assume_role", {"RoleArn": self.stack.RoleArn, "RoleSessionName": "again"}),
        ]
        for service, operation, parameters in attempts:
            with self.subTest(operation, **parameters):
                self.assertIn(stage.refusal(self.keys, service, operation, **parameters), DENIED)

    def test_each_thing_it_may_do_is_needed(self):
        """With all of them a dry run succeeds; without one a run fails, or no longer says what it should."""
        self.stack.publish([EVENT % number for number in range(3)])
        ended = self.dump_queue("--dry-run")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertNotIn(UNKNOWN, ended.stderr)
        for action, flags, status in (
            ("sqs:ReceiveMessage", (), 77),
            ("sqs:ChangeMessageVisibility", ("--dry-run",), 77),
            ("s3:GetObject", (), 77),
            ("s3:PutObject", (), 77),
            ("sqs:DeleteMessage", (), 77),
        ):
            with self.subTest(action):
                ended = self.without(action, *flags)
                self.assertEqual(ended.returncode, status, ended.stderr)
                self.assertEqual(len(self.stack.queued()), 3)
        self.assertIn(UNKNOWN, self.without("sqs:GetQueueAttributes").stderr)

    def test_unfinished_uploads_can_be_aborted(self):
        s3 = stage.aws().client("s3", **self.keys)
        place = {"Bucket": self.stack.bucket, "Key": KEY}
        upload = s3.create_multipart_upload(**place)["UploadId"]
        self.assertIsNone(
            stage.refusal(self.keys, "s3", "abort_multipart_upload", **place, UploadId=upload)
        )

    def test_only_the_branch_of_the_repository_may_assume_it(self):
        strangers = [
            {"subject": "repo:phones/s3-event-writer:ref:refs/heads/other"},
            {"subject": "repo:phones/s3-event-writer:pull_request"},
            {"subject": "repo:phones/s3-event-writer-2:ref:refs/heads/main"},
            {"subject": "repo:stranger/s3-event-writer:ref:refs/heads/main"},
            {"audience": "https://github.com/phones"},
            {"issuer": "https://tokens.example.org"},
        ]
        for claims in strangers:
            with self.subTest(**claims), self.assertRaises(stage.botocore.exceptions.ClientError) as refused:
                stage.assume(self.stack.RoleArn, **claims)
            self.assertIn(refused.exception.response["Error"]["Code"], DENIED)

    def test_another_branch_can_be_named(self):
        stack = stage.Stack(
            "branch", GitHubRepository=stage.REPOSITORY, GitHubBranch="release", MakeOidcProvider="false"
        )
        stage.assume(stack.RoleArn, subject=f"repo:{stage.REPOSITORY}:ref:refs/heads/release")
        with self.assertRaises(stage.botocore.exceptions.ClientError):
            stage.assume(stack.RoleArn)

    def test_without_a_repository_there_is_no_role_but_a_policy(self):
        stack = stage.Stack("no-role")
        self.assertFalse({"Role", "OidcProvider", "AlarmTopic"} & set(stack.resources))
        keys = stage.user("no-role", policy_arn=stack.WriterPolicyArn)
        ended = stage.dump_queue(stack.environment(**stage.variables(keys)))
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def without(self, action, *flags):
        """A run of the role as if its policy did not have the action."""
        deny = {"Effect": "Deny", "Action": action, "Resource": "*"}
        policy = {"RoleName": self.role, "PolicyName": "without"}
        iam = stage.aws().client("iam")
        iam.put_role_policy(**policy, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
        try:
            return self.dump_queue(*flags)
        finally:
            iam.delete_role_policy(**policy)

    def dump_queue(self, *flags):
        # A run that failed gives back what it received, in its own time.
        self.stack.wait_until_visible()
        options = {"PULL_OPTIONS": "--wait-time-seconds 2 --visibility-timeout 3 --verbose"}
        return stage.dump_queue(self.stack.environment(**stage.variables(self.keys)) | options, *flags)


if __name__ == "__main__":
    unittest.main()
