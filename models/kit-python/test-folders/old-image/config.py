model_name = "image_size"
model_type = "image"
model_tags = "fast, template"
