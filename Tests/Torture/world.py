"""The AWS of the tests: one ministack for many seeds, a queue and a bucket for each."""

import asyncio
import json
import pathlib
import sys
import urllib.parse

import messages

_LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"
sys.path.insert(0, str(_LIBRARY))

import botocore.exceptions  # noqa: E402
import local_aws  # noqa: E402  (its folder had to be made known first)

PREFIX = "events/prod/"


class World:
    """ministack, and one user who may do on every queue and bucket named torture-… what the tools must."""

    def __init__(self):
        self.aws = local_aws.LocalAWS()
        self.key = None
        self.start_number = 0
        self._lock = None

    def start(self):
        self.aws.start()
        self.start_number += 1
        # Made before any thread wants them: making a boto3 client is not safe in several at once.
        for service in ("s3", "sqs", "iam"):
            self.aws.client(service)
        actions = "ReceiveMessage DeleteMessage DeleteMessageBatch ChangeMessageVisibility"
        actions += " ChangeMessageVisibilityBatch GetQueueAttributes"
        statements = [
            {
                "Effect": "Allow",
                "Action": [f"sqs:{action}" for action in actions.split()],
                "Resource": f"arn:aws:sqs:{local_aws.REGION}:{local_aws.ACCOUNT}:torture-*",
            },
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
                "Resource": f"arn:aws:s3:::torture-*/{PREFIX}*",
            },
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam = self.aws.client("iam")
        iam.create_user(UserName="torture")
        iam.put_user_policy(UserName="torture", PolicyName="torture", PolicyDocument=policy)
        self.key = iam.create_access_key(UserName="torture")["AccessKey"]

    def stop(self):
        self.aws.stop()

    @property
    def port(self):
        return urllib.parse.urlsplit(self.aws.endpoint_url).port

    async def renewed(self, start_number):
        """Starts ministack again if it does not answer; whether it was started again since `start_number`."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if self.start_number == start_number and not await self._healthy():
                await asyncio.to_thread(self.stop)
                await asyncio.to_thread(self.start)
            return self.start_number != start_number

    async def _healthy(self):
        try:
            listing = asyncio.to_thread(self.aws.client("s3").list_buckets)
            await asyncio.wait_for(listing, 10)
            return True
        except Exception:
            return False


class Place:
    """A seed's queue and bucket. All of it is looked at as root, past the proxy."""

    def __init__(self, world, name):
        self._aws = world.aws
        self._key = world.key
        self.bucket = f"torture-{name}"
        self.queue_url = None

    async def make(self, bodies, objects):
        """Publishes the bodies in this order, and puts the objects: {day: bytes}."""
        await asyncio.to_thread(self._make, bodies, objects)

    async def remove(self):
        await asyncio.to_thread(self._remove)

    async def days(self):
        """{name below the prefix: bytes}"""
        return await asyncio.to_thread(self._days)

    async def queued(self):
        """All messages, hidden ones too: {"Body", "IsVisible", …}."""
        return await asyncio.to_thread(self._aws.queued, self.queue_url)

    async def unfinished_uploads(self):
        """How many uploads in parts were neither completed nor aborted."""
        return await asyncio.to_thread(self._unfinished_uploads)

    async def add_line(self, day, line):
        """Writes the day's object as another careful writer would; whether nobody else came in between."""
        return await asyncio.to_thread(self._add_line, day, line)

    async def until_visible(self, limit):
        """Waits until no message is hidden; false when that took longer than `limit` seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit
        while not all(each["IsVisible"] for each in await self.queued()):
            if loop.time() > deadline:
                return False
            await asyncio.sleep(0.1)
        return True

    def environment(self):
        """What the chain needs to find this place, but for the endpoint."""
        return {
            "QUEUE_URL": self.queue_url,
            "EVENTS_URL": f"s3://{self.bucket}/{PREFIX}",
            "AWS_ACCESS_KEY_ID": self._key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self._key["SecretAccessKey"],
            "AWS_REGION": local_aws.REGION,
        }

    def _make(self, bodies, objects):
        sqs, s3 = self._aws.client("sqs"), self._aws.client("s3")
        self.queue_url = sqs.create_queue(QueueName=self.bucket)["QueueUrl"]
        s3.create_bucket(Bucket=self.bucket)
        for day, content in objects.items():
            s3.put_object(Bucket=self.bucket, Key=PREFIX + day, Body=content)
        for start in range(0, len(bodies), 10):
            entries = [
                {"Id": str(index), "MessageBody": body}
                for index, body in enumerate(bodies[start : start + 10])
            ]
            answer = sqs.send_message_batch(QueueUrl=self.queue_url, Entries=entries)
            if answer.get("Failed"):
                raise RuntimeError(f"not accepted: {answer['Failed'][0]}")

    def _keys(self):
        listed = self._aws.client("s3").list_objects_v2(Bucket=self.bucket)
        return [each["Key"] for each in listed.get("Contents", [])]

    def _days(self):
        s3 = self._aws.client("s3")
        return {
            key.removeprefix(PREFIX): s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            for key in self._keys()
        }

    def _unfinished_uploads(self):
        listed = self._aws.client("s3").list_multipart_uploads(Bucket=self.bucket)
        return len(listed.get("Uploads", []))

    def _add_line(self, day, line):
        s3 = self._aws.client("s3")
        place = {"Bucket": self.bucket, "Key": PREFIX + day}
        lines, condition = {line}, {"IfNoneMatch": "*"}
        try:
            answer = s3.get_object(**place)
            lines |= messages.lines_of(answer["Body"].read())
            condition = {"IfMatch": answer["ETag"]}
        except s3.exceptions.NoSuchKey:
            pass
        content = "".join(each + "\n" for each in sorted(lines)).encode()
        try:
            s3.put_object(**place, **condition, Body=content)
        except botocore.exceptions.ClientError:
            return False
        return True

    def _remove(self):
        s3 = self._aws.client("s3")
        for key in self._keys():
            s3.delete_object(Bucket=self.bucket, Key=key)
        s3.delete_bucket(Bucket=self.bucket)
        self._aws.client("sqs").delete_queue(QueueUrl=self.queue_url)
