"""docs/github.md: from the replaced program to this one, and back; and how an older version of a day comes back."""

import json
import unittest

import pages
import stage


class MigrationTests(pages.PageTests):
    """From the replaced program to this one, and back, on what that one had."""

    def test_the_two_never_write_at_once(self):
        there = stage.aws().setup("replaced", dead_letter_queue=False)
        bucket, queue = there["bucket"], there["queue_url"]
        pages.NAMES.update({"asterisk-prod-events": queue.rsplit("/", 1)[1], "=logpublish": f"={bucket}"})
        # What its pages tell to allow; receiving comes with them.
        old = stage.user("replaced-program", statement={
            "Effect": "Allow", "Resource": "*", "Action": [
                "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListDeadLetterSourceQueues", "sqs:ListQueues",
                "sqs:ReceiveMessage", "sqs:DeleteMessage", "s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
        })  # fmt: skip
        day = b'{"timestamp": "2025-01-01T00:00:00Z", "channel": "c", "endpoint": null, "event": "old"}\n'
        self.assertIsNone(self.old_write(old, bucket, day))

        # In one folder and with the names of the first block, as a reader has them.
        names = self.commands("github.md", "### 1. Prepare, while the old one runs", 0)
        self.do(names)
        attributes = stage.attributes(queue)
        self.assertEqual(attributes["MessageRetentionPeriod"], "1209600")
        self.assertEqual(int(json.loads(attributes["RedrivePolicy"])["maxReceiveCount"]), 100)
        self.assertEqual(attributes["VisibilityTimeout"], "30")
        self.assertIsNone(self.old_write(old, bucket, day), "the old one still works")

        names = "\n".join(names.splitlines()[:3]) + "\n"
        self.do(names + self.commands("github.md", "### 3. Demand conditional writes"))
        self.assertEqual(self.old_write(old, bucket, day), "AccessDenied")

        for message in stage.golden_messages(20):
            stage.aws().client("sns").publish(TopicArn=there["topic_arn"], Message=message)
        new = stage.expected_days(each["Body"] for each in stage.aws().queued(queue))
        self.do("dump-queue", old, QUEUE_URL=queue, EVENTS_URL=there["events_url"], **stage.QUICK)
        self.assertEqual(stage.days(bucket), new | {"20250101": day})
        self.assertEqual(stage.aws().queued(queue), [])

        self.do(names + self.commands("github.md", "### The way back"))
        self.assertIsNone(self.old_write(old, bucket, day))

    def test_the_dry_run_changes_nothing(self):
        there = stage.aws().setup("dry")
        for message in stage.golden_messages(20):
            stage.aws().client("sns").publish(TopicArn=there["topic_arn"], Message=message)
        names = f"queue_url={there['queue_url']} bucket={there['bucket']}\n"
        self.do(names + self.commands("github.md", "### 1. Prepare, while the old one runs", 1), **stage.QUICK)
        queued = stage.aws().queued(there["queue_url"])
        self.assertEqual([each["IsVisible"] for each in queued], [True] * 20)
        self.assertEqual(stage.days(there["bucket"]), {})

    def test_an_older_version_is_brought_back(self):
        stack = stage.Stack("versions")
        s3, place = stage.aws().client("s3"), {"Bucket": stack.bucket, "Key": stage.PREFIX + "20260101"}
        first = s3.put_object(**place, Body=b"right\n", IfNoneMatch="*")
        s3.put_object(**place, Body=b"wrong\n", IfMatch=first["ETag"])
        heading, names = "## What the bucket's policy means for people", {"bucket": stack.bucket, "day": "20260101"}
        listed = self.do(self.commands("aws.md", heading, 0), **names)
        self.assertEqual(len(listed.splitlines()), 2)
        self.do(self.commands("aws.md", heading, 1), version=first["VersionId"], **names)
        self.assertEqual(stack.days(), {"20260101": b"right\n"})

    def old_write(self, keys, bucket, content):
        """Uploads a day as the replaced program does: without any condition."""
        place = {"Bucket": bucket, "Key": stage.PREFIX + "20250101"}
        return stage.refusal(keys, "s3", "put_object", **place, Body=content)


if __name__ == "__main__":
    unittest.main()
