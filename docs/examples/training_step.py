"""Trains with the files that training-step.ts writes, and compares the losses with Tessera's.

Run it in their folder: python training_step.py. It needs onnxruntime and numpy.
"""

import json

import numpy as np
from onnxruntime import InferenceSession

types = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int32)": np.int32}


class Model:
    """An ONNX file as a function of values by name."""

    def __init__(self, path):
        self.session = InferenceSession(path, providers=["CPUExecutionProvider"])
        self.types = {value.name: types[value.type] for value in self.session.get_inputs()}
        self.outputs = [value.name for value in self.session.get_outputs()]

    def __call__(self, values):
        feeds = {name: np.asarray(values[name], dtype) for name, dtype in self.types.items()}
        return dict(zip(self.outputs, self.session.run(None, feeds)))


def train(step, training):
    """The losses of all steps; `step` takes and gives values by name."""
    values, losses = dict(training["start"]), []
    for count, batch in enumerate(training["steps"], 1):
        inputs = {"x": batch["x"], "labels": batch["labels"], "learningRate": training["learningRate"], "count": count}
        results = step({**values, **inputs})
        # nextModel.… and nextState.… are model.… and state.… of the next step.
        values = {name[4].lower() + name[5:]: value for name, value in results.items() if name.startswith("next")}
        losses.append(float(results["loss"]))
    return losses


def main():
    with open("training.json") as file:
        training = json.load(file)
    expected = [batch["loss"] for batch in training["steps"]]
    whole = train(Model("step.onnx"), training)

    gradient, update = Model("gradient.onnx"), Model("update.onnx")

    def in_two(values):
        first = gradient(values)  # gradients.…, loss: add up those of several workers here
        return {**first, **update({**values, **first})}

    split = train(in_two, training)
    print("step  Tessera   step.onnx  gradient.onnx + update.onnx")
    for n, row in enumerate(zip(expected, whole, split)):
        print(f"{n:4}  {row[0]:.6f}  {row[1]:.6f}   {row[2]:.6f}")
    np.testing.assert_allclose(whole, expected, rtol=1e-5)
    np.testing.assert_allclose(split, expected, rtol=1e-5)
    print("The losses are the same.")


main()
