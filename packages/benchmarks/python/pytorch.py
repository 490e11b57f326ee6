"""PyTorch, eager, on the CPU: channels-last memory and the fused Adam, its fastest stock settings here."""

import array
import math
import os
import sys
import warnings

from protocol import Absent, serve


def read(directory, name, typecode):
    values = array.array(typecode)
    path = os.path.join(directory, name)
    with open(path, "rb") as file:
        values.fromfile(file, os.path.getsize(path) // values.itemsize)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def prepare(request):
    try:
        # NumPy is optional to torch and not used here; its absence is not worth a warning.
        warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
        import torch
        import torch.nn.functional as functional
    except (ImportError, ValueError) as error:
        raise Absent(f"torch cannot be imported by {sys.executable}: {error}") from error

    torch.set_num_threads(request["threads"])
    workload = request["workload"]
    directory = request["directory"]
    layers = workload["architecture"]["layers"]
    batch_size = workload["batchSize"]
    input_shape = workload["architecture"]["inputShape"]
    adam = workload["optimizer"]

    images = torch.frombuffer(read(directory, "images.f32", "f"), dtype=torch.float32)
    images = images.reshape(request["batchCount"], batch_size, *input_shape)
    if len(input_shape) == 3:
        # A view: the examples stay channels-last in memory, as torch's fastest convolutions want them.
        images = images.permute(0, 1, 4, 2, 3)
    labels = torch.frombuffer(read(directory, "labels.i32", "i"), dtype=torch.int32)
    labels = labels.reshape(request["batchCount"], batch_size).long()

    flat = torch.frombuffer(read(directory, "parameters.f32", "f"), dtype=torch.float32)
    parameters = []
    for shape in request["parameterShapes"]:
        values, flat = flat[: math.prod(shape)].reshape(shape), flat[math.prod(shape) :]
        if len(shape) == 4:
            values = values.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        elif len(shape) == 2:
            values = values.t().contiguous()
        parameters.append(values.clone().requires_grad_(workload["kind"] == "train"))

    def forward(x):
        weights = iter(parameters)
        for layer in layers:
            kind = layer["type"]
            if kind == "conv2d":
                x = functional.conv2d(x, next(weights), next(weights))
            elif kind == "dense":
                x = functional.linear(x, next(weights), next(weights))
            elif kind == "maxPooling2d":
                x = functional.max_pool2d(x, layer["poolSize"])
            elif kind == "flatten":
                x = x.permute(0, 2, 3, 1).flatten(1)
            else:
                raise ValueError(f"unknown layer {kind}")
            if layer.get("activation") == "relu":
                x = functional.relu(x)
        return x

    optimizer = torch.optim.Adam(
        parameters, lr=adam["learningRate"], betas=(adam["beta1"], adam["beta2"]), eps=adam["epsilon"], fused=True
    ) if workload["kind"] == "train" else None
    step = 0

    def train_step():
        # torch adds epsilon to the bias-corrected root; scaling epsilon per step gives Keras's form exactly.
        optimizer.param_groups[0]["eps"] = adam["epsilon"] / math.sqrt(1 - adam["beta2"] ** (step + 1))
        optimizer.zero_grad()
        batch = step % request["batchCount"]
        loss = functional.cross_entropy(forward(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        return loss.detach()

    def predict_step():
        with torch.inference_mode():
            return forward(images[step % request["batchCount"]])

    def run(steps):
        nonlocal step
        values = None
        for _ in range(steps):
            values = train_step() if optimizer else predict_step()
            step += 1
        return values.flatten().tolist()

    return {"torch": torch.__version__, "python": sys.version.split()[0]}, torch.get_num_threads(), run


serve(prepare)
