"""docs/aws.md: by template, by hand, and that both come to the same."""

import json
import unittest

import pages
import stage

ALARM_KEYS = (
    "MetricName", "Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData",
)  # fmt: skip


class AWSPageTests(pages.PageTests):
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


if __name__ == "__main__":
    unittest.main()
