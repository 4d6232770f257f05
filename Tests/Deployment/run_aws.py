"""run_ministack.py, and what AWS does beyond ministack that the template and its policies rely on.

    python run_aws.py DIRECTORY

- The condition keys s3:if-match and s3:if-none-match have the values of those headers, and
  s3:ObjectCreationOperation tells a request that makes an object from one that begins an upload or sends a part.
- The batch actions of SQS are allowed by their singular names.
- CloudFormation makes an OIDC provider.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"))

import run_ministack  # noqa: E402  (its folder had to be made known first)
from ministack.core import iam_actions  # noqa: E402
from ministack.core.responses import get_account_id  # noqa: E402
from ministack.services import iam  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402

_CONDITION_HEADERS = ("if-match", "if-none-match")


def teach_conditional_writes():
    known = iam_actions.s3_service_context

    def s3_service_context(action, query, path="", headers=None):
        context = known(action, query, path, headers)
        if action == "s3:PutObject":
            query, headers = query or {}, headers or {}
            context |= {f"s3:{name}": headers[name] for name in _CONDITION_HEADERS if name in headers}
            makes_object = "uploads" not in query and "partNumber" not in query
            context["s3:objectcreationoperation"] = str(makes_object).lower()
        return context

    iam_actions.s3_service_context = s3_service_context


def teach_batch_actions():
    known = iam_actions.extract_iam_action

    def extract_iam_action(service, *request):
        action = known(service, *request)
        return action.removesuffix("Batch") if service == "sqs" and action else action

    iam_actions.extract_iam_action = extract_iam_action


def teach_oidc_providers():
    def create(_, properties, __):
        request = {"Url": properties["Url"]}
        for number, client in enumerate(properties.get("ClientIdList", []), 1):
            request[f"ClientIDList.member.{number}"] = client
        status, _, body = iam._create_oidc_provider(request)
        if status != 200:
            raise ValueError(body)
        host = properties["Url"].removeprefix("https://")
        arn = f"arn:aws:iam::{get_account_id()}:oidc-provider/{host}"
        return arn, {"Arn": arn}

    def delete(arn, _):
        iam._delete_oidc_provider({"OpenIDConnectProviderArn": arn})

    provisioners._RESOURCE_HANDLERS["AWS::IAM::OIDCProvider"] = {"create": create, "delete": delete}


if __name__ == "__main__":
    teach_conditional_writes()
    teach_batch_actions()
    teach_oidc_providers()
    run_ministack.main()
