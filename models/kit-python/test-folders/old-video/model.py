import cv2

ROOT = "/app/objects/"


def init():
    global reader
    reader = cv2.VideoCapture


def predict(video_file_name):
    video = reader(ROOT + video_file_name)
    if not video.isOpened():
        raise ValueError("This is no video that OpenCV can read")
    frames = 0
    while video.grab():
        frames += 1
    seconds = frames / video.get(cv2.CAP_PROP_FPS)
    width = video.get(cv2.CAP_PROP_FRAME_WIDTH)
    video.release()
    return {
        "classes": ["frames", "seconds", "width"],
        "result": {"frames": frames, "seconds": seconds, "width": width},
    }
