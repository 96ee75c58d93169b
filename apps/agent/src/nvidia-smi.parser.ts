/**
 * Reads `nvidia-smi --query-gpu=index,name,memory.total,memory.used,utilization.gpu,temperature.gpu,power.draw
 * --format=csv,noheader,nounits`. A board that cannot measure something prints "[N/A]" or "[Not Supported]": unknown
 * is null, never 0.
 */
export interface GpuReading {
  readonly index: number;
  readonly name: string;
  readonly memoryMb: number | null;
  readonly memoryUsedMb: number | null;
  /** Share of the last sample period in which a kernel ran, 0 to 1. */
  readonly utilisation: number | null;
  /** Celsius. */
  readonly temperature: number | null;
  readonly powerWatts: number | null;
}

export const gpuQuery = [
  '--query-gpu=index,name,memory.total,memory.used,utilization.gpu,temperature.gpu,power.draw',
  '--format=csv,noheader,nounits',
];

const measured = (text: string | undefined): number | null => {
  const value = Number(text);
  return text === undefined || text === '' || !Number.isFinite(value) ? null : value;
};

/** One reading for each line that is one; anything else (warnings, an empty answer) is left out. */
export const parseGpuReadings = (output: string): GpuReading[] =>
  output.split(/\r?\n/).flatMap((line) => {
    const [index, name, total, used, utilisation, temperature, power] = line
      .split(',')
      .map((field) => field.trim());
    if (name === undefined || power === undefined || !/^\d+$/.test(index ?? '')) return [];
    const percent = measured(utilisation);
    return [
      {
        index: Number(index),
        name,
        memoryMb: measured(total),
        memoryUsedMb: measured(used),
        utilisation: percent === null ? null : percent / 100,
        temperature: measured(temperature),
        powerWatts: measured(power),
      },
    ];
  });
