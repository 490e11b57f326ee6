import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import { referenceBackend, setBackend } from '@tesserajs/tensor';
import type { Options } from './command-line/options.js';
import { resumeCommand } from './command-line/resume-command.js';
import { newSettings, resumedSettings, type BackendName } from './command-line/settings.js';
import { loadImages } from './data/images.js';
import { InterruptedError, QuickstartError } from './errors.js';
import { createNetwork } from './network/network.js';
import { outputFiles, prepareOutput } from './output/output-directory.js';
import { count } from './report/format.js';
import { readCheckpoint, type Checkpoint } from './training/checkpoint.js';
import { Interruption } from './training/interruption.js';
import { train } from './training/train.js';

/** Trains, tests, saves, checks and reports, as the command line asks. Rejects with what ends the program. */
export async function run(options: Options): Promise<void> {
  const interruption = new Interruption();
  const files = outputFiles(options.out);
  const resumed = options.resume ? await checkpointToResume(files.checkpoint) : null;
  const settings = resumed === null ? newSettings(options.given) : resumedSettings(options.given, resumed.settings);
  const images = await loadImages(settings);
  await prepareOutput(files);
  useBackend(settings.backend);
  const network = createNetwork({ classes: images.classNames.length, seed: settings.seed });

  const { epochs, batchSize, seed, backend } = settings;
  say(
    `${images.name}: ${count(images.train.labels.data.length)} images to train on, ${count(images.test.labels.data.length)} to test on, from ${images.directory}`,
  );
  say(
    `Network: ${count(network.model.countParams())} parameters; ${epochs} epochs, ${batchSize} images a step, seed ${seed}; ${backendText(backend)}`,
  );
  if (resumed !== null) say(`Going on at ${place(resumed.state.position)}.`);
  else if (existsSync(files.checkpoint)) {
    say(
      `This starts anew; an interrupted training in ${files.directory} could go on: ${resumeCommand(files.directory)}`,
    );
  }

  const result = await interruption.gently(() =>
    train(network, { settings, images, checkpointFile: files.checkpoint, resumed, signal: interruption.signal }),
  );
  if (result.interrupted) {
    throw new InterruptedError(
      `Interrupted at ${place(result.position)}; what is learned so far is in ${files.checkpoint}\n` +
        `To go on: ${resumeCommand(files.directory)}`,
      interruption.exitCode,
    );
  }
  // The report's charts take a moment to load; training, and mistakes before it, do not have to wait for them.
  const { finish } = await import('./finish.js');
  await finish({ model: network.model, settings, images, files, record: result.record, say });
}

async function checkpointToResume(file: string): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(file);
  if (checkpoint === null) throw new QuickstartError(`--resume: no training was interrupted here: there is no ${file}`);
  return checkpoint;
}

function useBackend(name: BackendName): void {
  setBackend(name === 'onnxruntime' ? onnxruntime() : referenceBackend);
}

function backendText(name: BackendName): string {
  return name === 'onnxruntime'
    ? `onnxruntime on ${availableParallelism()} threads`
    : 'the reference backend, which takes hours where onnxruntime takes minutes';
}

/** Where a training stands, counted from 1. */
function place({ epoch, batch }: { readonly epoch: number; readonly batch: number }): string {
  return `epoch ${epoch + 1}, step ${batch + 1}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
