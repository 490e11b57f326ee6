"""PyTorch, eager, on the CPU: channels-last memory and the fused Adam, its fastest stock settings here."""

import array
import math
import os
import sys
import warnings

from networks import build
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
    except (ImportError, ValueError) as error:
        raise Absent(f"torch cannot be imported by {sys.executable}: {error}") from error

    torch.set_num_threads(request["threads"])
    workload = request["workload"]
    directory = request["directory"]
    network = workload["network"]
    batch_size = workload["batchSize"]
    input_shape = network["inputShape"]
    adam = workload["optimizer"]

    of_tokens = network["type"] == "transformer"
    stored = read(directory, "examples.bin", "i" if of_tokens else "f")
    examples = torch.frombuffer(stored, dtype=torch.int32 if of_tokens else torch.float32)
    examples = examples.reshape(request["batchCount"], batch_size, *input_shape)
    if of_tokens:
        examples = examples.long()
    elif len(input_shape) == 3:
        # A view: the examples stay channels-last in memory, as torch's fastest convolutions want them.
        examples = examples.permute(0, 1, 4, 2, 3)
    labels = torch.frombuffer(read(directory, "labels.i32", "i"), dtype=torch.int32)
    labels = labels.reshape(request["batchCount"], -1).long()

    flat = torch.frombuffer(read(directory, "parameters.f32", "f"), dtype=torch.float32)
    shapes = iter(request["parameterShapes"])

    def take():
        nonlocal flat
        shape = next(shapes)
        values, flat = flat[: math.prod(shape)].reshape(shape), flat[math.prod(shape) :]
        return values

    parameters, forward, loss_of = build(torch, network, take)

    optimizer = torch.optim.Adam(
        parameters, lr=adam["learningRate"], betas=(adam["beta1"], adam["beta2"]), eps=adam["epsilon"], fused=True
    ) if workload["kind"] == "train" else None
    step = 0

    def train_step():
        # torch adds epsilon to the bias-corrected root; scaling epsilon per step gives Keras's form exactly.
        optimizer.param_groups[0]["eps"] = adam["epsilon"] / math.sqrt(1 - adam["beta2"] ** (step + 1))
        optimizer.zero_grad()
        batch = step % request["batchCount"]
        loss = loss_of(examples[batch], labels[batch])
        loss.backward()
        optimizer.step()
        return loss.detach()

    def predict_step():
        with torch.inference_mode():
            return forward(examples[step % request["batchCount"]])

    def run(steps):
        nonlocal step
        values = None
        for _ in range(steps):
            values = train_step() if optimizer else predict_step()
            step += 1
        return values.flatten().tolist()

    return {"torch": torch.__version__, "python": sys.version.split()[0]}, torch.get_num_threads(), run


serve(prepare)
