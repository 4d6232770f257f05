"""The work of scripts/demo: builds the tools, lets scripts/dump-queue drain a local queue twice, checks it.

    python demo.py REPOSITORY

Exit status 0, or 1 when the build or a check failed; 128+n on a signal.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from local_aws import LocalAWS, exit_on_signals, forget_aws_environment

GOLDEN = "Tests/ToolTests/Golden"
MALFORMED = {
    "not JSON": "phone 12 off hook",
    "no hostname": json.dumps({"event": {"Channel": "SIP/1", "UserEvent": "filterdial"}}),
    "a day that does not exist": json.dumps(
        {
            "timestamp": "2026-02-30T10:00:00+00:00",
            "hostname": "futel-prod.phu73l.net",
            "event": {"Channel": "SIP/1", "UserEvent": "filterdial"},
        }
    ),
}
_KILL_AFTER_SECONDS = 15


def main(root):
    bin_path = build(root)
    with LocalAWS() as aws:
        stage = aws.setup("demo")
        print(f"Local AWS at {aws.endpoint_url}: a topic, a queue subscribed to it with a dead-letter queue,")
        print("an empty bucket, and a user who may do what the tools need and no more.")
        demo = Demo(root, bin_path, aws, stage)
        demo.publish()
        first = demo.run("First run")
        demo.show_bucket()
        # Else a second upload within the same second would show the same time.
        time.sleep(1.1)
        demo.deliver_again()
        second = demo.run("Second run")
        failed = demo.check(first, second)
    print()
    print("All of it held." if not failed else f"{failed} of the checks FAILED.")
    return 1 if failed else 0


def build(root):
    """Builds the tools for release and returns their folder."""
    print("Building the tools (some minutes the first time) ...")
    command = ["swift", "build", "--package-path", str(root), "-c", "release"]
    # SwiftPM leaves empty folders in the folder for temporary files.
    with tempfile.TemporaryDirectory(prefix="demo-build-") as directory:
        environment = {**os.environ, "TMPDIR": directory}
        status, talk = run_to_end(command, environment)
        if status:
            sys.exit(f"{talk}\ndemo: the build failed with status {status}")
        command.append("--show-bin-path")
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return answer.stdout.strip()


class Demo:
    """One stage, the messages published to it, and what two runs of the chain make of them."""

    def __init__(self, root, bin_path, aws, stage):
        self.root = root
        self.aws = aws
        self.stage = stage
        lines = _lines(root / GOLDEN / "messages.ndjson")
        self.golden = [json.loads(json.loads(line)["Body"]) for line in lines]
        self.delivered = []
        self.objects_before = {}
        home = pathlib.Path(aws.directory, "home")
        home.mkdir()
        # All of it: no setting of the caller's is to help or to hinder.
        self.environment = {
            "QUEUE_URL": stage["queue_url"],
            "EVENTS_URL": stage["events_url"],
            "AWS_ACCESS_KEY_ID": stage["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": stage["secret_access_key"],
            "AWS_ENDPOINT_URL": stage["endpoint_url"],
            "PATH": f"{bin_path}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
        }

    def publish(self):
        """Publishes the golden messages and the malformed ones through SNS, which wraps each."""
        messages = [envelope["Message"] for envelope in self.golden] + list(MALFORMED.values())
        for batch in _batches(messages):
            entries = [{"Id": str(index), "Message": message} for index, message in enumerate(batch)]
            answer = self.aws.client("sns").publish_batch(
                TopicArn=self.stage["topic_arn"], PublishBatchRequestEntries=entries
            )
            _refuse_failures(answer)
        self.delivered = [message["Body"] for message in self.aws.queued(self.stage["queue_url"])]
        heading(f"Published {len(messages):,} messages through SNS")
        print(f"{len(self.golden):,} from {GOLDEN}/messages.ndjson, and {len(MALFORMED)} malformed:")
        for why, message in MALFORMED.items():
            print(f"  {why}: {_cut(message)}")
        self.show_queue()

    def deliver_again(self):
        """Puts every well-formed notification into the queue once more, the very bytes SNS had put there."""
        again = [body for body in self.delivered if json.loads(body)["Message"] not in MALFORMED.values()]
        for batch in _batches(again):
            entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(batch)]
            answer = self.aws.client("sqs").send_message_batch(
                QueueUrl=self.stage["queue_url"], Entries=entries
            )
            _refuse_failures(answer)
        heading(f"Delivered {len(again):,} of them a second time, as SQS may at any time")
        self.show_queue()
        self.objects_before = self.objects()

    def run(self, title):
        """Runs the chain, shows what it says, and returns a Run."""
        heading(f"{title} of scripts/dump-queue")
        began = time.monotonic()
        command = [str(self.root / "scripts/dump-queue")]
        status, talk = run_to_end(command, self.environment, each_line=lambda line: print(f"  | {line}"))
        print(f"It ended with status {status} after {time.monotonic() - began:.1f} s.")
        self.show_queue()
        return Run(status, talk, self.queue_counts())

    def queue_counts(self):
        """(waiting, received and not deleted, in the dead-letter queue)"""
        waiting, in_flight = self._counts(self.stage["queue_url"])
        return waiting, in_flight, sum(self._counts(self.stage["dlq_url"]))

    def show_queue(self):
        waiting, in_flight, dead = self.queue_counts()
        print(f"Queue: {waiting:,} waiting, {in_flight:,} received and kept; dead-letter queue: {dead:,}.")

    def show_bucket(self):
        heading("The bucket")
        for key, listed in self.objects().items():
            print(f"  {key}  {listed['Size']:>8,} bytes  {len(self.bytes_of(key).splitlines()):>5,} lines")
        print("A few of the lines:")
        for key in list(self.objects())[:3]:
            print(f"  {self.bytes_of(key).splitlines()[0].decode()}")

    def objects(self):
        """What the bucket lists: {key: {"ETag", "LastModified", "Size", …}}; there are less than 1,000."""
        listed = self.aws.client("s3").list_objects_v2(Bucket=self.stage["bucket"])
        return {each["Key"]: each for each in listed.get("Contents", [])}

    def bytes_of(self, key):
        return self.aws.client("s3").get_object(Bucket=self.stage["bucket"], Key=key)["Body"].read()

    def check(self, first, second):
        """Prints what was checked, and returns how many checks failed."""
        files = {key.rsplit("/", 1)[-1]: self.bytes_of(key) for key in self.objects()}
        malformed = len(MALFORMED)
        talk = first.talk + second.talk
        checks = {
            "Both runs ended with status 0.":
                first.status == second.status == 0,
            f"The queue kept the {malformed} malformed messages, and nothing else.":
                first.queue == second.queue == (0, malformed, 0),
            "The bucket has just the events that the replaced program made of these messages.":
                self.is_golden(files),
            "Every file is sorted, has no line twice, and only lines of its own day.":
                all(_is_day_file(day, content) for day, content in files.items()),
            "The second run changed nothing: every object's ETag and time are as they were.":
                self.objects_before and _versions(self.objects()) == _versions(self.objects_before),
            "No caller's number, and no key, appears in what was printed.":
                not any(private in talk for private in self.private_texts()),
        }
        heading("Checked")
        for text, holds in checks.items():
            print(f"  {'ok    ' if holds else 'FAILED'}  {text}")
        return sum(not holds for holds in checks.values())

    def is_golden(self, files):
        """Whether the lines are those of events.ndjson.

        A message without a timestamp of its own has SNS's, which is the time of this run: it is compared
        without it.
        """
        stored = {line for content in files.values() for line in content.decode().splitlines()}
        expected = set(_lines(self.root / GOLDEN / "events.ndjson"))
        golden_stamps = {
            envelope["Timestamp"]
            for envelope in self.golden
            if "timestamp" not in json.loads(envelope["Message"])
        }
        stamps = {json.loads(body)["Timestamp"] for body in self.delivered}
        return _split(stored, stamps) == _split(expected, golden_stamps)

    def private_texts(self):
        """What must be in no log. Short numbers are left out, since counts look the same."""
        numbers = {_caller_number(json.loads(envelope["Message"])) for envelope in self.golden}
        return {number for number in numbers if len(number) >= 7} | {
            self.stage["access_key_id"],
            self.stage["secret_access_key"],
        }

    def _counts(self, queue_url):
        answer = self.aws.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return tuple(int(answer["Attributes"][name]) for name in names)


class Run:
    """How a run of the chain ended: its status, all it printed, and Demo.queue_counts() then."""

    def __init__(self, status, talk, queue):
        self.status = status
        self.talk = talk
        self.queue = queue


def run_to_end(command, environment, each_line=lambda line: None):
    """Runs a command, hands on each line it writes, and returns its status and all it wrote, stderr included.

    It gets a session of its own, so that Ctrl-C reaches it once, by us: when this program is to end, so is
    all that the command has started.
    """
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    talk = []
    try:
        for line in process.stdout:
            talk.append(line)
            each_line(line.rstrip("\n"))
        return process.wait(), "".join(talk)
    except BaseException:
        _end_group(process)
        raise


def _end_group(process):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(_KILL_AFTER_SECONDS)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            pass


def heading(text):
    print(f"\n== {text}")


def _is_day_file(day, content):
    """Order is byte order, hence the splitting before any decoding."""
    lines = content.split(b"\n")
    in_order = lines[-1] == b"" and all(a < b for a, b in zip(lines[:-1], lines[1:-1]))
    days = {json.loads(line)["timestamp"][:10].replace("-", "") for line in lines[:-1]}
    return in_order and days == {day}


def _split(lines, stamps):
    """The lines with a timestamp of their own, and the other events without their timestamps."""
    events = {line: json.loads(line) for line in lines}
    own = {line for line, event in events.items() if event["timestamp"] not in stamps}
    others = {(e["channel"], e["endpoint"], e["event"]) for e in events.values() if e["timestamp"] in stamps}
    return own, others


def _versions(objects):
    return {key: (listed["ETag"], listed["LastModified"]) for key, listed in objects.items()}


def _caller_number(message):
    event = message.get("event")
    number = event.get("CallerIDNum") if isinstance(event, dict) else None
    return number if isinstance(number, str) else ""


def _batches(messages):
    return [messages[start : start + 10] for start in range(0, len(messages), 10)]


def _refuse_failures(answer):
    if answer.get("Failed"):
        raise RuntimeError(f"not accepted: {answer['Failed'][0]}")


def _cut(text):
    return text if len(text) <= 70 else text[:67] + "..."


def _lines(path):
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


if __name__ == "__main__":
    forget_aws_environment()
    exit_on_signals()
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main(pathlib.Path(sys.argv[1])))
