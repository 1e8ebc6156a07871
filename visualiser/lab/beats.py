"""tmp"""

import ast


def rewriter(lab):
    def f(tree):
        for n in ast.walk(tree):
            if isinstance(n, ast.Constant) and n.value == "plain":
                n.value = "rewritten"
        return tree

    return f
