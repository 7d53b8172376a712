import { loggingRest } from "../../../../local/runtime/services/logging/api";
import type { Cloud } from "../../../../local/simulator/cloud/cloud";
import { isStored } from "../../../../local/simulator/services/logging/entries";
import { account, image, place, runWorld } from "../runWorld";
import { refusalOf, type World } from "../world";

/** A service whose revision has failed. */
function failed(): World {
    const world = runWorld("logging");
    const containers = [{ name: "app", image, ports: { containerPort: 9000 } }];
    const inputs = world.checked("gcp:cloudrunv2/service:Service", {
        ...place,
        template: { containers, revision: "web-one" },
    });
    refusalOf(() => world.provider.create("gcp:cloudrunv2/service:Service", inputs, false, () => true));
    return world;
}

const filter = ['resource.type="cloud_run_revision"', 'resource.labels.service_name="web"'].concat(
    'resource.labels.revision_name="web-one"',
);

const entries = (cloud: Cloud, more: object = {}) =>
    loggingRest(cloud)({
        method: "POST",
        path: "/v2/entries:list",
        body: Buffer.from(
            JSON.stringify({ resourceNames: ["projects/acme-dev"], filter: filter.join(" AND "), ...more }),
        ),
    } as never) as { status: number; body: { entries: object[] } };

const lines = [
    "Container called exit(1).",
    'Default STARTUP TCP probe failed 1 time consecutively for container "app" on port 9000. The instance was not started.',
];

test("the log of a revision that did not start says why", () => {
    const { cloud } = failed();
    const resource = {
        type: "cloud_run_revision",
        labels: { project_id: "acme-dev", location: "europe-west1", service_name: "web", revision_name: "web-one" },
    };
    expect(entries(cloud)).toMatchObject({
        status: 200,
        body: { entries: lines.map((textPayload) => ({ textPayload, resource, severity: "ERROR" })) },
    });
    expect(entries(cloud, { orderBy: "timestamp desc", pageSize: 1 }).body.entries).toMatchObject([
        { textPayload: lines[1] },
    ]);
    expect(entries(cloud, { filter: 'resource.labels.revision_name="web-two"' }).body.entries).toEqual([]);
});

test.each([
    ["severity>=ERROR", 2],
    ["severity>ERROR", 0],
    ["severity=error", 2],
    ['textPayload:"PROBE failed"', 1],
    ['textPayload=~"exit\\(\\d\\)"', 1],
    ['textPayload!~"exit"', 1],
    ["textPayload:*", 2],
    ["jsonPayload:*", 0],
    ['"web-one"', 2],
    ['NOT "called exit"', 1],
    ['log_id("run.googleapis.com/varlog/system")', 2],
    ['log_id("run.googleapis.com/stdout")', 0],
    ['resource.labels.service_name=("shop" OR "web")', 2],
    ['timestamp>="2020-01-01T00:00:00Z"', 2],
    ['timestamp<"2020-01-01T00:00:00Z"', 0],
])("the query %s finds %d entries", (filter, count) => {
    expect(entries(failed().cloud, { filter }).body.entries).toHaveLength(count);
});

test.each([
    ["entries that match", { filter: 'textPayload:"probe failed"' }, 1],
    ["a sample of all", { filter: "sample(insertId, 1)" }, 0],
    ["a sample of none", { filter: "sample(insertId, 0)" }, 2],
    ["nothing while it is disabled", { filter: "severity>=ERROR", disabled: true }, 2],
])("an exclusion of the project leaves out %s", (_, exclusion, count) => {
    const world = failed();
    world.make("ProjectExclusion", { project: "acme-dev", name: "probes", ...exclusion });
    expect(entries(world.cloud).body.entries).toHaveLength(count);
});

test("an exclusion does not apply to the audit logs of the sink _Required", () => {
    const world = failed();
    world.make("ProjectExclusion", { project: "acme-dev", name: "all", filter: "severity>=DEFAULT" });
    const logName = (log: string) => ({
        logName: `projects/acme-dev/logs/${log}`,
        severity: "NOTICE",
    });
    const stored = isStored("acme-dev", world.cloud);
    expect(stored(logName("cloudaudit.googleapis.com%2Factivity"))).toBe(true);
    expect(stored(logName("cloudaudit.googleapis.com%2Fdata_access"))).toBe(false);
});

test("an invalid filter is refused, and so is a caller without the role", () => {
    const world = failed();
    expect(entries(world.cloud, { filter: "severity>=" })).toMatchObject({
        status: 400,
        body: { error: { message: "Unparseable filter: syntax error at column 11: expected a value" } },
    });
    expect(entries(world.as({ as: account }).cloud)).toMatchObject({
        status: 403,
        body: { error: { status: "PERMISSION_DENIED" } },
    });
    const member = `serviceAccount:${account}`;
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/logging.viewer", member });
    expect(entries(world.as({ as: account }).cloud).status).toBe(200);
});
