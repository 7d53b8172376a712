import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { install } from "../../local/toolchain";

interface Widget {
    title: string;
    sectionHeader?: { subtitle: string };
    xyChart?: {
        dataSets: { timeSeriesQuery: { prometheusQuery: string } }[];
        thresholds?: { label: string; value: number }[];
    };
    logsPanel?: { filter: string };
}

interface Tile {
    xPos?: number;
    yPos?: number;
    width: number;
    height: number;
    widget: Widget;
}

interface DashboardJson {
    displayName: string;
    mosaicLayout: { columns: number; tiles: Tile[] };
}

/** The minutes that charts show, and those before them, over which the first points are joined. */
const shown = 180;
const before = 15;
const start = Date.UTC(2026, 9, 14, 9, 0) / 60_000;

/** A number from 0 to 1 that rises and falls around a minute, with a width in minutes. */
const bump = (minute: number, at: number, width: number) => Math.exp(-(((minute - at) / width) ** 2));

/** A new revision fails from the 70th minute on; it is rolled back at the 105th. */
const isBroken = (minute: number) => minute >= 70 && minute < 105;

/** The values of a series a minute apart: each minute's growth of a counter, or the value itself. */
type Course = (minute: number) => number;

interface Recorded {
    labels: Record<string, string>;
    /** Whether the values are summed up, as for counters. */
    grows: boolean;
    course: Course;
}

const requests: Course = (minute) => 6000 + 5000 * bump(minute, 90, 60) + 300 * Math.sin(minute / 4);
const counter = (labels: Record<string, string>, course: Course): Recorded => ({ labels, grows: true, course });
const gauge = (course: Course, labels: Record<string, string> = {}): Recorded => ({ labels, grows: false, course });

/** The cumulative buckets of a distribution whose median changes with time; the greater the sharpness, the narrower it is. */
function distribution(
    bounds: number[],
    median: Course,
    sharpness: number,
    labels: Record<string, string> = {},
): Recorded[] {
    const upTo = (bound: number): Course => {
        return (minute) => requests(minute) / (1 + (bound / median(minute)) ** -sharpness);
    };
    return [
        ...bounds.map((bound) => counter({ ...labels, le: String(bound) }, upTo(bound))),
        counter({ ...labels, le: "+Inf" }, requests),
    ];
}

const powers = (first: number, factor: number, count: number) =>
    Array.from({ length: count }, (_, index) => first * factor ** index);
const isDeadLetter = (labels: Record<string, string>) => labels.topic_id?.endsWith("dead-letter") === true;
const waiting: Course = (minute) => Math.max(0, isBroken(minute) ? (minute - 70) * 340 : 11_900 - (minute - 105) * 500);

/** What is recorded of a metric, in PromQL's names, in a morning in which a revision fails. */
const morning: Record<string, (own: Record<string, string>) => Recorded[]> = {
    "run_googleapis_com:request_count": () => [
        counter({ response_code_class: "2xx" }, (minute) => requests(minute) * (isBroken(minute) ? 0.94 : 0.998)),
        counter({ response_code_class: "5xx" }, (minute) => requests(minute) * (isBroken(minute) ? 0.06 : 0.002)),
    ],
    "run_googleapis_com:request_latencies_bucket": () =>
        distribution(
            powers(10, 1.25, 30),
            (minute) => 180 + 60 * bump(minute, 90, 60) + (isBroken(minute) ? 800 : 0),
            3,
        ),
    "run_googleapis_com:container_memory_utilizations_bucket": () =>
        distribution(
            powers(0.02, 1.04, 100),
            (minute) => 0.42 + (isBroken(minute) ? (minute - 70) * 0.01 : 0) + 0.02 * Math.sin(minute / 11),
            30,
            { container_name: "web" },
        ),
    "run_googleapis_com:container_instance_count": () => [
        gauge((minute) => Math.round(requests(minute) / 130), { location: "europe-west1", state: "active" }),
        gauge((minute) => (minute % 20 < 8 ? 1 : 0), { location: "europe-west1", state: "idle" }),
    ],
    "pubsub_googleapis_com:topic_send_request_count": (own) =>
        isDeadLetter(own)
            ? [
                  counter({ response_class: "success" }, (minute) => (isBroken(minute) ? 3 : 0)),
                  counter({ response_class: "internal" }, () => 0),
              ]
            : [
                  counter({ response_class: "success" }, (minute) => requests(minute) * 0.4),
                  counter({ response_class: "internal" }, (minute) => requests(minute) * 0.002 * bump(minute, 40, 10)),
              ],
    "pubsub_googleapis_com:subscription_num_undelivered_messages": () => [
        gauge((minute) => 40 + 20 * Math.sin(minute / 6) + (minute < 70 ? 0 : waiting(minute))),
    ],
    "pubsub_googleapis_com:subscription_oldest_unacked_message_age": () => [
        gauge((minute) => 4 + Math.sin(minute / 5) + (minute < 70 ? 0 : waiting(minute) / 14)),
    ],
    "pubsub_googleapis_com:subscription_dead_letter_message_count": () => [
        counter({}, (minute) => (isBroken(minute) ? 3 : 0)),
    ],
};

/** A series as the engine of Prometheus reads it, in which times are seconds. */
interface Series {
    labels: Record<string, string>;
    samples: [seconds: number, value: number][];
}

/** The series that the selectors of a query find. */
function seriesOf(query: string): Series[] {
    return [...query.matchAll(/([\w:]+)\{([^}]*)\}/g)].flatMap(([, name = "", matchers = ""]) => {
        const equal = [...matchers.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", value = ""]) => [label, value]);
        const own: Record<string, string> = Object.fromEntries(equal);
        const recorded = morning[name];
        if (!recorded) {
            throw new Error(`the picture of a dashboard has no course of ${name}`);
        }
        return recorded(own).map(({ labels, grows, course }) => {
            let sum = 0;
            const samples = Array.from({ length: before + shown + 1 }, (_, index): [number, number] => {
                const value = course(index - before);
                sum += value;
                return [(start + index - before) * 60, grows ? sum : value];
            });
            return { labels: { ...own, ...labels, __name__: name }, samples };
        });
    });
}

interface Point {
    time: number;
    series: string;
    value: number;
}

/** The curves of queries, evaluated by the engine of Prometheus every three minutes. */
async function curves(queries: string[]): Promise<Point[][]> {
    const engine = join(await install("promql", () => undefined), "promql");
    const known = queries.flatMap(seriesOf).map((each) => [JSON.stringify(each.labels), each] as const);
    // Each series once: some are in several queries.
    const series = [...new Map(known).values()];
    const points: Point[][] = queries.map(() => []);
    for (let minute = 0; minute <= shown; minute += 3) {
        const at = (start + minute) * 60;
        const { stdout, stderr, status } = spawnSync(engine, {
            input: JSON.stringify({ series, queries, at }),
            encoding: "utf8",
        });
        if (status !== 0) {
            throw new Error(stderr);
        }
        const results: { error?: string; samples: { labels: Record<string, string>; value: number | null }[] }[] =
            JSON.parse(stdout);
        for (const [index, { error, samples }] of results.entries()) {
            if (error !== undefined) {
                throw new Error(`${queries[index]}: ${error}`);
            }
            for (const { labels, value } of samples) {
                if (value !== null) {
                    points[index]?.push({ time: at * 1000, series: JSON.stringify(labels), value });
                }
            }
        }
    }
    const empty = queries.find((_, index) => points[index]?.length === 0);
    if (empty !== undefined) {
        throw new Error(`no series for ${empty}`);
    }
    return points;
}

/** The pixels of a column and of a unit of height. */
const size = { x: 22, y: 14 };
const gap = 6;

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The lines of a title: what stands in parentheses after it is smaller, and broken at a comma if it is long. */
function titled(title: string): { lines: string[]; height: number } {
    const [, name = title, unit = ""] = /^(.*?)(?: \((.*)\))?$/.exec(title) ?? [];
    const small = unit.length > 40 ? unit.split(/(?<=,) /) : [unit];
    const lines = [
        `<text x="10" y="22" font-size="13" font-weight="bold" fill="#202124">${escaped(name)}</text>`,
        ...small.map(
            (text, index) =>
                `<text x="10" y="${36 + index * 12}" font-size="10" fill="#5f6368">${escaped(text)}</text>`,
        ),
    ];
    return { lines, height: 30 + small.length * 12 };
}

async function chart(xyChart: Required<Widget>["xyChart"], values: Point[], width: number, height: number) {
    const [{ parse, View }, { compile }] = [await import("vega"), await import("vega-lite")];
    const thresholds = xyChart.thresholds ?? [];
    const y = { field: "value", type: "quantitative" as const, title: null, scale: { zero: true } };
    const { spec } = compile({
        width,
        height,
        autosize: { type: "fit", contains: "padding" },
        padding: 8,
        background: "white",
        config: {
            font: "Helvetica",
            axis: { labelFontSize: 10, tickCount: 4, domainColor: "#9aa0a6", gridColor: "#e8eaed" },
            view: { stroke: null },
        },
        layer: [
            {
                data: { values },
                mark: { type: "line", color: "#174ea6", strokeWidth: 1.6 },
                encoding: {
                    x: {
                        field: "time",
                        type: "temporal",
                        scale: { type: "utc", domain: [start * 60_000, (start + shown) * 60_000] },
                        axis: { format: "%H:%M", tickCount: 3, grid: false },
                        title: null,
                    },
                    y,
                    detail: { field: "series", type: "nominal" },
                },
            },
            ...thresholds.map(({ value, label }) => ({
                data: { values: [{ value, label }] },
                layer: [
                    {
                        mark: { type: "rule" as const, color: "#c5221f", strokeDash: [5, 3], strokeWidth: 1.4 },
                        encoding: { y },
                    },
                    {
                        mark: {
                            type: "text" as const,
                            color: "#c5221f",
                            align: "left" as const,
                            baseline: "bottom" as const,
                            x: 3,
                            dy: -2,
                            fontSize: 10,
                        },
                        encoding: { y, text: { field: "label", type: "nominal" as const } },
                    },
                ],
            })),
        ],
    });
    return new View(parse(spec), { renderer: "none" }).toSVG();
}

/** A dashboard as the console draws it, on a morning in which a revision fails and is rolled back. */
export async function dashboardChart(json: string): Promise<string> {
    const { displayName, mosaicLayout }: DashboardJson = JSON.parse(json);
    const { columns, tiles } = mosaicLayout;
    const queryOf = ({ widget }: Tile) => widget.xyChart?.dataSets[0]?.timeSeriesQuery.prometheusQuery ?? "";
    const charts = tiles.filter(({ widget }) => widget.xyChart);
    const points = await curves(charts.map(queryOf));
    const top = 44;
    const drawn = await Promise.all(
        tiles.map(async (tile) => {
            const { widget, xPos = 0, yPos = 0 } = tile;
            const [width, height] = [tile.width * size.x - gap, tile.height * size.y - gap];
            const place = `transform="translate(${xPos * size.x + gap},${yPos * size.y + top})"`;
            if (widget.xyChart) {
                const title = titled(widget.title);
                const values = points[charts.indexOf(tile)] ?? [];
                const picture = await chart(widget.xyChart, values, width - 2, height - title.height - 2);
                const frame = `<rect width="${width}" height="${height}" rx="4" fill="white" stroke="#dadce0"/>`;
                return `<g ${place}>${frame}${title.lines.join("")}<g transform="translate(1,${title.height})">${picture}</g></g>`;
            }
            const { sectionHeader, title, logsPanel } = widget;
            const line = escaped(sectionHeader?.subtitle ?? logsPanel?.filter ?? "");
            return `<g ${place}><text x="4" y="24" font-size="17" font-weight="bold" fill="#202124">${escaped(title)}</text><text x="4" y="41" font-size="12" fill="#5f6368">${line}</text></g>`;
        }),
    );
    const width = columns * size.x + gap;
    const height = Math.max(...tiles.map(({ yPos = 0, height }) => yPos + height)) * size.y + top + gap;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif">`,
        `<rect width="${width}" height="${height}" fill="#f8f9fa"/>`,
        `<text x="${gap + 4}" y="30" font-size="20" fill="#202124">${escaped(displayName)}</text>`,
        ...drawn,
        "</svg>\n",
    ].join("\n");
}
