/**
 * Reads `nvidia-smi --query-gpu=index,name,memory.total,memory.used,utilization.gpu,temperature.gpu,power.draw,uuid,
 * driver_version --format=csv,noheader,nounits`. A board that cannot measure something prints "[N/A]" or "[Not Supported]": unknown
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
  /** "GPU-…", its name for CUDA whatever the order; null for a driver that does not tell. */
  readonly uuid: string | null;
  readonly driver: string | null;
}

export const gpuQuery = [
  '--query-gpu=index,name,memory.total,memory.used,utilization.gpu,temperature.gpu,power.draw,uuid,driver_version',
  '--format=csv,noheader,nounits',
];

const worded = (text: string | undefined): string | null =>
  text === undefined || text === '' || text.startsWith('[') ? null : text;

const measured = (text: string | undefined): number | null => {
  const value = Number(text);
  return text === undefined || text === '' || !Number.isFinite(value) ? null : value;
};

/** One reading for each line that is one; anything else (warnings, an empty answer) is left out. */
export const parseGpuReadings = (output: string): GpuReading[] =>
  output.split(/\r?\n/).flatMap((line) => {
    const [index, name, total, used, utilisation, temperature, power, uuid, driver] = line
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
        uuid: worded(uuid),
        driver: worded(driver),
      },
    ];
  });
