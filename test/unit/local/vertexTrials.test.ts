import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Docker } from "../../../local/runtime/emulator/containers/docker";
import { jobVariables, poolsOf, type Work } from "../../../local/runtime/services/vertex/jobVariables";
import { finalOf, measurementsIn } from "../../../local/runtime/services/vertex/trials";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { announceRunner } from "../../../local/simulator/services/vertex/jobRunner";
import { suggestionsOf } from "../../../local/simulator/services/vertex/study";
import { call, job, jobWorld, parent, study, tuning } from "./vertexJobs";

const folder = mkdtempSync(join(tmpdir(), "slipway-vertex-trials-"));
afterAll(() => rmSync(folder, { recursive: true }));

const suggested = (parameters: Inputs[], maxTrialCount: number, algorithm?: string) =>
    suggestionsOf({ studySpec: { parameters, algorithm }, maxTrialCount }, "job");

const conditional = [
    {
        parameterId: "optimizer",
        categoricalValueSpec: { values: ["adam", "sgd"] },
        conditionalParameterSpecs: [
            {
                parentCategoricalValues: { values: ["sgd"] },
                parameterSpec: { parameterId: "momentum", discreteValueSpec: { values: [0.5, 0.9] } },
            },
        ],
    },
    { parameterId: "layers", integerValueSpec: { minValue: "1", maxValue: "2" } },
];

const valuesOf = (trial: { value: unknown }[] | undefined) => (trial ?? []).map(({ value }) => value);

test("a grid search has all combinations, as far as there are trials, and conditional parameters of their parents' values", () => {
    const all = suggested(conditional, 10, "GRID_SEARCH");
    expect(all.map(valuesOf)).toEqual([
        ["adam", 1],
        ["adam", 2],
        ["sgd", 0.5, 1],
        ["sgd", 0.5, 2],
        ["sgd", 0.9, 1],
        ["sgd", 0.9, 2],
    ]);
    expect(all[2]?.map(({ parameterId }) => parameterId)).toEqual(["optimizer", "momentum", "layers"]);
    expect(suggested(conditional, 4, "GRID_SEARCH")).toEqual(all.slice(0, 4));
    // More than a million million combinations.
    const large = Array.from({ length: 4 }, (_, index) => ({
        parameterId: `p${index}`,
        integerValueSpec: { minValue: "1", maxValue: "1000" },
    }));
    expect(suggested(large, 2, "GRID_SEARCH").map(valuesOf)).toEqual([
        [1, 1, 1, 1],
        [1, 1, 1, 2],
    ]);
});

test.each<[string | undefined, number]>([
    [undefined, 0.5],
    ["UNIT_LINEAR_SCALE", 0.5],
    // Half of the values are below 1 of 0.01 to 100, or above 99.
    ["UNIT_LOG_SCALE", 1],
    ["UNIT_REVERSE_LOG_SCALE", 99],
])("random values of the scale %s are spread over its range", (scaleType, middle) => {
    const range = scaleType?.includes("LOG") ? { minValue: 0.01, maxValue: 100 } : { minValue: 0, maxValue: 1 };
    const values = suggested([{ parameterId: "rate", doubleValueSpec: range, scaleType }], 1000, "RANDOM_SEARCH").map(
        (trial) => trial[0]?.value as number,
    );
    expect(values.every((value) => value >= range.minValue && value <= range.maxValue)).toBe(true);
    const below = values.filter((value) => value < middle).length;
    expect(below).toBeGreaterThan(430);
    expect(below).toBeLessThan(570);
    expect(suggested([{ parameterId: "rate", doubleValueSpec: range, scaleType }], 3)).toHaveLength(3);
});

test.each<[string, Inputs, RegExp]>([
    [
        "a grid search of numbers with decimals",
        { algorithm: "GRID_SEARCH" },
        /GRID_SEARCH does not support the DOUBLE rate/,
    ],
    [
        "a logarithm of zero",
        {
            parameters: [
                {
                    ...conditional[0],
                    conditionalParameterSpecs: [
                        {
                            parentCategoricalValues: { values: ["adam"] },
                            parameterSpec: {
                                parameterId: "decay",
                                doubleValueSpec: { minValue: 0, maxValue: 1 },
                                scaleType: "UNIT_LOG_SCALE",
                            },
                        },
                    ],
                },
            ],
        },
        /UNIT_LOG_SCALE of decay needs values above 0/,
    ],
])("%s is refused", async (_, studySpec, message) => {
    const body = tuning({ studySpec: { ...study, ...studySpec } });
    const answer = await call(jobWorld(), "POST", `${parent}/hyperparameterTuningJobs`, body);
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringMatching(message)]);
});

const line = (step: number, metric: string, value: number, timestamp = 100 + step) =>
    JSON.stringify({ global_step: String(step), [metric]: String(value), timestamp, trial: "1", checkpoint_path: "" });

test("metrics are measurements by their steps, of which the last or the best with all metrics counts", () => {
    const file = join(folder, "output.metrics");
    const lines = [line(1, "loss", 4), line(1, "accuracy", 0.5), line(2, "loss", 3), line(2, "accuracy", 0.4)];
    writeFileSync(file, `${[...lines, line(3, "loss", 1)].join("\n")}\n`);
    const all = measurementsIn(file, 100);
    const first = [
        { metricId: "loss", value: 4 },
        { metricId: "accuracy", value: 0.5 },
    ];
    expect(all[0]).toEqual({ stepCount: "1", elapsedDuration: "1.000s", metrics: first });
    expect(all.map(({ stepCount }) => stepCount)).toEqual(["1", "2", "3"]);
    const metrics = [
        { metricId: "accuracy", goal: "MAXIMIZE" },
        { metricId: "loss", goal: "MINIMIZE" },
    ];
    const [accuracy, loss] = [0.4, 3];
    expect(finalOf(all, { metrics })).toEqual({
        stepCount: "2",
        metrics: [
            { metricId: "accuracy", value: accuracy },
            { metricId: "loss", value: loss },
        ],
    });
    expect(finalOf(all, { metrics, measurementSelectionType: "BEST_MEASUREMENT" })?.stepCount).toBe("1");
    expect(finalOf(all, { metrics: [{ metricId: "f1" }] })).toBeUndefined();
    expect(measurementsIn(join(folder, "none"), 0)).toEqual([]);
});

test("replicas have a port of their own in the network of this machine, and the same one in others", () => {
    const { cloud } = jobWorld();
    const [pool] = job().jobSpec.workerPoolSpecs;
    const spec = { ...job().jobSpec, workerPoolSpecs: [pool, { ...pool, replicaCount: "2" }] };
    const work: Work = { id: `${parent}/customJobs/1`, project: "acme-dev", spec };
    const worker = poolsOf(work)[1]?.replicas[1];
    const ports = (isHostNetwork: boolean) => {
        const { CLUSTER_SPEC, TF_CONFIG } = jobVariables(cloud, work, worker as never, isHostNetwork);
        expect(JSON.parse(TF_CONFIG as string).task).toEqual({ type: "worker", index: 1, cloud: "1" });
        const all = Object.values(JSON.parse(CLUSTER_SPEC as string).cluster).flat() as string[];
        expect(all[2]).toMatch(new RegExp(`^${worker?.host}:`));
        return all.map((address) => Number(address.split(":")[1]));
    };
    expect(ports(true)).toEqual([2222, 2223, 2224]);
    expect(ports(false)).toEqual([2222, 2222, 2222]);
    const alone = { ...work, spec: job().jobSpec };
    const [replica] = poolsOf(alone)[0]?.replicas ?? [];
    expect(jobVariables(cloud, alone, replica as never, true)).not.toHaveProperty("TF_CONFIG");
});

test("Docker Desktop connects replicas by a network, which the next command removes", async () => {
    const calls = join(folder, "calls");
    const owner = spawnSync(process.execPath, ["--version"]).pid;
    // A Docker client that knows a network of a process that has ended.
    const client = join(folder, "docker");
    const network = `echo "left ${owner}-1"`;
    const info = `echo '{"OperatingSystem": "Docker Desktop"}'`;
    writeFileSync(
        client,
        `#!/bin/sh\necho "$@" >> "${calls}"\ncase "$1 $2" in info*) ${info};; "network ls") ${network};; esac\n`,
    );
    chmodSync(client, 0o755);
    const { PATH } = process.env;
    process.env.PATH = `${folder}${delimiter}${PATH}`;
    try {
        const docker = await Docker.find("/cloud");
        await docker.createNetwork("pools");
        const peers = { network: "pools", name: "first", all: ["first", "second"] };
        const options = { name: "one", image: "train", environment: {}, mounts: [], log: () => undefined, peers };
        await docker.run(options).exited;
        await docker.removeNetwork("pools");
    } finally {
        process.env.PATH = PATH;
    }
    const made = readFileSync(calls, "utf8").split("\n");
    const found = (start: string) => made.filter((each) => each.startsWith(start));
    expect(found("network rm")).toEqual(["network rm left", "network rm pools"]);
    expect(found("network create")).toEqual([expect.stringMatching(/--label dev\.slipway\.process=\d+-.* pools$/)]);
    expect(found("run")).toEqual([expect.stringContaining("--network pools --network-alias first train")]);
});

test("a job whose command was killed is cancelled at once", async () => {
    const world = jobWorld();
    const end = announceRunner(world.cloud);
    const { body } = await call(world, "POST", `${parent}/customJobs`, job());
    end();
    await call(world, "POST", `${body.name}:cancel`, {});
    expect((await call(world, "GET", body.name)).body).toMatchObject({
        state: "JOB_STATE_CANCELLED",
        endTime: expect.any(String),
    });
    expect((await call(world, "DELETE", body.name)).status).toBe(200);
});
