from PIL import Image


def init():
    pass


def predict(image_file_name):
    with Image.open(image_file_name) as image:
        width, height = image.size
        return {
            "classes": ["width", "height", "format"],
            "result": {"width": width, "height": height, "format": image.format},
        }
