"""The stage of the deployment tests: a local AWS, stacks of the template in it, and the chain run by a role's keys."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lib"))

import botocore.exceptions  # noqa: E402
import local_aws  # noqa: E402  (its folder had to be made known first)
import yaml  # noqa: E402

REPOSITORY = "phones/s3-event-writer"
PREFIX = "events/prod/"
SUBJECT = f"repo:{REPOSITORY}:ref:refs/heads/main"
ISSUER = "https://token.actions.githubusercontent.com"
TOOLS = os.environ["TOOLS_DIR"]
# The programs of the virtual environment: aws, cfn-lint, check-jsonschema.
CLIENTS = os.environ["CLIENTS_DIR"]
PATH = f"{TOOLS}:{ROOT}/scripts:{os.environ['PATH']}"
_SERVICES = local_aws.SERVICES + ",cloudformation,cloudwatch"
# Polls as short as they get while they still ask for all of the queue.
QUICK = {"PULL_OPTIONS": "--wait-time-seconds 1"}

_aws = None


def aws():
    """The one local AWS of all tests. It ends when this process does, however that comes about."""
    global _aws
    if _aws is None:
        local_aws.forget_aws_environment()
        _aws = local_aws.LocalAWS(_SERVICES, pathlib.Path(__file__).with_name("run_aws.py"))
        _aws.start()
    return _aws


def empty():
    """Takes all out of the local AWS that is in it."""
    aws()
    request = urllib.request.Request(f"{_aws.endpoint_url}/_ministack/reset", method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


class Stack:
    """What the template makes with these parameters; its outputs are attributes, such as `stack.QueueUrl`."""

    def __init__(self, name, **parameters):
        cloudformation = aws().client("cloudformation")
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=(ROOT / "infra/template.yaml").read_text(),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
        stack = self._settled(cloudformation, name)
        if stack["StackStatus"] != "CREATE_COMPLETE":
            raise RuntimeError(f"{stack['StackStatus']}: {stack.get('StackStatusReason')}")
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        self.resources = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}

    def _settled(self, cloudformation, name):
        deadline = time.monotonic() + 60
        while True:
            (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
            if stack["StackStatus"] != "CREATE_IN_PROGRESS" or time.monotonic() > deadline:
                return stack
            time.sleep(0.05)

    def __getattr__(self, name):
        try:
            return self.outputs[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def bucket(self):
        return self.EventsUrl.removeprefix("s3://").split("/")[0]

    def environment(self, **more):
        """What the chain needs to find this stack, but for keys."""
        return {"QUEUE_URL": self.QueueUrl, "EVENTS_URL": self.EventsUrl, **QUICK, **more}

    def publish(self, messages):
        sns = aws().client("sns")
        for message in messages:
            sns.publish(TopicArn=self.TopicArn, Message=message)

    def days(self):
        return days(self.bucket)

    def queued(self):
        return aws().queued(self.QueueUrl)

    def wait_until_visible(self, seconds=30):
        """Until no message is hidden any more, whoever received it."""
        end = time.monotonic() + seconds
        while not all(each["IsVisible"] for each in self.queued()):
            if time.monotonic() > end:
                raise TimeoutError("messages are still hidden")
            time.sleep(0.1)


def attributes(queue_url):
    answer = aws().client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
    return answer["Attributes"]


def template():
    """The template's text, its short functions in their long form: `!Ref X` is {"Ref": "X"}."""

    class Loader(yaml.SafeLoader):
        pass

    def function(loader, name, node):
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        else:
            value = loader.construct_sequence(node, deep=True)
        return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}

    Loader.add_multi_constructor("!", function)
    return yaml.load((ROOT / "infra/template.yaml").read_text(), Loader)


def days(bucket):
    """{name below the prefix: bytes}"""
    s3 = aws().client("s3")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=PREFIX).get("Contents", [])
    keys = [each["Key"] for each in listed]
    return {key.removeprefix(PREFIX): s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def token(subject=SUBJECT, audience="sts.amazonaws.com", issuer=ISSUER):
    """What GitHub's OIDC provider would sign; the local AWS reads it and does not check the signature."""
    parts = ({"alg": "RS256", "typ": "JWT"}, {"iss": issuer, "aud": audience, "sub": subject}, "signature")
    texts = [each if isinstance(each, str) else json.dumps(each) for each in parts]
    return ".".join(base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in texts)


def assume(role_arn, **claims):
    """The keys of the role as a workflow gets them, in the words of LocalAWS.client."""
    answer = aws().client("sts").assume_role_with_web_identity(
        RoleArn=role_arn, RoleSessionName="test", WebIdentityToken=token(**claims)
    )["Credentials"]
    return {
        "access_key_id": answer["AccessKeyId"],
        "secret_access_key": answer["SecretAccessKey"],
        "session_token": answer["SessionToken"],
    }


def user(name, policy_arn=None, statement=None):
    """The keys of a new user with this managed policy, or with a policy of this one statement."""
    iam = aws().client("iam")
    iam.create_user(UserName=name)
    if policy_arn:
        iam.attach_user_policy(UserName=name, PolicyArn=policy_arn)
    if statement:
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="policy", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}


def variables(keys):
    """The keys as the tools' environment."""
    return {f"AWS_{name.upper()}": value for name, value in keys.items()}


def refusal(keys, service, operation, **parameters):
    """The error code that these keys get for the call; None where it is done."""
    try:
        getattr(aws().client(service, **keys), operation)(**parameters)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


def run(command, environment, directory=None):
    """Runs a program, or a script of bash, with just this environment; the result has stdout and stderr as text."""
    arguments = command if isinstance(command, list) else ["bash", "-euo", "pipefail", "-c", command]
    with tempfile.TemporaryDirectory(prefix="deployment-") as home:
        base = {"PATH": PATH, "HOME": home, "TMPDIR": home, "AWS_ENDPOINT_URL": aws().endpoint_url}
        return subprocess.run(
            arguments,
            env={**base, **environment},
            cwd=directory or home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )


def dump_queue(environment, *flags):
    return run([str(ROOT / "scripts/dump-queue"), *flags], environment)


def golden_messages(count):
    """The first of the golden messages, as they were published."""
    lines = (ROOT / "Tests/ToolTests/Golden/messages.ndjson").read_text().splitlines()[:count]
    return [json.loads(json.loads(line)["Body"])["Message"] for line in lines]


def expected_days(bodies):
    """{day: bytes}: what must be in the bucket of these bodies of a queue's messages."""
    scrubbed = subprocess.run(
        [f"{TOOLS}/event-scrub", "--quiet"],
        input="".join(json.dumps({"Body": body}) + "\n" for body in bodies),
        capture_output=True,
        text=True,
    )
    result = {}
    for line in sorted(set(scrubbed.stdout.splitlines())):
        result.setdefault(json.loads(line)["timestamp"][:10].replace("-", ""), []).append(line + "\n")
    return {day: "".join(lines).encode() for day, lines in result.items()}


def blocks(page, heading, language="sh"):
    """The code blocks of this language below a heading of a page in docs/, up to the next one of its level."""
    text = "\n" + (ROOT / "docs" / page).read_text()
    level = heading.split(" ")[0]
    section = text.split(f"\n{heading}\n")[1].split(f"\n{level} ")[0]
    return [each.split("\n```")[0] for each in section.split(f"```{language}\n")[1:]]
