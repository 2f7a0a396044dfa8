model_name = "video_length"
model_type = "video"
model_tags = "template"
