"""The files that the programs read, in a directory of their own."""
import itertools
import pathlib

from generate import SHAPES, generate
from workshop import tell


class Inputs:
    def __init__(self, directory):
        self.directory = directory

    def messages(self, shape, count):
        """A file of that many messages; made unless it is there and younger than the generator."""
        path = self.directory / f"{shape}-{count}.ndjson"
        generator = pathlib.Path(__file__).with_name("generate.py")
        if path.exists() and path.stat().st_mtime > generator.stat().st_mtime:
            return path
        tell(f"generating {count:,} messages: {shape}, {SHAPES[shape].what}")
        part = path.with_suffix(".part")
        with open(part, "wb") as file:
            generate(shape, count, file)
        part.rename(path)
        return path

    def head(self, path, count):
        """A file of the first lines of another."""
        head = self.directory / f"{path.stem}-head-{count}.ndjson"
        with open(path, "rb") as lines, open(head, "wb") as file:
            file.writelines(itertools.islice(lines, count))
        return head
