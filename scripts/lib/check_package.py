"""Lets the dump-queue of a Debian root drain a queue of a local AWS, for scripts/check-package.

    python check_package.py REPOSITORY ROOT FOLDER

Sends the golden messages, runs FOLDER/dump-queue in ROOT by chroot(1), which shares the network, and exits with 0
if the bucket then holds the golden events and nothing else, byte for byte; else it says what is wrong.
"""

import collections
import json
import pathlib
import subprocess
import sys

from local_aws import LocalAWS, exit_on_signals, forget_aws_environment


def main(repository, root, folder):
    golden = pathlib.Path(repository, "Tests/ToolTests/Golden")
    with LocalAWS() as aws:
        stage = aws.setup("package")
        for line in (golden / "messages.ndjson").read_bytes().splitlines():
            aws.client("sqs").send_message(QueueUrl=stage["queue_url"], MessageBody=json.loads(line)["Body"])
        run = dump_queue(stage, root, folder)
        stored = objects(aws, stage)
        left = len(aws.queued(stage["queue_url"]))
    if run.returncode == 0 and stored == expected(golden / "events.ndjson") and left == 0:
        return 0
    print(run.stderr)
    return f"status {run.returncode}, {len(stored)} days, {left} messages left in the queue"


def dump_queue(stage, root, folder):
    environment = {
        "QUEUE_URL": stage["queue_url"],
        "EVENTS_URL": stage["events_url"],
        "AWS_ACCESS_KEY_ID": stage["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": stage["secret_access_key"],
        "AWS_ENDPOINT_URL": stage["endpoint_url"],
        "PULL_OPTIONS": "--wait-time-seconds 1",
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    }
    command = ["chroot", root, "env", f"PATH={folder}:/usr/bin:/bin", "dump-queue"]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def objects(aws, stage):
    """The days' objects by name."""
    client = aws.client("s3")
    keys = [each["Key"] for each in client.list_objects_v2(Bucket=stage["bucket"]).get("Contents", [])]
    return {
        key.rsplit("/", 1)[-1]: client.get_object(Bucket=stage["bucket"], Key=key)["Body"].read()
        for key in keys
    }


def expected(events):
    days = collections.defaultdict(set)
    for line in events.read_bytes().splitlines(keepends=True):
        days[json.loads(line)["timestamp"][:10].replace("-", "")].add(line)
    return {day: b"".join(sorted(lines)) for day, lines in days.items()}


if __name__ == "__main__":
    forget_aws_environment()
    exit_on_signals()
    sys.exit(main(*sys.argv[1:]))
