import { join } from "node:path";
import { momentOf } from "../../lib/formats/zonedTime";
import { LocalCloud } from "../../local";
import type { Load } from "../../local/simulator/services/compute/autoscaling/demand";
import type { AutoscalingPolicy } from "../../local/simulator/services/compute/autoscaling/policy";
import { groupOf, simulate } from "../../local/simulator/services/compute/autoscaling/simulation";
import { repository } from "./repository";

const day = 86_400_000;
const timeZone = "Europe/Berlin";

/** A Wednesday: schedules for Christmas begin on the Sunday after it. */
const start = { year: 2026, month: 12, day: 16, hour: 0, minute: 0 };
const days = 7;
/** What the autoscaler predicts with: https://cloud.google.com/compute/docs/autoscaler/predictive-autoscaling#limitations */
const history = 21;

/** The load has a peak at a time of the day, with a width, in hours. */
const peak = (time: number, at: number, width: number) => Math.exp(-(((time - at) / width) ** 2));

/** The requests per second of an office at a time since {@link start}, in days: on the first Thursday there are more than ever before. */
function requests(time: number): number {
    const today = Math.floor(time);
    const clock = (time - today) * 24;
    const weekday = (((today + 3) % 7) + 7) % 7;
    const unusual = today === 1 ? 45 * peak(clock, 16, 1) : 0;
    return weekday === 6 || weekday === 0
        ? 10 + 14 * peak(clock, 14, 4)
        : 12 + 60 * peak(clock, 10.5, 1.8) + 50 * peak(clock, 15.5, 2.2) + unusual;
}

/** What decides the size of a group. */
interface Scaled {
    policy: AutoscalingPolicy;
    /** The requests per second that fully use a machine. */
    capacity: number;
}

/** A resource that a preview creates. */
interface Created {
    type: string;
    inputs: Record<string, unknown>;
}

/** The group of a starter in production, from a preview. */
async function scaledBy(starter: string): Promise<Scaled> {
    const cloud = new LocalCloud(join(repository, "examples", starter), { pinned: true });
    cloud.stack("prod");
    const { output } = await cloud.run(["preview", "-s", "prod", "--json"]).finally(() => cloud.remove());
    const [, digest = "{}"] = /^(\{\n.*?^\})$/ms.exec(output) ?? [];
    const steps: { newState?: Created }[] = JSON.parse(digest).steps ?? [];
    const inputsOf = (type: string): Record<string, unknown> => {
        const found = steps.find(({ newState }) => newState?.type.endsWith(`:${type}`))?.newState;
        if (!found) {
            throw new Error(`a preview of ${starter} creates no ${type}:\n${output}`);
        }
        return found.inputs;
    };
    const [backend] = inputsOf("BackendService").backends as { maxRatePerInstance: number }[];
    return {
        policy: inputsOf("RegionAutoscaler").autoscalingPolicy as AutoscalingPolicy,
        capacity: backend?.maxRatePerInstance ?? 1,
    };
}

/**
 * A chart of what the autoscaler of a starter does in production in a week: the load, in machines that it fills up to the target of their
 * CPU, the machines that there are, and the least that schedules and the minimum require.
 */
export async function scalingChart(starter: string): Promise<string> {
    const { policy, capacity } = await scaledBy(starter);
    const from = momentOf(timeZone, start);
    const load = (moment: number): Load => {
        const machines = requests((moment - from) / day) / capacity;
        return { cpu: machines, loadBalancing: machines };
    };
    const group = groupOf(policy.minReplicas, from - history * day);
    const { steps } = simulate({ policy, load, from: from - history * day, to: from + days * day, group });
    const { target = 1 } = policy.cpuUtilization ?? {};
    const week = steps.filter(({ moment }) => moment >= from);
    // The axis is in UTC, in which it shows the time of the time zone.
    const midnight = Date.UTC(start.year, start.month - 1, start.day);
    const rows = week.flatMap(({ moment, size, signals }) => {
        const row = { time: midnight + moment - from };
        return [
            { ...row, series: names.machines, value: size },
            { ...row, series: names.least, value: Math.max(policy.minReplicas, signals.schedules ?? 0) },
            { ...row, series: names.load, value: requests((moment - from) / day) / capacity / target },
        ];
    });
    return svg(rows);
}

const names = {
    machines: "machines",
    load: "load, in machines at the target of their CPU",
    least: "least machines by schedule",
};

interface Point {
    time: number;
    series: string;
    value: number;
}

/** The points of a line with steps: the first, the last, and those at which the value changes. */
const changes = (points: Point[]) =>
    points.filter(({ value }, at) => at === 0 || at === points.length - 1 || points[at - 1]?.value !== value);

async function svg(rows: Point[]): Promise<string> {
    const [{ parse, View }, { compile }] = [await import("vega"), await import("vega-lite")];
    const of = (name: string) => rows.filter(({ series }) => series === name);
    const colors = { [names.machines]: "#174ea6", [names.load]: "#f2994a", [names.least]: "#c6dafc" };
    const scale = { domain: Object.keys(colors), range: Object.values(colors) };
    const x = {
        field: "time",
        type: "temporal" as const,
        scale: { type: "utc" as const },
        axis: { format: "%a %d", tickCount: "day" as const, grid: true },
        title: "December 2026, Europe/Berlin",
    };
    const y = {
        field: "value",
        type: "quantitative" as const,
        axis: { tickMinStep: 1 },
        title: "Machines",
    };
    const color = {
        field: "series",
        type: "nominal" as const,
        scale,
        legend: {
            title: null,
            orient: "top" as const,
            symbolType: "square" as const,
            symbolOpacity: 1,
        },
    };
    const { spec } = compile({
        width: 840,
        height: 260,
        background: "white",
        padding: 12,
        config: {
            font: "Helvetica",
            axis: { labelFontSize: 12, titleFontSize: 12 },
            legend: { labelFontSize: 12, labelLimit: 0 },
        },
        layer: [
            {
                data: { values: changes(of(names.least)) },
                mark: { type: "area", interpolate: "step-after", opacity: 1 },
                encoding: { x, y, color },
            },
            {
                data: { values: of(names.load).filter((_, at) => at % 20 === 0) },
                mark: { type: "area", opacity: 0.85 },
                encoding: { x, y, color },
            },
            {
                data: { values: changes(of(names.machines)) },
                mark: { type: "line", interpolate: "step-after", strokeWidth: 2 },
                encoding: { x, y, color },
            },
        ],
    });
    const view = new View(parse(spec), { renderer: "none" });
    return `${await view.toSVG()}\n`;
}
