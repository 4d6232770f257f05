"""docs/dead-letters.md."""

import json
import unittest

import pages
import stage

EVENT = """{"timestamp": "2026-01-01T00:00:00Z", "hostname": "futel-prod-back",
    "event": {"Channel": "SIP/1", "UserEvent": "%s"}}"""


class DeadLetterTests(pages.PageTests):
    def setUp(self):
        super().setUp()
        self.stack = stage.Stack("letters")
        good, bad, hopeless = (EVENT % "good", EVENT.replace("hostname", "hots-name") % "mended", "phone 12 off hook")
        for message in (good, bad, hopeless):
            stage.aws().client("sqs").send_message(QueueUrl=self.stack.DeadLetterQueueUrl, MessageBody=message)
        self.environment = {
            "DEAD_LETTER_QUEUE_URL": self.stack.DeadLetterQueueUrl,
            "DEAD_LETTER_QUEUE_ARN": self.stack.DeadLetterQueueArn,
            "EVENTS_URL": self.stack.EventsUrl,
            "EDITOR": "sed -i s/hots-name/hostname/",
        }

    def left(self):
        return stage.aws().queued(self.stack.DeadLetterQueueUrl)

    def commands(self, heading, number=None):
        return super().commands("dead-letters.md", heading, number) + "\n"

    def test_look_and_give_back(self):
        self.do(self.commands("## Look"), **self.environment)
        self.assertEqual([each["IsVisible"] for each in self.left()], [True] * 3)

    def test_mend(self):
        self.do(self.commands("## Look", 0) + self.commands("## Mend"), **self.environment)
        (content,) = self.stack.days().values()
        events = [json.loads(line)["event"] for line in content.splitlines()]
        self.assertEqual(sorted(events), ["good", "mended"])
        self.assertEqual([each["Body"] for each in self.left()], ["phone 12 off hook"])

    def test_throw_away(self):
        self.do(self.commands("## Look", 0) + self.commands("## Throw away"), **self.environment)
        self.assertEqual(self.left(), [])
        self.assertFalse((self.folder / "dead-letters").exists())

    def test_redrive_is_a_call_that_the_client_knows(self):
        """The local server does not have it: that it was asked is all that can be seen."""
        script = self.commands("## Redrive").rstrip() + " 2>&1 || true"
        said = self.do(script, **self.environment)
        self.assertRegex(said, "when calling the StartMessageMoveTask operation")


if __name__ == "__main__":
    unittest.main()
