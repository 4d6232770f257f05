"""Where the ways from queue to bucket are measured: a local AWS's queue and bucket, made the same before each run."""
import collections
import hashlib
import json

from workshop import fail


class Stage:
    def __init__(self, aws):
        self.aws = aws
        self.place = aws.setup("benchmark", visibility_timeout=900)
        self.sqs = aws.client("sqs")
        self.s3 = aws.client("s3")
        self.queue_url = self.place["queue_url"]
        self.days = {}

    @property
    def environment(self):
        """What a program needs to find it."""
        return {
            "QUEUE_URL": self.queue_url, "EVENTS_URL": self.place["events_url"],
            "AWS_ACCESS_KEY_ID": self.place["access_key_id"], "AWS_ENDPOINT_URL": self.aws.endpoint_url,
            "AWS_SECRET_ACCESS_KEY": self.place["secret_access_key"],
        }

    def had(self, events):
        """The events that the bucket's days have before a run."""
        days = collections.defaultdict(set)
        for line in events.splitlines(keepends=True):
            days[self.key(line)].add(line)
        self.days = {key: b"".join(sorted(lines)) for key, lines in days.items()}

    @staticmethod
    def key(event):
        return "events/prod/" + json.loads(event)["timestamp"][:10].replace("-", "")

    def prepare(self, messages):
        """The days as they were, and a queue of the messages."""
        bucket = self.place["bucket"]
        for key in self.digests():
            self.s3.delete_object(Bucket=bucket, Key=key)
        for key, content in self.days.items():
            self.s3.put_object(Bucket=bucket, Key=key, Body=content)
        self.sqs.purge_queue(QueueUrl=self.queue_url)
        bodies = [json.loads(message)["Body"] for message in messages]
        for start in range(0, len(bodies), 10):
            entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies[start:start + 10])]
            if self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=entries).get("Failed"):
                fail("a message could not be sent")

    def digests(self):
        """For each object's key the SHA-256 of its bytes."""
        bucket = self.place["bucket"]
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {each["Key"]: hashlib.sha256(
            self.s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()).hexdigest() for each in listed}

    def left(self):
        """How many messages are still in the queue, the hidden ones too."""
        return len(self.aws.queued(self.queue_url))
