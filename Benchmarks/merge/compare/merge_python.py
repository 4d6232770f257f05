"""merge_python.py URL NEW OUT: merges as the replaced program did, line for line its own way.

Only the download differs: it went through boto3 to a file, which takes longer than what stands here.
"""
import sys
import urllib.request


def read_all(path):
    with open(path) as file:
        lines = file.readlines()
        return list(map(lambda line: line.rstrip(), lines))


def merged(new, existing):
    content = new + existing
    content = list(dict.fromkeys(content))
    content.sort()
    return content


def main():
    url, new, out = sys.argv[1:]
    with urllib.request.urlopen(url) as answer:
        existing = list(map(lambda line: line.rstrip(), answer.read().decode().splitlines()))
    with open(out, "w") as file:
        for line in merged(read_all(new), existing):
            file.write("{}\n".format(line))


if __name__ == "__main__":
    main()
