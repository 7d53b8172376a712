import { setTimeout } from "node:timers/promises";
import { isLocked } from "../../local/commands/configuration/staleLocks";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";

/** The result of a deployment without a kill, for comparison. */
const undisturbed = (async () => {
    const platform = Deployment.platform();
    await platform.up("dev");
    const made = platform.existing();
    await platform.remove();
    return made;
})();

const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

test("a provider that is killed at one creation after another loses nothing acknowledged, and the last up makes the rest, nothing twice", async () => {
    const platform = Deployment.platform();
    const { length } = await undisturbed;
    let made = -1;
    for (const call of [1, 12, 12, 12]) {
        const { code } = await platform.run(up, {}, { faults: [{ verb: "create", call, answer: "kill" }] });
        expect(code).not.toBe(0);
        expect(platform.existing().length).toBeLessThan(length);
        const exist = new Set(
            cloudOf(platform.place)
                .store.list()
                .map(({ type, id }) => `${type} ${id}`),
        );
        const acknowledged = (await platform.cloud.stack("dev").exported())
            .filter(({ type, id }) => id && type.startsWith("gcp:"))
            .map(({ type, id }) => `${type} ${id}`);
        expect(acknowledged.filter((each) => !exist.has(each))).toEqual([]);
        // Each run gets further; what was being created when the provider was killed is not acknowledged.
        expect(acknowledged.length).toBeGreaterThan(made);
        made = acknowledged.length;
    }
    await platform.up("dev");
    expect(platform.existing()).toEqual(await undisturbed);
    expect(Object.keys(await platform.up("dev"))).toEqual(["unchanged"]);
    await platform.remove();
});

test("pulumi killed during a creation leaves a reserved name, which the documented recovery resolves, and no lock of a local stack", async () => {
    const platform = Deployment.platform();
    const type = "gcp:pubsub/topic:Topic";
    const id = "projects/acme-forecast-dev/topics/sale-range";
    const kill = new AbortController();
    const killed = platform.run(
        up,
        // Otherwise the first call would be refused, because its API is new.
        { SLIPWAY_LOCAL_IMMEDIATE: "true" },
        {
            kill: kill.signal,
            faults: { speed: 1, faults: [{ verb: "create", type, call: 1, answer: "slow", seconds: 600 }] },
        },
    );
    // Waits until only the topic is being created.
    for (let before = -1; !platform.existing().includes(`Topic ${id}`) || before < platform.existing().length; ) {
        before = platform.existing().length;
        await setTimeout(5000);
    }
    kill.abort();
    expect((await killed).code).not.toBe(0);

    expect(isLocked(platform.place, "dev")).toBe(true);
    const { code, output } = await platform.run(up);
    expect(code).not.toBe(0);
    expect(output).toContain("sale-range, interrupted while creating");
    expect(output).toContain("Resource already exists in the project (resource=sale-range)");

    const adopted = `"sale-range", { transform: { topic: (_, options) => { options.import = "${id}"; } } }`;
    platform.edit("index.ts", (text) => text.replace('"sale-range"', adopted));
    await platform.up("dev");
    platform.edit("index.ts", (text) => text.replace(adopted, '"sale-range"'));
    await platform.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview", "--clear-pending-creates"]);
    const last = await platform.run(up);
    expect([last.code, last.output]).toEqual([0, expect.not.stringMatching(/interrupted| created| updated| replaced/)]);
    expect(platform.existing()).toEqual(await undisturbed);
    await platform.remove();
});

test("the creation of a Composer environment continues after pulumi is killed: it is imported, changed when it is ready, and leaves its bucket", async () => {
    const type = "gcp:composer/environment:Environment";
    const raw = Deployment.raw(`
        const apis = ["iam", "cloudresourcemanager", "composer", "container", "artifactregistry", "cloudbuild", "pubsub"].map(
            (api) => new gcp.projects.Service(api, { service: api + ".googleapis.com" }),
        );
        const account = new gcp.serviceaccount.Account("airflow", { accountId: "airflow" }, { dependsOn: apis });
        const worker = new gcp.projects.IAMMember("worker", {
            project: "acme-raw", role: "roles/composer.worker", member: account.member,
        });
        new gcp.composer.Environment("scoring", {
            name: "scoring",
            region: "europe-west1",
            config: {
                environmentSize: "ENVIRONMENT_SIZE_SMALL",
                nodeConfig: { serviceAccount: account.email },
                softwareConfig: { imageVersion: "composer-3-airflow-2.11.1-build.19" },
            },
        }, { dependsOn: [...apis, worker] });`);
    const id = "projects/acme-raw/locations/europe-west1/environments/scoring";
    const kill = new AbortController();
    const faults = { speed: 1, faults: [{ verb: "create" as const, type, answer: "slow" as const, seconds: 25 }] };
    const killed = raw.run(up, {}, { kill: kill.signal, faults });
    while (!raw.existing().includes(`Environment ${id}`)) {
        await setTimeout(1000);
    }
    const started = Date.now();
    await setTimeout(2000);
    kill.abort();
    expect((await killed).code).not.toBe(0);

    await raw.succeed(["cancel", "dev", "--yes"]);
    expect((await raw.run(up)).output).toContain("Resource already exists");
    raw.edit("index.js", (text) => text.replace("...apis, worker] }", `...apis, worker], import: "${id}" }`));
    expect((await raw.up("dev")).imported).toBe(1);
    raw.edit("index.js", (text) => text.replace("SIZE_SMALL", "SIZE_MEDIUM"));
    expect(Date.now() - started).toBeLessThan(25_000);
    expect((await raw.run(up)).output).toContain("in state CREATING");

    await setTimeout(started + 25_000 - Date.now());
    expect((await raw.up("dev")).updated).toBe(1);
    await raw.destroy("dev");
    expect(raw.existing()).toEqual(
        expect.arrayContaining([expect.stringMatching(/ europe-west1-scoring-[0-9a-f]{8}-bucket$/)]),
    );
    expect(raw.existing()).not.toContain(`Environment ${id}`);
    await raw.remove();
});
