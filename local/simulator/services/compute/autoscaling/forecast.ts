/** The CPU that a group used at a moment, in milliseconds. */
export type CpuSample = [moment: number, cpu: number];

const day = 86_400_000;

/** "Compute Engine doesn't predict load patterns that are shorter than 10 minutes", so samples are the maximum of this time. */
export const sampleTime = 600_000;

/** "Compute Engine requires 3 days of CPU-based autoscaling history before it can generate predictions." */
const needed = 3 * day;

/** "Compute Engine uses up to 3 weeks of your MIG's load history to feed the machine learning model." */
export const kept = 21 * day;

/** Adds what a group used to its history, and forgets what is no longer used. */
export function withSample(history: CpuSample[], moment: number, cpu: number): CpuSample[] {
    const [last] = history.slice(-1);
    const sample = Math.floor(moment / sampleTime) * sampleTime;
    if (last?.[0] === sample) {
        last[1] = Math.max(last[1], cpu);
        return history;
    }
    const first = history[0];
    return [...(first && first[0] < moment - kept ? history.slice(1) : history), [sample, cpu]];
}

/**
 * The CPU that a group is predicted to need in a period, or undefined without the history. The days before, or the same day of the weeks
 * before if there are two of them, are averaged. Google's forecast is a model that it improves, of which these facts are public:
 * https://cloud.google.com/compute/docs/autoscaler/predictive-autoscaling#limitations
 */
export function forecast(history: CpuSample[], from: number, to: number): number | undefined {
    const [first] = history;
    if (!first || from - first[0] < needed) {
        return undefined;
    }
    const cycle = from - first[0] >= 14 * day ? 7 * day : day;
    let highest: number | undefined;
    for (let sample = Math.floor(from / sampleTime) * sampleTime; sample <= to; sample += sampleTime) {
        const before: number[] = [];
        for (let earlier = sample - cycle; earlier >= first[0]; earlier -= cycle) {
            const cpu = sampleAt(history, earlier);
            before.push(...(cpu === undefined ? [] : [cpu]));
        }
        const average = before.reduce((sum, cpu) => sum + cpu, 0) / before.length;
        highest = before.length === 0 ? highest : Math.max(highest ?? 0, average);
    }
    return highest;
}

/** The sample of a moment, as they are sorted: looks at few, because this is called for each minute of a month. */
function sampleAt(history: CpuSample[], moment: number): number | undefined {
    let [low, high] = [0, history.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        const isBefore = (history[middle] as CpuSample)[0] < moment;
        [low, high] = isBefore ? [middle + 1, high] : [low, middle];
    }
    const [found, cpu] = history[low] ?? [];
    return found === moment ? cpu : undefined;
}
