"""The bucket's policy: nobody writes a day without a condition, and all that the pages tell one to do still works."""

import pathlib
import tempfile
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

    def test_a_day_is_corrected_by_hand(self):
        self.correct("20260106", "sed -i /wrong/d \"$1\"")
        self.assertEqual(self.stack.days()["20260106"], b"one\n")

    def test_a_day_of_many_parts_is_corrected(self):
        """More than 64 MiB, which s3-put sends in parts."""
        self.correct("20260107", "head -c 70000000 /dev/zero | tr '\\0' c >>\"$1\"")
        self.assertGreater(len(self.stack.days()["20260107"]), 64 << 20)

    def correct(self, day, editor):
        """As docs/correcting-a-day.md has it, with what the writer's policy allows."""
        self.s3.put_object(Bucket=self.stack.bucket, Key=stage.PREFIX + day, Body=b"one\nwrong\n", IfNoneMatch="*")
        (recipe,) = stage.blocks("correcting-a-day.md", "# Correcting a day by hand")
        keys = stage.user(f"corrects-{day}", policy_arn=self.stack.WriterPolicyArn)
        with tempfile.TemporaryDirectory(prefix="correcting-") as folder:
            path = pathlib.Path(folder, "editor")
            path.write_text(f"#!/bin/sh\n{editor}\n")
            path.chmod(0o755)
            environment = self.stack.environment(EDITOR=str(path), **stage.variables(keys))
            ended = stage.run(recipe.replace("day=20260101", f"day={day}"), environment, folder)
        self.assertEqual(ended.returncode, 0, ended.stderr)


if __name__ == "__main__":
    unittest.main()
