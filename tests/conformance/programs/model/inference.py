"""A model that doubles arrays and shouts texts."""

import io

import numpy as np


def model_fn(model_dir):
    return 2


def input_fn(body, content_type):
    if content_type == "application/x-npy":
        return np.load(io.BytesIO(bytes(body)), allow_pickle=False)
    return body if isinstance(body, str) else bytes(body).decode()


def predict_fn(data, model):
    return data * model if isinstance(data, np.ndarray) else data.upper()


def output_fn(prediction, accept):
    if isinstance(prediction, np.ndarray):
        stream = io.BytesIO()
        np.save(stream, prediction)
        return stream.getvalue(), "application/x-npy"
    return prediction, "text/plain"
