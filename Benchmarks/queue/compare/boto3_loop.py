"""What people write with boto3: one call after the other.

    python boto3_loop.py ENDPOINT QUEUE_URL ReceiveMessage|DeleteMessageBatch COUNT
"""
import sys

import boto3

endpoint, queue_url, action, count = sys.argv[1:]
sqs = boto3.client("sqs", endpoint_url=endpoint, region_name="us-east-1")
for _ in range(int(count)):
    if action == "ReceiveMessage":
        answer = sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["SentTimestamp"])
        assert len(answer["Messages"]) == 10
    else:
        entries = [{"Id": str(number), "ReceiptHandle": "h" * 400} for number in range(10)]
        answer = sqs.delete_message_batch(QueueUrl=queue_url, Entries=entries)
        assert len(answer["Successful"]) == 10
