"""GitHub's expressions, as far as the project's workflows use them: contexts, texts, == != ! && || and brackets."""

import re

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<sign>==|!=|&&|\|\||[!()]))")


def filled(text, contexts):
    """The text with the value of each `${{ … }}` in its place."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: as_text(value(found[1], contexts)), str(text))


def value(expression, contexts):
    """The expression's value, of a text, true, false or None: what a context does not have is None."""
    parser = _Parser(expression, contexts)
    result = parser.either()
    if parser.tokens:
        raise ValueError(f"not understood: {expression}")
    return result


def as_text(result):
    if isinstance(result, bool):
        return str(result).lower()
    return "" if result is None else str(result)


class _Parser:
    def __init__(self, expression, contexts):
        self.contexts = contexts
        self.tokens = []
        rest = expression.strip()
        while rest:
            found = _TOKEN.match(rest)
            if not found:
                raise ValueError(f"not understood: {expression}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            rest = rest[found.end() :].strip()

    def take(self, *signs):
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]

    def either(self):
        left = self.both()
        while self.take("||"):
            right = self.both()
            left = left or right
        return left

    def both(self):
        left = self.comparison()
        while self.take("&&"):
            right = self.comparison()
            left = left and right
        return left

    def comparison(self):
        left = self.single()
        sign = self.take("==", "!=")
        if not sign:
            return left
        # GitHub compares texts without regard to case, and nothing with an empty text as equals.
        equal = as_text(left).lower() == as_text(self.single()).lower()
        return equal if sign == "==" else not equal

    def single(self):
        if self.take("!"):
            return not self.single()
        if self.take("("):
            inner = self.either()
            if not self.take(")"):
                raise ValueError("a bracket is not closed")
            return inner
        kind, token = self.tokens.pop(0)
        if kind == "text":
            return token[1:-1].replace("''", "'")
        if kind == "name":
            return {"true": True, "false": False}[token] if token in ("true", "false") else self.lookup(token)
        raise ValueError(f"not understood: {token}")

    def lookup(self, name):
        context, *path = name.split(".")
        found = self.contexts[context]
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found
