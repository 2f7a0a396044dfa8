_DECODERS = ("cv2.error", "PIL.Image.DecompressionBombError", "wave.Error", "soundfile.LibsndfileError")


def is_object_fault(error: Exception) -> bool:
    """
    Whether what a model of the old system raised says that the object can't be read. Such a model knows no other way to
    say so. An OSError of the system has a number; those of decoders ("image file is truncated") have none.
    """
    if isinstance(error, OSError):
        return error.errno is None
    kind = type(error)
    return isinstance(error, (ValueError, EOFError)) or f"{kind.__module__}.{kind.__qualname__}" in _DECODERS
