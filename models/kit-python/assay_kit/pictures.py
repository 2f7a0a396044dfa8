"""Pictures of every kind, decoded and bounded. It needs Pillow and pillow-heif among the model's requirements."""

import pillow_heif
from PIL import Image, ImageOps

from .predictor import CannotPredict

TOO_MANY_PIXELS = 100_000_000
"""A bomb, or a satellite: 4 bytes a pixel have to fit in memory."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIF")

pillow_heif.register_heif_opener()
# Looked at below, before a pixel is decoded. Pillow's own bound only warns up to twice of it.
Image.MAX_IMAGE_PIXELS = None


def decode_image(path: str, max_side: int) -> Image.Image:
    """
    A JPEG, PNG, WebP, GIF (its first frame), TIFF, AVIF or HEIC file as RGB on white, upright, no side longer than
    `max_side`. Raises CannotPredict for anything else, for one that is cut off, and for one of too many pixels.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            pixels = image.width * image.height
            if pixels >= TOO_MANY_PIXELS:
                raise CannotPredict(f"The image has {pixels} pixels; only less than {TOO_MANY_PIXELS} are decoded")
            # A large JPEG is decoded at about the size that is wanted.
            image.draft(None, (max_side, max_side))
            flat = _flatten(ImageOps.exif_transpose(image))
            flat.thumbnail((max_side, max_side))
            return flat
    except (CannotPredict, MemoryError):
        raise
    # Every decoder has errors of its own, and what strangers send makes them raise each.
    except Exception as error:
        reason = str(error).replace(path, "it") or type(error).__name__
        raise CannotPredict(f"This image can't be decoded: {reason}") from error


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits of grey, which a plain conversion would cut at 255.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    opaque = Image.new("RGBA", image.size, "white")
    opaque.alpha_composite(image.convert("RGBA"))
    return opaque.convert("RGB")
