"""The bucket's policy: nobody writes a day without a condition, and all that the pages tell one to do still works."""

import unittest

import stage

DENIED = "AccessDenied"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class BucketPolicyTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = stage.Stack("policy")
        cls.keys = stage.user("administrator", statement=ANYTHING)
        cls.s3 = stage.aws().client("s3", **cls.keys)

    def put(self, day, prefix=stage.PREFIX, **condition):
        place = {"Bucket": self.stack.bucket, "Key": prefix + day}
        return stage.refusal(self.keys, "s3", "put_object", **place, Body=b"line\n", **condition)

    def test_an_unconditional_write_is_denied_to_administrators_too(self):
        self.assertEqual(self.put("20260101"), DENIED)
        self.assertNotIn("20260101", self.stack.days())

    def test_a_copy_is_denied(self):
        self.put("20260102", prefix="elsewhere/")
        source = {"Bucket": self.stack.bucket, "Key": "elsewhere/20260102"}
        place = {"Bucket": self.stack.bucket, "Key": stage.PREFIX + "20260102", "CopySource": source}
        self.assertEqual(stage.refusal(self.keys, "s3", "copy_object", **place), DENIED)

    def test_conditional_writes_pass(self):
        self.assertIsNone(self.put("20260103", IfNoneMatch="*"))
        etag = self.s3.head_object(Bucket=self.stack.bucket, Key=stage.PREFIX + "20260103")["ETag"]
        self.assertIsNone(self.put("20260103", IfMatch=etag))
        self.assertEqual(self.put("20260103", IfNoneMatch="*"), "PreconditionFailed")

    def test_outside_the_prefix_all_writes_pass(self):
        self.assertIsNone(self.put("20260104", prefix="elsewhere/"))

    def test_uploads_in_parts_need_a_condition_at_their_end_only(self):
        place = {"Bucket": self.stack.bucket, "Key": stage.PREFIX + "20260105"}
        upload = {**place, "UploadId": self.s3.create_multipart_upload(**place)["UploadId"]}
        part = self.s3.upload_part(**upload, PartNumber=1, Body=b"line\n")
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        complete = {**upload, "MultipartUpload": parts}
        self.assertEqual(stage.refusal(self.keys, "s3", "complete_multipart_upload", **complete), DENIED)
        self.s3.complete_multipart_upload(**complete, IfNoneMatch="*")
        self.assertEqual(self.stack.days()["20260105"], b"line\n")

    def test_a_day_of_many_parts_is_merged(self):
        """More than 64 MiB, so that s3-put sends it in parts, and the writer's policy lets it."""
        script = """
        head -c 70000 /dev/zero | tr '\\0' c >channel
        for i in $(seq 10000 10990); do
            printf '{"timestamp": "2026-01-06T00:00:00.%sZ", "channel": "%s", "endpoint": null, "event": "e"}\\n' "$i" "$(cat channel)"
        done | day-merge --to "$EVENTS_URL" --work days | s3-put --stats stats
        """
        keys = stage.user("writer", policy_arn=self.stack.WriterPolicyArn)
        ended = stage.run(script, self.stack.environment(**stage.variables(keys)))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertGreater(len(self.stack.days()["20260106"]), 64 << 20)

    def test_a_day_is_corrected_by_hand(self):
        """As docs/correcting-a-day.md has it."""
        self.s3.put_object(
            Bucket=self.stack.bucket, Key=stage.PREFIX + "20260101", Body=b"one\nwrong\n", IfNoneMatch="*"
        )
        (recipe,) = stage.blocks("correcting-a-day.md", "# Correcting a day by hand")
        environment = self.stack.environment(EDITOR="sed -i /wrong/d", **stage.variables(self.keys))
        ended = stage.run(recipe, environment)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.stack.days()["20260101"], b"one\n")
        self.s3.delete_object(Bucket=self.stack.bucket, Key=stage.PREFIX + "20260101")


if __name__ == "__main__":
    unittest.main()
