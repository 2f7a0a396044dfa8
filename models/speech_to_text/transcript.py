import re
from dataclasses import dataclass
from typing import Any


_TITLE = re.compile(r"\b(?:Mrs?|Ms|Dr|Prof|St|Mt|No|vs)\.\s*$")


@dataclass(frozen=True)
class Word:
    text: str
    """As the model gives it: with the blank before it and the punctuation after it."""
    start: float
    end: float
    score: float

    def annotation(self, duration: float) -> dict[str, Any]:
        start = min(max(0.0, self.start), duration)
        time = {"start": round(start, 3), "end": round(min(max(start, self.end), duration), 3)}
        return {"label": "word", "text": self.text.strip(), "score": round(min(1.0, max(0.0, self.score)), 3), "time": time}


def write_transcript(words: list[Word]) -> str:
    """The words in their order, a sentence a line. Whoever looks for the texts of the annotations one after the other finds them."""
    lines: list[str] = []
    line = ""
    for word in words:
        line += word.text
        if word.text.rstrip().endswith((".", "?", "!")) and not _TITLE.search(word.text):
            lines.append(line.strip())
            line = ""
    if line.strip():
        lines.append(line.strip())
    return "\n".join(lines) + "\n"
