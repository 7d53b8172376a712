import { CloudRunService, ServiceObjective, type ServiceObjectiveArgs, StorageBucket, VertexEndpoint } from "slipway";
import { Alerts } from "slipway/monitoring";
import { refused, registered } from "../registered";

const image =
    "europe-docker.pkg.dev/acme/app/web@sha256:0000000000000000000000000000000000000000000000000000000000000000";
const own = 'resource.type = "cloud_run_revision" AND resource.labels.service_name = "web"';
const userLabels = { environment: "dev" };

/** The resources of an objective of a service. */
async function made(args: Omit<ServiceObjectiveArgs, "target">, withAlerts = false) {
    const all = await registered(() => {
        const of = new CloudRunService("web", { image });
        const alerts = withAlerts
            ? new Alerts("oncall", { to: { email: "team@acme.example" }, quota: false })
            : undefined;
        new ServiceObjective("good", { target: of, ...args, alerts });
    });
    return Object.fromEntries(Object.entries(all).filter(([key]) => /^(Slo|CustomService|AlertPolicy) /.test(key)));
}

test("an objective counts the requests of a component without a server error", async () => {
    expect(await made({ goal: 99.5 })).toEqual({
        "CustomService good": { serviceId: "good", displayName: "good", userLabels },
        "Slo good": {
            service: "good",
            sloId: "good",
            displayName: "good",
            goal: 0.995,
            rollingPeriodDays: 28,
            requestBasedSli: {
                goodTotalRatio: {
                    totalServiceFilter: `${own} AND metric.type = "run.googleapis.com/request_count"`,
                    badServiceFilter: `${own} AND metric.type = "run.googleapis.com/request_count" AND metric.labels.response_code_class = "5xx"`,
                },
            },
            userLabels,
        },
    });
});

test("an objective of an endpoint counts all predictions, and those that fail", async () => {
    const all = await registered(() => {
        const models = { latest: { model: "projects/acme-dev/locations/europe-west1/models/iris@3" } };
        new ServiceObjective("good", { target: new VertexEndpoint("iris", { models }), goal: 99 });
    });
    const counted = (name: string) =>
        expect.stringMatching(new RegExp(` AND metric.type = "aiplatform.googleapis.com/prediction/online/${name}"$`));
    expect(all["Slo good"]).toMatchObject({
        requestBasedSli: {
            goodTotalRatio: {
                totalServiceFilter: counted("prediction_count"),
                badServiceFilter: counted("error_count"),
            },
        },
    });
});

test.each([
    [1, 0.01],
    [99.99, 0.9999],
])("a goal of %d percent is the share %d", async (goal, share) => {
    expect((await made({ goal }))["Slo good"]).toMatchObject({ goal: share });
});

test("an objective counts the requests that are answered in time", async () => {
    const { "Slo good": objective } = await made({ goal: 90, latency: "300 milliseconds", period: "7 days" });
    expect(objective).toMatchObject({
        rollingPeriodDays: 7,
        requestBasedSli: {
            distributionCut: {
                distributionFilter: `${own} AND metric.type = "run.googleapis.com/request_latencies"`,
                range: { max: 300 },
            },
        },
    });
});

test("alerts are about a fast and a slow use of the error budget, each in a long and in a short time", async () => {
    const all = await made({ goal: 99.5 }, true);
    const conditions = (key: string) =>
        all[key] as {
            combiner: string;
            documentation: object;
            alertStrategy: object;
            userLabels: object;
            conditions: { displayName: string; conditionThreshold: { filter: string; thresholdValue: number } }[];
        };
    const objective = "projects/123456789012/services/good/serviceLevelObjectives/good";
    const expected = {
        fast: [14.4, { "60 minutes": "3600s", "5 minutes": "300s" }],
        slow: [6, { "360 minutes": "21600s", "30 minutes": "1800s" }],
    } as const;
    for (const [speed, [rate, windows]] of Object.entries(expected)) {
        const policy = conditions(`AlertPolicy good-${speed}`);
        expect(policy.combiner).toBe("AND");
        expect(policy.documentation).toEqual({
            content: expect.stringContaining(
                `**ServiceObjective \`good\`: requests fail ${rate} times as fast as the objective allows.**`,
            ),
            mimeType: "text/markdown",
        });
        expect(policy.alertStrategy).toEqual({ autoClose: "3600s" });
        expect(policy.userLabels).toEqual({ environment: "dev", component: "good" });
        expect(policy.conditions.map(({ conditionThreshold }) => conditionThreshold)).toEqual(
            Object.values(windows).map((window) => ({
                filter: `select_slo_burn_rate("${objective}", "${window}")`,
                comparison: "COMPARISON_GT",
                thresholdValue: rate,
                duration: "0s",
                trigger: { count: 1 },
            })),
        );
        expect(policy.conditions.map(({ displayName }) => displayName)).toEqual(
            Object.keys(windows).map((time) => `burn rate above ${rate} in ${time}`),
        );
    }
});

const wrong: [string, object, string][] = [
    ["a goal of 100", { goal: 100 }, "goal: must be a percentage from 1 to 99.99, such as 99.5 (got 100)."],
    ["a fraction", { goal: 0.995 }, "goal: must be a percentage from 1"],
    ["a goal as text", { goal: "90" }, "goal: must be a percentage from 1"],
    ["an empty name", { displayName: "" }, 'displayName: must not be empty (got "").'],
    ["a period of hours", { goal: 90, period: "36 hours" }, 'period: must be whole days (got "36 hours").'],
    ["a latency of 0", { goal: 90, latency: "0 milliseconds" }, "latency: must be from 1 millisecond to 1 day"],
];

test.each(wrong)("%s is refused", async (_, args, problem) => {
    const program = () =>
        new ServiceObjective("good", { target: new StorageBucket("files"), goal: 90, ...args } as ServiceObjectiveArgs);
    expect(await refused(program, {}, ["Bucket files"])).toContain(`ServiceObjective "good": ${problem}`);
});

test("a component without requests is refused", async () => {
    const program = () => new ServiceObjective("good", { target: new StorageBucket("files"), goal: 90 });
    expect(await refused(program, {}, ["Bucket files"])).toBe(
        'ServiceObjective "good": target: [monitoring/signal-missing]',
    );
});
