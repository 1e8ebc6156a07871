"""The marks of the headings that a script prints."""

import pytest

from visualiser.lab.instruments.printing import title_of
from visualiser.lab.layout import Kind


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("== One by one ==", "One by one"),
        ("==   spaced   ==", "spaced"),
        ("\n== after a blank line ==", "after a blank line"),
        ("== ä ==", "ä"),
        ("== 1 == 1 ==", "1 == 1"),
        (f"== {'x' * 60} ==", "x" * 60),
        (f"== {'x' * 61} ==", ""),
        ("==  ==", ""),
        ("== ==", ""),
        ("==", ""),
        ("== no end", ""),
        ("no begin ==", ""),
        ("==tight==", ""),
        ("=== three ===", ""),
        ("== two\nlines ==", ""),
        ("a == b ==", ""),
    ],
)
def test_what_is_a_heading(text, title):
    assert title_of(text) == title


def test_a_heading_of_the_script_begins_a_phase(lab):
    seen = lab.run("""
        import io, multiprocessing, sys, threading
        def work():
            print("== Not of the root ==")
        if __name__ == "__main__":
            print("plain")
            print("== First ==")  # first
            print("==", "Two values", "==")
            print("== Elsewhere ==", file=sys.stderr)
            print("== Nowhere ==", file=io.StringIO())
            print(b"== Bytes ==")
            class Text(str): pass
            print(Text("== Own text =="))
            for method in ("fork", "spawn"):
                p = multiprocessing.get_context(method).Process(target=work)
                p.start()
                p.join()
            t = threading.Thread(target=print, args=("== By the library ==",))
            t.start()
            t.join()
            t = threading.Thread(target=lambda: print("== Last ==", flush=True, file=sys.stdout))
            t.start()
            t.join()
    """)
    assert (seen.code, seen.err) == (0, "== Elsewhere ==\n")
    root = seen.told("start")[0]["pid"]
    assert [(phase.pid, phase.label) for phase in seen.of(Kind.PHASE)] == [(root, "First"), (root, "Last")]
    first = seen.of(Kind.PHASE)[0]
    assert first.line == lab.line("# first")
    assert first.begin == first.end
    printed = [mark for mark in seen.of(Kind.PRINT) if mark.line == first.line]
    assert len(printed) == 1
    assert printed[0].begin <= first.begin
