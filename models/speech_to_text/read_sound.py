import av
import numpy

# Containers, and nothing that names other files.
_FORMATS = "wav,w64,aiff,caf,mp3,flac,ogg,matroska,webm,mov,aac,amr,asf,ac3,eac3,dts,wv,ape,au,mpegts,mpeg,avi,rm,tta"


class NoSound(Exception):
    """The file can't be decoded; the message says why."""


def read_sound(path: str, rate: int) -> numpy.ndarray:
    """All of a recording's samples, from -1 to 1, one channel. What is damaged is passed over. Raises NoSound."""
    pieces: list[numpy.ndarray] = []
    try:
        with av.open(path, options={"protocol_whitelist": "file", "format_whitelist": _FORMATS}) as container:
            if not container.streams.audio:
                raise NoSound("This recording has no sound track")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            for packet in container.demux(audio=0):
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    continue
                for frame in frames:
                    pieces += [made.to_ndarray().reshape(-1) for made in resampler.resample(frame)]
            pieces += [made.to_ndarray().reshape(-1) for made in resampler.resample(None)]
    except av.error.FFmpegError as error:
        if not pieces:
            raise NoSound(f"This sound can't be decoded: {error}") from error
    if not pieces:
        raise NoSound("This recording has no sound that can be decoded")
    return numpy.concatenate(pieces).astype(numpy.float32) / 32768.0
