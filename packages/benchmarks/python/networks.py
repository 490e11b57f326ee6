"""The networks in PyTorch's fastest stock terms: `build(torch, network, take)` returns (parameters, forward, loss).

`loss(x, classes)` is what a step of training minimizes. `take()` gives the next parameter in the order and layout of Tessera: kernels [height, width, in, out] or [in, out].
"""

import math


def build(torch, network, take):
    parameters = _Parameters(torch, take)
    if network["type"] == "discriminator":
        return discriminator(torch, network, parameters)
    if network["type"] == "poisson":
        return poisson(torch, network, parameters)
    kept, forward = {
        "sequential": sequential,
        "residual": residual,
        "recurrent": recurrent,
        "transformer": transformer,
        "unet": unet,
    }[network["type"]](torch, network, parameters)

    def loss(x, classes):
        logits = forward(x)
        if logits.dim() == 4:
            logits = logits.permute(0, 2, 3, 1)
        return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), classes)

    return kept, forward, loss


class _Parameters:
    """Takes parameters and turns them into torch's layouts."""

    def __init__(self, torch, take):
        self.torch = torch
        self.take = take
        self.all = []

    def plain(self):
        return self._keep(self.take().clone())

    def convolution(self):
        kernel = self.take().permute(3, 2, 0, 1)
        return self._keep(kernel.clone(memory_format=self.torch.channels_last))

    def linear(self):
        return self._keep(self.take().t().contiguous())

    def _keep(self, tensor):
        tensor.requires_grad_()
        self.all.append(tensor)
        return tensor


def sequential(torch, network, take):
    functional = torch.nn.functional
    layers = []
    for layer in network["layers"]:
        if layer["type"] == "conv2d":
            layers.append((functional.conv2d, (take.convolution(), take.plain())))
        elif layer["type"] == "dense":
            layers.append((functional.linear, (take.linear(), take.plain())))
        elif layer["type"] == "maxPooling2d":
            layers.append((functional.max_pool2d, (layer["poolSize"],)))
        elif layer["type"] == "flatten":
            layers.append((lambda x: x.permute(0, 2, 3, 1).flatten(1), ()))
        else:
            raise ValueError(f"unknown layer {layer['type']}")
        if layer.get("activation") == "relu":
            layers.append((functional.relu, ()))

    def forward(x):
        for function, arguments in layers:
            x = function(x, *arguments)
        return x

    return take.all, forward


def residual(torch, network, take):
    functional = torch.nn.functional

    def convolution(stride, padding):
        kernel, scale, offset = take.convolution(), take.plain(), take.plain()
        mean, variance = torch.zeros_like(scale), torch.ones_like(scale)

        def call(x):
            y = functional.conv2d(x, kernel, stride=stride, padding=padding)
            return functional.batch_norm(y, mean, variance, scale, offset, torch.is_grad_enabled(), 0.1, 1e-3)

        return call

    first = convolution(1, 1)
    blocks = []
    for stage in range(len(network["widths"])):
        for block in range(network["blocksPerStage"]):
            stride = 2 if block == 0 and stage > 0 else 1
            inner = convolution(stride, 1), convolution(1, 1)
            blocks.append((*inner, convolution(stride, 0) if stride == 2 else None))
    head = take.linear(), take.plain()

    def forward(x):
        x = functional.relu(first(x))
        for one, two, skip in blocks:
            inner = two(functional.relu(one(x)))
            x = functional.relu(inner + (x if skip is None else skip(x)))
        return functional.linear(x.mean((2, 3)), *head)

    return take.all, forward


def recurrent(torch, network, take):
    units, layers = network["units"], network["layers"]
    lstm = torch.nn.LSTM(network["inputShape"][1], units, layers, batch_first=True)
    for layer in range(layers):
        for name in ("weight_ih", "weight_hh"):
            setattr(lstm, f"{name}_l{layer}", torch.nn.Parameter(take.linear().detach()))
        setattr(lstm, f"bias_ih_l{layer}", torch.nn.Parameter(take.plain().detach()))
        # Tessera and Keras have one bias; the second stays 0.
        second = torch.nn.Parameter(torch.zeros(4 * units), requires_grad=False)
        setattr(lstm, f"bias_hh_l{layer}", second)
    take.all = [parameter for parameter in lstm.parameters() if parameter.requires_grad]
    head = take.linear(), take.plain()

    def forward(x):
        return torch.nn.functional.linear(lstm(x)[0][:, -1], *head)

    return take.all, forward


def transformer(torch, network, take):
    functional = torch.nn.functional
    width, heads = network["width"], network["heads"]
    tokens, positions = take.plain(), take.plain()
    blocks = [
        {
            "attention_norm": (take.plain(), take.plain()),
            "qkv": (take.linear(), take.plain()),
            "output": (take.linear(), take.plain()),
            "dense_norm": (take.plain(), take.plain()),
            "up": (take.linear(), take.plain()),
            "down": (take.linear(), take.plain()),
        }
        for _ in range(network["blocks"])
    ]
    last_norm = take.plain(), take.plain()
    head = take.linear()

    def run_block(x, block):
        batch, time, _ = x.shape
        qkv = functional.linear(functional.layer_norm(x, (width,), *block["attention_norm"]), *block["qkv"])
        query, key, value = qkv.view(batch, time, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + functional.linear(attended.transpose(1, 2).reshape(batch, time, width), *block["output"])
        inner = functional.linear(functional.layer_norm(x, (width,), *block["dense_norm"]), *block["up"])
        return x + functional.linear(functional.gelu(inner), *block["down"])

    def run(x, block):
        if not network.get("checkpoint"):
            return run_block(x, block)
        from torch.utils.checkpoint import checkpoint

        return checkpoint(run_block, x, block, use_reentrant=False, preserve_rng_state=False)

    def forward(x):
        x = functional.embedding(x, tokens) + positions
        for block in blocks:
            x = run(x, block)
        return functional.linear(functional.layer_norm(x, (width,), *last_norm), head)

    return take.all, forward


def unet(torch, network, take):
    functional = torch.nn.functional

    def pair():
        return [(take.convolution(), take.plain()) for _ in range(2)]

    down = [pair() for _ in network["widths"]]
    up = [((take.convolution(), take.plain()), pair()) for _ in network["widths"][1:]]
    last = take.convolution(), take.plain()

    def convolve(x, convolutions):
        for kernel, bias in convolutions:
            x = functional.relu(functional.conv2d(x, kernel, bias, padding=1))
        return x

    def forward(x):
        skips = []
        for level, convolutions in enumerate(down):
            if level > 0:
                skips.append(x)
                x = functional.max_pool2d(x, 2)
            x = convolve(x, convolutions)
        for upsample, convolutions in up:
            x = functional.conv_transpose2d(x, *upsample, stride=2)
            x = convolve(torch.cat((skips.pop(), x), 1), convolutions)
        return functional.conv2d(x, *last)

    return take.all, forward


def discriminator(torch, network, take):
    functional = torch.nn.functional
    convolutions = [
        (take.convolution(), take.plain(), take.plain(), take.plain()) for _ in network["widths"]
    ]
    head = take.linear(), take.plain()

    def forward(x):
        for i, (kernel, bias, scale, offset) in enumerate(convolutions):
            x = functional.silu(functional.conv2d(x, kernel, bias, padding=1))
            if i % 2 == 0:
                x = functional.max_pool2d(functional.batch_norm(x, None, None, scale, offset, True, 0.1, 1e-3), 2)
            else:
                normalized = functional.layer_norm(x.permute(0, 2, 3, 1), scale.shape, scale, offset)
                x = functional.avg_pool2d(normalized.permute(0, 3, 1, 2), 2)
        return functional.linear(x.mean((2, 3)), *head)

    def loss(x, classes):
        x = x.detach().requires_grad_()
        logits = forward(x)
        score = (logits[:, 1] - logits[:, 0]).sum()
        (slope,) = torch.autograd.grad(score, x, create_graph=True)
        penalty = slope.square().sum() * (network["penalty"] / (2 * len(x)))
        return functional.cross_entropy(logits, classes) + penalty

    return take.all, forward, loss


def poisson(torch, network, take):
    functional = torch.nn.functional
    layers = [(take.linear(), take.plain()) for _ in range(network["layers"])]
    head = take.linear(), take.plain()

    def solution(points):
        x = points
        for layer in layers:
            x = torch.tanh(functional.linear(x, *layer))
        return (points - points.square()).prod(1, keepdim=True) * functional.linear(x, *head)

    def forward(points):
        points = points.detach().requires_grad_()
        (slope,) = torch.autograd.grad(solution(points).sum(), points, create_graph=True)
        second = [torch.autograd.grad(slope[:, axis].sum(), points, create_graph=True)[0][:, axis] for axis in (0, 1)]
        source = torch.sin(math.pi * points).prod(1) * (2 * math.pi**2)
        return second[0] + second[1] + source.detach()

    return take.all, forward, lambda points, _: forward(points).square().mean()
