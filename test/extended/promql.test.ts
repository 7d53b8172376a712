import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { CloudRunService, Dashboard } from "slipway";
import type { MetricSignal } from "../../lib/component/alerts/signal";
import { promName } from "../../lib/formats/query";
import { promQuery } from "../../lib/monitoring/dashboard/promql";
import { signalsOfAppEngine, signalsOfRunService } from "../../lib/monitoring/signals/serving";
import { install } from "../../local/toolchain";
import { Discovery } from "../discovery";
import { registered } from "../unit/registered";

interface Series {
    labels: Record<string, string>;
    /** Values a minute apart. */
    values: number[];
}

interface Sample {
    labels: Record<string, string>;
    value: number | null;
}

let engine: string;

beforeAll(async () => {
    engine = join(await install("promql", () => undefined), "promql");
});

/** The query of a signal, evaluated by the engine of Prometheus on series of ten minutes, at their end. */
async function evaluated(signal: MetricSignal, series: Series[]): Promise<Sample[]> {
    const query = await new Promise<string>((resolve) => promQuery(signal).apply(resolve));
    const input = {
        series: series.map(({ labels, values }) => ({
            labels,
            samples: values.map((value, minute) => [minute * 60, value]),
        })),
        queries: [query],
        at: 600,
    };
    const { stdout, stderr } = spawnSync(engine, { input: JSON.stringify(input), encoding: "utf8" });
    expect(stderr).toBe("");
    const [{ error, samples }] = JSON.parse(stdout) as [{ error?: string; samples: Sample[] }];
    expect(error).toBeUndefined();
    return samples;
}

/** A counter that grows by a number each minute. */
const growing = (by: number) => Array.from({ length: 11 }, (_, minute) => minute * by);
const steady = (value: number) => Array.from({ length: 11 }, () => value);

const run = (metric: string, own: Record<string, string> = {}) => ({
    __name__: promName(`run.googleapis.com/${metric}`),
    monitored_resource: "cloud_run_revision",
    service_name: "web",
    ...own,
});
const signalOf = (signals: object[], name: string) =>
    (signals as MetricSignal[]).find(({ signal }) => signal === name) as MetricSignal;
const web = signalsOfRunService("web", 10);

test("the fraction of failed requests is that of a service only, over its revisions", async () => {
    const series = [
        { labels: run("request_count", { response_code_class: "2xx", revision_name: "a" }), values: growing(90) },
        { labels: run("request_count", { response_code_class: "5xx", revision_name: "a" }), values: growing(6) },
        { labels: run("request_count", { response_code_class: "5xx", revision_name: "b" }), values: growing(4) },
        {
            labels: { ...run("request_count", { response_code_class: "5xx" }), service_name: "other" },
            values: growing(100),
        },
    ];
    const [sample, ...others] = await evaluated(signalOf(web, "errors"), series);
    expect(others).toEqual([]);
    expect(sample?.value).toBeCloseTo(0.1, 6);
});

test("the latency is a percentile of the buckets of all revisions", async () => {
    const bucket = (le: string, by: number, revision: string) => ({
        labels: { ...run("request_latencies_bucket", { le, revision_name: revision }) },
        values: growing(by),
    });
    const series = ["a", "b"].flatMap((revision) => [
        bucket("100", 90, revision),
        bucket("200", 100, revision),
        bucket("+Inf", 100, revision),
    ]);
    const [sample] = await evaluated(signalOf(web, "latency"), series);
    expect(sample?.value).toBeCloseTo(150, 6);
});

test("the instances are a fraction of their maximum, by region", async () => {
    const series = ["active", "idle"].map((state) => ({
        labels: run("container_instance_count", { location: "europe-west1", state }),
        values: steady(3),
    }));
    expect(await evaluated(signalOf(web, "instances"), series)).toEqual([
        { labels: { location: "europe-west1" }, value: 0.6 },
    ]);
});

test("codes that are numbers are compared by their hundreds, by service", async () => {
    const response = (code: string, module: string, by: number) => ({
        labels: {
            __name__: promName("appengine.googleapis.com/http/server/response_count"),
            monitored_resource: "gae_app",
            module_id: module,
            response_code: code,
        },
        values: growing(by),
    });
    const series = [
        response("200", "default", 30),
        response("503", "default", 10),
        response("404", "api", 10),
        response("500", "api", 0),
    ];
    const samples = await evaluated(signalOf(signalsOfAppEngine(), "errors"), series);
    expect(samples).toEqual(
        expect.arrayContaining([
            { labels: { module_id: "default" }, value: 0.25 },
            { labels: { module_id: "api" }, value: 0 },
        ]),
    );
});

test("a dashboard conforms to Google's discovery document", async () => {
    const image = `europe-docker.pkg.dev/acme/app/web@sha256:${"0f3b1a6c".repeat(8)}`;
    const made = await registered(() => {
        new CloudRunService("web", { image, labels: { team: pulumi.output("shop") } });
        new Dashboard("platform");
    });
    const { dashboardJson } = made["Dashboard platform"] as { dashboardJson: string };
    const discovery = await Discovery.of("monitoring.v1");
    expect(JSON.parse(dashboardJson).mosaicLayout.tiles.length).toBeGreaterThan(4);
    expect(discovery.strangers("Dashboard", JSON.parse(dashboardJson))).toEqual([]);
});
