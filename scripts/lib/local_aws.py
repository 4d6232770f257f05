"""A local S3, SQS, SNS, STS and IAM for the demo and the tests: ministack, on loopback only.

    with LocalAWS() as aws:
        stage = aws.setup("demo")
        aws.client("s3").list_objects_v2(Bucket=stage["bucket"])

Run as a program it is a bridge for tests in other languages, see bridge().
"""

import base64
import collections
import datetime
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

ACCOUNT = "123456789012"
REGION = "us-east-1"
SERVICES = "s3,sqs,sns,sts,iam"

_START_SECONDS = 60
_STOP_SECONDS = 10

# What the five tools need, and no more. AWS allows the batch actions by their singular names; ministack wants
# them named.
_QUEUE_ACTIONS = [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:DeleteMessageBatch",
    "sqs:ChangeMessageVisibility",
    "sqs:ChangeMessageVisibilityBatch",
    "sqs:GetQueueAttributes",
]
_OBJECT_ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]


class LocalAWS:
    """One ministack with signatures and policies checked, alive between start() and stop().

    The root key's signature alone is never checked: what is to be tested must use the key of a setup().
    Another program than run_ministack.py may be given, which takes and does the same and more.
    """

    def __init__(self, services=SERVICES, program=pathlib.Path(__file__).with_name("run_ministack.py")):
        self._services = services
        self._program = program
        self.endpoint_url = None
        # Private (0700); what is put into it goes with the server, even after `kill -9`.
        self.directory = None
        self._process = None
        self._clients = {}
        self._names = collections.Counter()
        # Straight to loopback, whatever proxy the environment names.
        self._http = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Starts the server and waits until it answers, else RuntimeError with the end of its log."""
        # A port found free can be taken before ministack binds it: then it ends, and another one is tried.
        for attempts_left in (2, 1, 0):
            try:
                return self._start_on(_free_port())
            except _Ended:
                if not attempts_left:
                    raise

    def stop(self):
        """Stops the server and removes its directory. Repeating it is safe."""
        if self._process:
            self._process.stdin.close()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = None
        self._clients.clear()

    def client(self, service, access_key_id="test", secret_access_key="test", session_token=None):
        """A boto3 client that tries once and signs with the given key, root's by default."""
        key = (service, access_key_id, secret_access_key, session_token)
        if key not in self._clients:
            self._clients[key] = boto3.session.Session().client(
                service,
                endpoint_url=self.endpoint_url,
                region_name=REGION,
                aws_access_key_id=access_key_id,
                aws_secret_access_key=secret_access_key,
                aws_session_token=session_token,
                config=botocore.config.Config(
                    proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
                ),
            )
        return self._clients[key]

    def setup(
        self,
        name,
        max_receive_count=100,
        visibility_timeout=30,
        raw_delivery=False,
        list_bucket=False,
        dead_letter_queue=True,
    ):
        """Makes what one installation of the tools has at AWS, and returns where it is.

        A topic, a queue subscribed to it (with a dead-letter queue, after max_receive_count deliveries), a
        bucket, and an IAM user who may do what the tools must: on this queue, and below events/prod/ in this
        bucket. Without list_bucket AWS does not tell a missing object from a forbidden one; ministack does.
        A name that was used before gets a number appended. A receiver that does not say for how long hides
        a message for visibility_timeout seconds.
        """
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name}-{self._names[name]}"
        sqs = self.client("sqs")
        topic_arn = self.client("sns").create_topic(Name=f"{name}-events")["TopicArn"]
        attributes = {"VisibilityTimeout": str(visibility_timeout)}
        dlq_url = None
        if dead_letter_queue:
            dlq_url = sqs.create_queue(QueueName=f"{name}-dead-letters")["QueueUrl"]
            redrive = {"deadLetterTargetArn": self._queue_arn(dlq_url), "maxReceiveCount": max_receive_count}
            attributes["RedrivePolicy"] = json.dumps(redrive)
        queue_url = sqs.create_queue(QueueName=f"{name}-queue", Attributes=attributes)["QueueUrl"]
        queue_arn = self._queue_arn(queue_url)
        self._subscribe(queue_url, queue_arn, topic_arn, raw_delivery)
        bucket = f"{name}-bucket"
        self.client("s3").create_bucket(Bucket=bucket)
        key = self._make_user(f"{name}-writer", queue_arn, bucket, "events/prod/", list_bucket)
        return {
            "queue_url": queue_url,
            "dlq_url": dlq_url,
            "topic_arn": topic_arn,
            "bucket": bucket,
            "events_url": f"s3://{bucket}/events/prod/",
            "access_key_id": key["AccessKeyId"],
            "secret_access_key": key["SecretAccessKey"],
            "endpoint_url": self.endpoint_url,
        }

    def queued(self, queue_url):
        """All messages of a queue, those in flight too, seen without receiving them: no count changes.

        A list of {"MessageId", "Body", "IsVisible", "ReceiveCount", …}; ministack's own view.
        """
        query = urllib.parse.urlencode({"account": ACCOUNT, "QueueUrl": queue_url})
        with self._http.open(f"{self.endpoint_url}/_ministack/sqs/messages?{query}") as answer:
            accounts = json.load(answer)["messages"]
        regions = [region for account in accounts.values() for region in account.values()]
        return [message for region in regions for queue in region.values() for message in queue]

    def _start_on(self, port):
        self.directory = tempfile.mkdtemp(prefix="local-aws-")
        # /health repeats the edition: so it is known to be ours, not that of another one on the same port.
        ours = secrets.token_hex(8)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": self.directory,
            "TMPDIR": self.directory,
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "MINISTACK_EDITION": ours,
            "AUTH": "true",
            "SERVICES": self._services,
            # Else it opens ports for these, and removes the Docker containers of any other ministack.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DOCKER_HOST": f"unix://{self.directory}/no-docker",
        }
        log_path = pathlib.Path(self.directory, "ministack.log")
        try:
            with open(log_path, "wb") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-B", str(self._program), self.directory],
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    # Ctrl-C reaches us, not it; we stop it when we are done with it.
                    start_new_session=True,
                )
            self.endpoint_url = f"http://127.0.0.1:{port}"
            self._wait_until_healthy(ours, log_path)
        except BaseException:
            self.stop()
            raise

    def _wait_until_healthy(self, ours, log_path):
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise _Ended(f"ministack ended with {self._process.returncode}:\n{_tail(log_path)}")
            try:
                with self._http.open(f"{self.endpoint_url}/_ministack/health", timeout=5) as answer:
                    if json.load(answer).get("edition") == ours:
                        return
            except (OSError, ValueError):
                pass
            time.sleep(0.05)
        raise RuntimeError(f"ministack was not ready after {_START_SECONDS} s:\n{_tail(log_path)}")

    def _queue_arn(self, queue_url):
        answer = self.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    def _subscribe(self, queue_url, queue_arn, topic_arn, raw_delivery):
        policy = _policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }
        )
        # Without this policy publications are dropped, silently.
        self.client("sqs").set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})
        self.client("sns").subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn,
            Attributes={"RawMessageDelivery": "true" if raw_delivery else "false"},
        )

    def _make_user(self, name, queue_arn, bucket, prefix, list_bucket):
        statements = [
            {"Effect": "Allow", "Action": _QUEUE_ACTIONS, "Resource": queue_arn},
            {"Effect": "Allow", "Action": _OBJECT_ACTIONS, "Resource": f"arn:aws:s3:::{bucket}/{prefix}*"},
        ]
        if list_bucket:
            bucket_arn = f"arn:aws:s3:::{bucket}"
            statements.append({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket_arn})
        iam = self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="event-writer", PolicyDocument=_policy(*statements))
        return iam.create_access_key(UserName=name)["AccessKey"]


class _Ended(RuntimeError):
    pass


def forget_aws_environment():
    """Takes the caller's AWS settings out of this process: boto3 uses only what it is given here."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


def exit_on_signals():
    """Makes SIGINT, SIGTERM and SIGHUP end the program through its `with` and `finally`, with 128+n."""

    def leave(number, _):
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for each in numbers:
        signal.signal(each, leave)


def bridge(requests, answers):
    """Answers one JSON request a line, in order, until they end; the first line out is {"endpoint_url": …}.

    {"call": "setup" or "queued", "parameters": {…}}                                    a method of LocalAWS
    {"service": "sqs", "operation": "receive_message", "parameters": {…}, "as": {…}}    a method of a client

    "as" holds access_key_id and secret_access_key, root's without it. The answer is
    {"ok": true, "result": …} or {"ok": false, "code": …, "status": …, "message": …}, with status 0 where no
    server answered. {"base64": …} is bytes, in parameters and in results; {"file": …} in parameters is the
    contents of a file; times come as ISO strings.
    """

    def answer(record):
        answers.write(json.dumps(record, default=_as_json) + "\n")
        answers.flush()

    with LocalAWS() as aws:
        answer({"endpoint_url": aws.endpoint_url})
        for line in requests:
            try:
                answer({"ok": True, "result": _perform(aws, json.loads(line, object_hook=_as_bytes))})
            except botocore.exceptions.ClientError as error:
                details = error.response.get("Error", {})
                status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                text = details.get("Message", "")
                answer({"ok": False, "code": details.get("Code", ""), "status": status, "message": text})
            except BrokenPipeError:
                return
            except Exception as error:  # the caller asked for the impossible: it is told, and may go on
                answer({"ok": False, "code": type(error).__name__, "status": 0, "message": str(error)})


def _perform(aws, request):
    parameters = request.get("parameters", {})
    if "call" in request:
        if request["call"] not in ("setup", "queued"):
            raise ValueError(f"no such call: {request['call']}")
        return getattr(aws, request["call"])(**parameters)
    client = aws.client(request["service"], **(request.get("as") or {}))
    result = getattr(client, request["operation"])(**parameters)
    if isinstance(result, dict) and hasattr(result.get("Body"), "read"):
        result["Body"] = result["Body"].read()
    return result


def _as_json(value):
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _as_bytes(value):
    if value.keys() == {"base64"}:
        return base64.b64decode(value["base64"])
    if value.keys() == {"file"}:
        return pathlib.Path(value["file"]).read_bytes()
    return value


def _policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _tail(path, lines=20):
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


if __name__ == "__main__":
    forget_aws_environment()
    exit_on_signals()
    sys.stdin.reconfigure(encoding="utf-8")
    bridge(sys.stdin, sys.stdout)
