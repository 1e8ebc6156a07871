import pytest
from pygments.lexers.python import PythonLexer

from visualiser.gui.highlighter import open_string, pieces

LEXER = PythonLexer(ensurenl=False, stripnl=False)


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("x = 1", -1),
        ('x = """abc', 1),
        ("'''doc", 0),
        ('f"""a {x}', 1),
        ('"""a""" + \'\'\'b', 0),
        ('x = """a"""', -1),
        ("\"\"\"it'''s", 1),
        ('# """', -1),
        ('x = "abc', -1),
        ("", -1),
    ],
)
def test_which_string_is_open_at_the_end(text, opened):
    assert open_string(LEXER, text) == opened


def test_pieces_carry_palette_tokens():
    text = 'def f(): return "a" # b'
    found = {text[start : start + length]: token for start, length, token in pieces(LEXER, text)}
    assert found["def"] == found["return"] == "syntax_keyword"
    assert found["f"] == "syntax_name"
    assert found["# b"] == "syntax_comment"
