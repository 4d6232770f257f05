"""The commands of the pages, run as they stand there but for the names of things."""

import json
import pathlib
import tempfile
import unittest

import stage

# What a reader puts his own names for.
NAMES = {
    "REGION=us-west-2": f"REGION={stage.local_aws.REGION}",
    "OWNER/s3-event-writer": stage.REPOSITORY,
    "telephone-events-of-yours": "by-hand-events",
}
ALARM_KEYS = (
    "MetricName", "Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData",
)  # fmt: skip
EVENT = """{"timestamp": "2026-01-01T00:00:00Z", "hostname": "futel-prod-back",
    "event": {"Channel": "SIP/1", "UserEvent": "%s"}}"""


class PageTests(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        # The pages give things the same names again, and an account has one OIDC provider only.
        stage.empty()
        folder = tempfile.TemporaryDirectory(prefix="pages-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("infra", "scripts", "docs"):
            (self.folder / name).symlink_to(stage.ROOT / name)
        # For some services the client would go to AWS itself, whatever endpoint the environment names.
        client = self.folder / "bin/aws"
        client.parent.mkdir()
        client.write_text(f'#!/bin/sh\nexec {stage.CLIENTS}/aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n')
        client.chmod(0o755)

    def commands(self, page, heading, number=None):
        """The blocks below the heading, or that of this number, as one script."""
        blocks = stage.blocks(page, heading)
        text = "\n".join(blocks if number is None else [blocks[number]])
        for name, ours in NAMES.items():
            text = text.replace(name, ours)
        return text

    def do(self, script, keys=None, **environment):
        """Runs it as root, or with the keys; what it printed. A failure is the test's."""
        root = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        keys = stage.variables(keys) if keys else root
        path = {"PATH": f"{self.folder}/bin:{stage.PATH}", "AWS_DEFAULT_REGION": stage.local_aws.REGION}
        ended = stage.run(script, {**path, **keys, **environment}, self.folder)
        self.assertEqual(ended.returncode, 0, ended.stderr + ended.stdout)
        return ended.stdout

    def output(self, text, name):
        return next(line.split("\t")[1] for line in text.splitlines() if line.startswith(name + "\t"))


class AWSPageTests(PageTests):
    def test_by_template(self):
        shown = self.do(self.commands("aws.md", "## By template"))
        topic, role = self.output(shown, "TopicArn"), self.output(shown, "RoleArn")
        self.first_event(topic, role, self.output(shown, "QueueUrl"), self.output(shown, "EventsUrl"))

    def test_by_hand(self):
        script = self.commands("aws.md", "## By hand")
        shown = self.do(script + '\nprintf "queue\\t%s\\ntopic\\t%s\\n" "$queue" "$topic"')
        role = f"arn:aws:iam::{stage.local_aws.ACCOUNT}:role/s3-event-writer"
        queue = self.output(shown, "queue")
        self.first_event(self.output(shown, "topic"), role, queue, "s3://by-hand-events/events/prod/")
        self.same_as_the_template(queue, "by-hand-events")

    def first_event(self, topic, role, queue, events):
        """Publishes what the page says, and has the role drain the queue."""
        self.do(self.commands("aws.md", "## The first event"), topic=topic)
        environment = {"QUEUE_URL": queue, "EVENTS_URL": events, **stage.QUICK}
        self.do("dump-queue", stage.assume(role), **environment)
        (content,) = stage.days(events.split("/")[2]).values()
        self.assertIn(b'"endpoint": "first-telephone", "event": "hello"}\n', content)

    def same_as_the_template(self, queue, bucket):
        """What was made by hand is what the template makes."""
        stack = stage.Stack("compared", GitHubRepository=stage.REPOSITORY, MakeOidcProvider="false")
        self.assertEqual(self.facts(queue, bucket), self.facts(stack.QueueUrl, stack.bucket))
        s3 = stage.aws().client("s3")
        self.assertEqual(s3.get_bucket_versioning(Bucket=bucket)["Status"], "Enabled")
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        wanted = stage.template()["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        self.assertEqual([rule["ID"] for rule in rules], [rule["Id"] for rule in wanted])
        iam = stage.aws().client("iam")
        roles = [iam.get_role(RoleName=name)["Role"] for name in ("s3-event-writer", stack.resources["Role"])]
        by_hand, by_template = (role["AssumeRolePolicyDocument"]["Statement"] for role in roles)
        self.assertEqual(by_hand, by_template)

    def facts(self, queue, bucket):
        """What must agree, each one's own names taken out."""
        s3, sns, cloudwatch = (stage.aws().client(name) for name in ("s3", "sns", "cloudwatch"))
        attributes = stage.attributes(queue)
        (sender,) = json.loads(attributes["Policy"])["Statement"]
        topic = sender["Condition"]["ArnEquals"]["aws:SourceArn"]
        topic_policy = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
        redrive = json.loads(attributes["RedrivePolicy"])
        queue_name, dead_letters = queue.rsplit("/", 1)[1], redrive["deadLetterTargetArn"].rsplit(":", 1)[1]
        alarms = cloudwatch.describe_alarms()["MetricAlarms"]
        watching = [each for each in alarms if each["Dimensions"][0]["Value"] in (queue_name, dead_letters)]
        found = {
            "queue": [attributes[key] for key in ("VisibilityTimeout", "MessageRetentionPeriod")],
            "redrive": redrive | {"maxReceiveCount": int(redrive["maxReceiveCount"])},
            "senders": self.bare(attributes["Policy"]),
            "publishers": self.bare(topic_policy),
            "bucket": self.bare(s3.get_bucket_policy(Bucket=bucket)["Policy"]),
            "writer": self.bare(self.writer_policy(f":{queue_name}")),
            "alarms": sorted([each[key] for key in ALARM_KEYS] for each in watching),
        }
        text = json.dumps(found, sort_keys=True)
        names = {topic: "TOPIC", f":{dead_letters}": ":DEAD", f":{queue_name}": ":QUEUE", f":{bucket}/": ":BUCKET/"}
        for name, stand_in in names.items():
            text = text.replace(name, stand_in)
        return json.loads(text)

    def writer_policy(self, queue):
        """The managed policy that is about the queue whose ARN ends so."""
        iam = stage.aws().client("iam")
        for policy in iam.list_policies(Scope="Local")["Policies"]:
            version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
            document = version["PolicyVersion"]["Document"]
            if any(each["Resource"].endswith(queue) for each in document["Statement"]):
                return json.dumps(document)

    def bare(self, policy):
        statements = json.loads(policy)["Statement"]
        return [{key: value for key, value in each.items() if key != "Sid"} for each in statements]


class MigrationTests(PageTests):
    """From the replaced program to this one, and back, on what that one had."""

    def test_the_two_never_write_at_once(self):
        there = stage.aws().setup("replaced", dead_letter_queue=False)
        bucket, queue = there["bucket"], there["queue_url"]
        NAMES.update({"asterisk-prod-events": queue.rsplit("/", 1)[1], "=logpublish": f"={bucket}"})
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


class DeadLetterTests(PageTests):
    def setUp(self):
        super().setUp()
        self.stack = stage.Stack("letters")
        good, bad, hopeless = (EVENT % "good", EVENT.replace("hostname", "hots-name") % "mended", "phone 12 off hook")
        for message in (good, bad, hopeless):
            stage.aws().client("sqs").send_message(QueueUrl=self.stack.DeadLetterQueueUrl, MessageBody=message)
        self.environment = {
            "DEAD_LETTER_QUEUE_URL": self.stack.DeadLetterQueueUrl,
            "DEAD_LETTER_QUEUE_ARN": self.stack.DeadLetterQueueArn,
            "EVENTS_URL": self.stack.EventsUrl,
            "EDITOR": "sed -i s/hots-name/hostname/",
        }

    def left(self):
        return stage.aws().queued(self.stack.DeadLetterQueueUrl)

    def commands(self, heading, number=None):
        return super().commands("dead-letters.md", heading, number) + "\n"

    def test_look_and_give_back(self):
        self.do(self.commands("## Look"), **self.environment)
        self.assertEqual([each["IsVisible"] for each in self.left()], [True] * 3)

    def test_mend(self):
        self.do(self.commands("## Look", 0) + self.commands("## Mend"), **self.environment)
        (content,) = self.stack.days().values()
        events = [json.loads(line)["event"] for line in content.splitlines()]
        self.assertEqual(sorted(events), ["good", "mended"])
        self.assertEqual([each["Body"] for each in self.left()], ["phone 12 off hook"])

    def test_throw_away(self):
        self.do(self.commands("## Look", 0) + self.commands("## Throw away"), **self.environment)
        self.assertEqual(self.left(), [])
        self.assertFalse((self.folder / "dead-letters").exists())

    def test_redrive_is_a_call_that_the_client_knows(self):
        """The local server does not have it: that it was asked is all that can be seen."""
        script = self.commands("## Redrive").rstrip() + " 2>&1 || true"
        said = self.do(script, **self.environment)
        self.assertRegex(said, "when calling the StartMessageMoveTask operation")


if __name__ == "__main__":
    unittest.main()
