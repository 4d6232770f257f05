"""replaced.py [DUMP]: from the queue to the bucket in the manner of the replaced program; with a DUMP, from that.

One short poll after the other until the first that is empty, each day in memory, what fails to download taken for a day
that is new, and a delete for each message.
"""
import json
import os
import pathlib
import sys

import boto3

BENCHMARKS = pathlib.Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(BENCHMARKS / "scrub/compare"), str(BENCHMARKS / "merge/compare")]

from merge_python import merged
from scrub_python import scrubbed


def receive(sqs, queue_url):
    messages = []
    while received := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        messages += received
    return messages


def by_day(lines):
    days = {}
    for line in lines:
        if event := scrubbed(line, json.loads):
            days.setdefault(event["timestamp"][:10].replace("-", ""), []).append(json.dumps(event))
    return days


def store(s3, url, days):
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    for day, new in days.items():
        try:
            existing = s3.get_object(Bucket=bucket, Key=prefix + day)["Body"].read().decode().splitlines()
        except Exception:
            existing = []
        content = "".join("{}\n".format(line) for line in merged(new, existing))
        s3.put_object(Bucket=bucket, Key=prefix + day, Body=content.encode())


def main():
    s3, url = boto3.client("s3"), os.environ["EVENTS_URL"]
    if len(sys.argv) == 2:
        with open(sys.argv[1]) as dump:
            store(s3, url, by_day(dump))
        return
    sqs, queue_url = boto3.client("sqs"), os.environ["QUEUE_URL"]
    messages = receive(sqs, queue_url)
    store(s3, url, by_day(message["Body"] for message in messages))
    for message in messages:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


main()
