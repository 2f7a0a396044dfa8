import os
from pathlib import Path

from assay_kit import CannotPredict, ModelObject
from faster_whisper import WhisperModel
from read_sound import NoSound, read_sound
from transcript import Word, write_transcript
from weights import find_weights

RATE = 16_000

model: WhisperModel | None = None
language = "en"


def init() -> None:
    global model, language
    threads = min(4, os.cpu_count() or 1)
    model = WhisperModel(find_weights(os.environ), device="auto", compute_type=os.environ.get("SPEECH_COMPUTE", "int8"), cpu_threads=threads)
    language = "" if model.model.is_multilingual else "en"


def predict(object: ModelObject):
    assert model is not None
    try:
        samples = read_sound(object.path, RATE)
    except NoSound as error:
        raise CannotPredict(str(error)) from error
    # No chance in it: the same recording gives the same words.
    segments, info = model.transcribe(
        samples,
        language=language or None,
        temperature=0.0,
        word_timestamps=True,
        vad_filter=True,
        condition_on_previous_text=False,
    )
    words: list[Word] = []
    for segment in segments:
        if object.cancelled.is_set():
            break
        words += [Word(w.word, float(w.start), float(w.end), float(w.probability)) for w in segment.words or []]
    duration = len(samples) / RATE
    result = {
        "language": info.language,
        "words": len(words),
        "duration": round(duration, 3),
        "speech_seconds": round(float(info.duration_after_vad), 3),
    }
    if not words:
        return {"result": result}
    mean = sum(word.score for word in words) / len(words)
    Path(object.folder, "transcript.txt").write_text(write_transcript(words), "utf-8")
    return {
        "result": {**result, "mean_score": round(mean, 3)},
        "annotations": [word.annotation(duration) for word in words],
        "objects": [
            {
                "path": "transcript.txt",
                "mime": "text/plain",
                "time": {"start": words[0].annotation(duration)["time"]["start"], "end": words[-1].annotation(duration)["time"]["end"]},
                "label": "transcript",
            }
        ],
    }
