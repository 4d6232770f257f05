"""The commands of the pages, run as they stand there but for the names of things."""

import pathlib
import tempfile
import unittest

import stage

# What a reader puts his own names for.
NAMES = {
    "REGION=us-west-2": f"REGION={stage.local_aws.REGION}",
    "OWNER/s3-event-writer": stage.REPOSITORY,
    "telephone-events-of-yours": "by-hand-events",
}


class PageTests(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        # The pages give things the same names again, and an account has one OIDC provider only.
        stage.empty()
        folder = tempfile.TemporaryDirectory(prefix="pages-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("infra", "scripts", "docs"):
            (self.folder / name).symlink_to(stage.ROOT / name)
        # For some services the client would go to AWS itself, whatever endpoint the environment names.
        client = self.folder / "bin/aws"
        client.parent.mkdir()
        client.write_text(f'#!/bin/sh\nexec {stage.CLIENTS}/aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n')
        client.chmod(0o755)

    def commands(self, page, heading, number=None):
        """The blocks below the heading, or that of this number, as one script."""
        blocks = stage.blocks(page, heading)
        text = "\n".join(blocks if number is None else [blocks[number]])
        for name, ours in NAMES.items():
            text = text.replace(name, ours)
        return text

    def do(self, script, keys=None, **environment):
        """Runs it as root, or with the keys; what it printed. A failure is the test's."""
        root = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        keys = stage.variables(keys) if keys else root
        path = {"PATH": f"{self.folder}/bin:{stage.PATH}", "AWS_DEFAULT_REGION": stage.local_aws.REGION}
        ended = stage.run(script, {**path, **keys, **environment}, self.folder)
        self.assertEqual(ended.returncode, 0, ended.stderr + ended.stdout)
        return ended.stdout

    def output(self, text, name):
        return next(line.split("\t")[1] for line in text.splitlines() if line.startswith(name + "\t"))
