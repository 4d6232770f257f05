"""SQS's part in the benchmark, played by nginx: one answer for each action, whatever is asked."""
import json

from canned_messages import ATTRIBUTES, handle, message
from nginx import nginx

QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/events"
BATCH = 10
# nginx gives files for GET only: an error's page is got so, whatever was asked.
RULES = """
        location / {
            error_page 418 =200 /$http_x_amz_target;
            return 418;
        }
        location /AmazonSQS { internal; default_type application/x-amz-json-1.0; }
"""


def server(folder):
    """nginx with the answers to the four actions that the tools ask for."""
    root = folder / "answers"
    root.mkdir()
    successful = {"Successful": [{"Id": str(number)} for number in range(BATCH)]}
    answers = {
        "ReceiveMessage": {"Messages": [message(number) for number in range(BATCH)]},
        "DeleteMessageBatch": successful, "ChangeMessageVisibilityBatch": successful, "GetQueueAttributes": ATTRIBUTES,
    }
    for action, answer in answers.items():
        (root / f"AmazonSQS.{action}").write_text(json.dumps(answer, separators=(",", ":")))
    return nginx(folder / "nginx", root, RULES)


def receipt(number):
    return json.dumps({
        "QueueUrl": QUEUE_URL, "MessageId": f"{number:08x}-1111-4222-8333-444444444444",
        "ReceiptHandle": handle(number), "VisibleAt": "2999-01-01T00:00:00.000Z"}, separators=(",", ":"))


def wrk_script(action):
    """What wrk sends: a request like the tools', of the same length."""
    if action == "ReceiveMessage":
        body = {"QueueUrl": QUEUE_URL, "MaxNumberOfMessages": BATCH, "WaitTimeSeconds": 0, "VisibilityTimeout": 900,
                "MessageSystemAttributeNames": ["SentTimestamp", "ApproximateReceiveCount"]}
    else:
        body = {"QueueUrl": QUEUE_URL, "Entries": [
            {"Id": str(number), "ReceiptHandle": handle(number)} for number in range(BATCH)]}
    headers = {
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}",
        "X-Amz-Date": "20260101T000000Z", "Authorization": "AWS4-HMAC-SHA256 " + "a" * 220,
    }
    lines = ['wrk.method = "POST"', f"wrk.body = {lua(json.dumps(body, separators=(',', ':')))}"]
    return "\n".join(lines + [f"wrk.headers[{lua(name)}] = {lua(value)}" for name, value in headers.items()]) + "\n"


def lua(text):
    return json.dumps(text)
