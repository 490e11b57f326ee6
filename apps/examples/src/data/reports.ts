import { random } from '@tesserajs/tensor';

/** Parts of a machine that may have failed. */
export const parts = ['belt', 'motor', 'pump', 'sensor'] as const;

/** Words that point to a part; `noise` may come from the motor or, if the machine is hot, from the pump. */
const symptoms = [
  ['slips', 'squeals'],
  ['smoke', 'noise'],
  ['leak', 'noise'],
  ['drifts', 'error'],
] as const;
const severities = ['slightly', 'often', 'badly'] as const;
const fillers = ['the', 'machine', 'line', 'three', 'since', 'monday', 'again', 'please', 'operator', 'shift'] as const;

const words: readonly string[] = [...new Set([...symptoms.flat(), ...severities, ...fillers])];

/** Number of different words. */
export const vocabulary = words.length;

/** Words in a report. */
export const reportLength = 8;

/** Reports of failures, in arrays. */
export interface Reports {
  readonly inputs: {
    /** Age, temperature and load of the machine, each from -1 to 1: `[count, 3]`. */
    readonly table: { readonly data: Float32Array; readonly shape: readonly [number, 3] };
    /** Numbers of the words: `[count, reportLength]`. */
    readonly text: { readonly data: Int32Array; readonly shape: readonly [number, number] };
  };
  readonly targets: {
    /** Which part failed: `[count]`. */
    readonly part: { readonly data: Int32Array; readonly shape: readonly [number] };
    /** How long the repair took: `[count, 1]`. */
    readonly hours: { readonly data: Float32Array; readonly shape: readonly [number, 1] };
  };
}

/** Standard deviation of what in the hours nothing tells. */
export const noise = 0.25;

/**
 * Makes up reports. The part follows from a word, and where that is `noise` from the temperature; the hours from part,
 * severity and age. So neither the table nor the text suffices.
 */
export async function makeReports(count: number, seed: number): Promise<Reports> {
  const draws = 8 + reportLength;
  const [key, noiseKey] = random.split(random.key(seed));
  const uniform = (await random.uniform(key!, [count, draws]).data()) as Float32Array;
  const normal = (await random.normal(noiseKey!, [count]).data()) as Float32Array;
  const table = new Float32Array(count * 3);
  const text = new Int32Array(count * reportLength);
  const part = new Int32Array(count);
  const hours = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const u = uniform.subarray(i * draws, (i + 1) * draws);
    const choose = <T>(list: readonly T[], draw: number): T => list[Math.floor(u[draw]! * list.length)]!;
    const failed = choose([0, 1, 2, 3], 0);
    const symptom = choose(symptoms[failed]!, 1);
    const severity = choose([0, 1, 2], 2);
    const age = 2 * u[3]! - 1;
    const warmth = 2 * u[4]! - 1;
    const temperature = symptom !== 'noise' ? warmth : parts[failed] === 'pump' ? Math.abs(warmth) : -Math.abs(warmth);
    table.set([age, temperature, 2 * u[5]! - 1], i * 3);

    const report = Array.from({ length: reportLength }, (_, place) => choose<string>(fillers, 8 + place));
    const place = Math.floor(u[6]! * (reportLength - 1));
    report.splice(place, 2, severities[severity]!, symptom);
    text.set(
      report.map((word) => words.indexOf(word)),
      i * reportLength,
    );

    part[i] = failed;
    hours[i] = 1 + failed + severity * (1 + 0.5 * age) + noise * normal[i]!;
  }
  return {
    inputs: { table: { data: table, shape: [count, 3] }, text: { data: text, shape: [count, reportLength] } },
    targets: { part: { data: part, shape: [count] }, hours: { data: hours, shape: [count, 1] } },
  };
}
