import { join } from "node:path";
import { changeProperty } from "../../../local/commands/manual/change";
import { parseValue } from "../../../local/commands/manual/property";
import { Cloud } from "../../../local/simulator/cloud/cloud";
import { Store } from "../../../local/simulator/cloud/store";
import { Attempts } from "../../../local/simulator/provider/attempts";
import { Faults } from "../../../local/simulator/provider/faults";
import { PartialFailure } from "../../../local/simulator/provider/partialFailure";
import type { Clock } from "../../../local/simulator/provider/simulatedTime";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { prepareComposer, serviceAccount } from "./examples/composer";
import { type Made, newFolder, refusalOf, root, tokenOf, World } from "./world";

const id = "projects/acme-dev/locations/europe-west1/environments/scoring";
const gen3 = "composer-3-airflow-2.11.1-build.14";
const day = new Date("2026-09-10T00:00:00Z");

function prepared(now: () => Date = () => day, folder = newFolder()): World {
    const world = new World(
        { project: "acme-dev", region: "europe-west1" },
        {},
        new Cloud(folder, new Store(folder), now),
    );
    prepareComposer(world);
    return world;
}

const inputs = ({ software = {}, ...config }: Inputs = {}, name = "scoring", more: Inputs = {}): Inputs => ({
    name,
    ...more,
    config: { nodeConfig: { serviceAccount }, softwareConfig: { imageVersion: gen3, ...software }, ...config },
});

const failure =
    "Error waiting to update Environment: Error waiting for Updating newly created Environment: Error code 3, message: Failed to install Python packages.";

/** The state of an environment in the cloud. */
const now = (world: World, made: Made) => world.refreshed(made)?.state as Inputs;

describe("packages", () => {
    test.each([
        ["sqlalchemy", "==2.0.36", "apache-airflow 2.11.1+composer depends on sqlalchemy>=1.4.36,<2.0"],
        ["requests", ">=3", "apache-airflow 2.11.1+composer depends on requests>=2.27.0,<3"],
        ["flask_session", "~=0.5.0", "apache-airflow 2.11.1+composer depends on flask-session>=0.8.0"],
        ["werkzeug", "[watchdog]<3", "apache-airflow 2.11.1+composer depends on werkzeug>=3.1.3,<4"],
        ["google-cloud-storage", "<2", "apache-airflow-providers-google depends on google-cloud-storage>=2.7.0"],
        ["apache-airflow", "==2.10.5", "apache-airflow 2.11.1+composer depends on apache-airflow==2.11.1"],
        ["numpy", ">=2,<1.26", "no version is >=2 and <1.26"],
    ])(
        "%s%s conflicts with Airflow's requirements, and the environment is created without it",
        (name, version, depends) => {
            const world = prepared();
            const made = inputs({ software: { pypiPackages: { [name]: version, pandas: "" } } });
            const create = () => world.make("Environment", made);
            expect(create).toThrow(PartialFailure);
            expect(world.provider.read(tokenOf("Environment"), id, {})?.state).toMatchObject({
                config: { softwareConfig: { imageVersion: gen3 } },
            });
            const found = world.provider.read(tokenOf("Environment"), id, {})?.state as Inputs;
            expect(found.config.softwareConfig.pypiPackages).toBeUndefined();
            const beside = prepared();
            const text = refusalOf(() => beside.make("Environment", made));
            expect(text.startsWith(failure)).toBe(true);
            expect(text).toContain(
                `ERROR: Cannot install ${name}${version} because these package versions have conflicting dependencies: ${depends}`,
            );
        },
    );

    test.each([
        ["sqlalchemy", "==1.4.54"],
        ["sqlalchemy", ">=1.4,<2.1"],
        ["flask", "~=3.0"],
        ["werkzeug", "==3.1.*"],
        ["apache-airflow", "[google]"],
        ["scikit-learn", "==1.5.2"],
        ["pandas", "!=2.2.0"],
    ])("%s%s does not conflict", (name, version) => {
        const world = prepared();
        const made = world.make("Environment", inputs({ software: { pypiPackages: { [name]: version } } }));
        expect(now(world, made).config.softwareConfig.pypiPackages).toEqual({ [name]: version });
    });

    test.each([
        ["3.3.1-build.1", "==0.3.8", undefined],
        ["3.1.8-build.3", "==0.3.8", "apache-airflow 3.1.8+composer depends on universal-pathlib<0.3.0,>=0.2.6"],
    ])("are checked against the requirements of Airflow %s", (airflow, version, depends) => {
        const make = () =>
            prepared().make(
                "Environment",
                inputs({
                    software: {
                        imageVersion: `composer-3-airflow-${airflow}`,
                        pypiPackages: { "universal-pathlib": version },
                    },
                }),
            );
        if (depends === undefined) {
            expect(make).not.toThrow();
        } else {
            expect(refusalOf(make)).toContain(depends);
        }
    });

    test("that conflict are reported until they are fixed, and the next update succeeds", () => {
        const world = prepared();
        const wrong = inputs({ software: { pypiPackages: { sqlalchemy: "==2.0.36" } } });
        let broken: PartialFailure | undefined;
        try {
            world.make("Environment", wrong);
        } catch (error) {
            broken = error as PartialFailure;
        }
        const made: Made = { token: tokenOf("Environment"), id, inputs: wrong, state: broken?.state as Inputs };
        expect(refusalOf(() => world.update(made, wrong))).toContain(failure);
        const mended = world.update(made, inputs({ software: { pypiPackages: { sqlalchemy: "==1.4.54" } } }));
        expect(now(world, mended)).toEqual(mended.state);
    });

    test("are checked again when the image changes", () => {
        const world = prepared();
        const software = { imageVersion: "composer-3-airflow-2.10.5-build.47", pypiPackages: { flask: "==2.2.5" } };
        const made = world.make("Environment", inputs({ software }));
        const upgrade = () => world.update(made, inputs({ software: { ...software, imageVersion: gen3 } }));
        expect(refusalOf(upgrade)).toContain("apache-airflow 2.11.1+composer depends on flask>=2.3.3,<4");
        expect(now(world, made)).toEqual(made.state);
    });
});

describe("an update", () => {
    test("of several properties is one request after the other: the requests before a failing one take effect", () => {
        const world = prepared();
        const made = world.make("Environment", inputs({}, "scoring", { labels: { team: "old" } }));
        const update = () =>
            world.update(
                made,
                inputs(
                    {
                        software: { envVariables: { AB: "1" }, pypiPackages: { sqlalchemy: "==2.0.36" } },
                        environmentSize: "ENVIRONMENT_SIZE_LARGE",
                    },
                    "scoring",
                    { labels: { team: "new" } },
                ),
            );
        expect(refusalOf(update)).toContain(failure);
        const { config, labels } = now(world, made);
        expect(config.softwareConfig.envVariables).toEqual({ AB: "1" });
        expect(config.softwareConfig.pypiPackages).toBeUndefined();
        expect(config.environmentSize).toBe("ENVIRONMENT_SIZE_SMALL");
        expect(labels).toEqual({ team: "old" });
    });

    const two = (count: number) => ({
        scheduler: { count },
        worker: { minCount: count },
        triggerer: { count, cpu: 1, memoryGb: 2 },
        dagProcessor: { count },
    });

    test("to high resilience can include the required workloads, and disabling it must remove them afterwards", () => {
        const world = prepared();
        const made = world.make("Environment", inputs());
        const high = world.update(made, inputs({ resilienceMode: "HIGH_RESILIENCE", workloadsConfig: two(2) }));
        expect(now(world, high).config.resilienceMode).toBe("HIGH_RESILIENCE");
        const both = inputs({ resilienceMode: "STANDARD_RESILIENCE", workloadsConfig: two(1) });
        expect(refusalOf(() => world.update(high, both))).toContain(
            "Highly resilient environments must have exactly 2 schedulers.",
        );
        const first = world.update(high, inputs({ resilienceMode: "STANDARD_RESILIENCE", workloadsConfig: two(2) }));
        expect(world.update(first, both).state.config.workloadsConfig.scheduler.count).toBe(1);
    });

    test("removes what the program no longer configures, and keeps server defaults", () => {
        const world = prepared();
        const much = {
            software: { envVariables: { AB: "1" } },
            environmentSize: "ENVIRONMENT_SIZE_LARGE",
            recoveryConfig: { scheduledSnapshotsConfig: { enabled: false } },
        };
        const made = world.make("Environment", inputs(much));
        const { config } = world.update(made, inputs()).state;
        expect(config).toMatchObject({ environmentSize: "ENVIRONMENT_SIZE_LARGE" });
        expect(config.softwareConfig.envVariables).toBeUndefined();
        expect(config.recoveryConfig).toBeUndefined();
        expect(config.airflowUri).toBe(made.state.config.airflowUri);
    });

    test("of a deleted environment fails", () => {
        const world = prepared();
        const made = world.make("Environment", inputs());
        world.remove(made);
        expect(refusalOf(() => world.update(made, inputs()))).toContain("Error 404");
    });
});

describe("changed by hand", () => {
    /** A world with an environment, and a function that changes it like the command line. */
    const byHand = (software: Inputs = {}) => {
        const home = newFolder();
        const world = prepared(undefined, join(home, "cloud"));
        const made = world.make("Environment", inputs({ software }));
        const place = {
            folder: root,
            file: join(root, "Pulumi.yaml"),
            project: "acme",
            stackFolder: root,
            program: root,
            home,
        };
        const set = (path: string, text: string) =>
            changeProperty(place, "environments/scoring", path, (property) => parseValue(text, property));
        return { world, made, set };
    };
    const refused = (doing: string, state: string, allowed: string) =>
        `googleapi: Error 400: Cannot ${doing} environment ${id} in state ${state}. The environment must be in state ${allowed}., failedPrecondition`;

    test("a size of either generation is detected by a refresh", () => {
        for (const imageVersion of [gen3, "composer-2-airflow-2"]) {
            const { world, made, set } = byHand({ imageVersion });
            set("config.environmentSize", "ENVIRONMENT_SIZE_LARGE");
            expect(now(world, made).config.environmentSize).toBe("ENVIRONMENT_SIZE_LARGE");
            expect(() => set("config.workloadsConfig.worker.cpu", "64")).toThrow("CPUs not larger than");
        }
    });

    test("the state ERROR prevents updates: the environment must be replaced", () => {
        const { world, made, set } = byHand();
        set("state", "ERROR");
        expect(refusalOf(() => world.update(made, inputs({ environmentSize: "ENVIRONMENT_SIZE_LARGE" })))).toBe(
            refused("update", "ERROR", "RUNNING"),
        );
        world.remove(made);
        const again = world.make("Environment", inputs());
        expect(world.update(again, inputs({ environmentSize: "ENVIRONMENT_SIZE_LARGE" })).state.config).toMatchObject({
            environmentSize: "ENVIRONMENT_SIZE_LARGE",
        });
    });

    test("the state CREATING also prevents deletion", () => {
        const { world, made, set } = byHand();
        set("state", "CREATING");
        expect(refusalOf(() => world.remove(made))).toBe(refused("delete", "CREATING", "RUNNING or ERROR"));
    });
});

test("a creation whose client is killed after ten of 25 minutes continues: its name is reserved, and it can be imported and then changed", async () => {
    let minutes = 0;
    const world = prepared(() => new Date(day.getTime() + minutes * 60_000));
    const clock: Clock = {
        now: () => minutes * 60_000,
        // The process is killed while it waits: nothing happens afterwards.
        sleep: () => {
            minutes += 10;
            return Promise.reject(new Error("killed"));
        },
        stop: () => undefined,
    };
    const type = tokenOf("Environment");
    const faults = new Faults({ speed: 1, faults: [{ verb: "create", type, answer: "slow", seconds: 25 * 60 }] });
    const attempts = new Attempts(faults, clock);
    const checked = world.checked(type, inputs());
    const asked = {
        verb: "create" as const,
        token: type,
        name: "scoring",
        urn: "urn",
        timeoutSeconds: 0,
        pending: (ms: number) => world.provider.pending(type, "create", checked, ms),
    };
    const killed = attempts.run(asked, (sent) => world.provider.create(type, checked, false, sent));
    await expect(killed).rejects.toThrow("killed");

    expect(refusalOf(() => world.make("Environment", inputs()))).toContain("Error 409: Resource already exists");
    const state = world.provider.read(type, id, {})?.state as Inputs;
    const made: Made = { token: type, id, inputs: checked, state };
    // An import manages no labels.
    expect(world.changed(made)).toEqual(["pulumiLabels.goog-pulumi-provisioned"]);
    const change = inputs({ environmentSize: "ENVIRONMENT_SIZE_MEDIUM" });
    expect(refusalOf(() => world.update(made, change))).toContain(`Cannot update environment ${id} in state CREATING.`);
    minutes = 25;
    expect(world.update(made, change).state.config.environmentSize).toBe("ENVIRONMENT_SIZE_MEDIUM");
});

describe("user workloads in the cluster", () => {
    const kinds = ["UserWorkloadsSecret", "UserWorkloadsConfigMap"] as const;
    const known = (world: World) => world.make("Environment", inputs());

    test.each(kinds)("a %s requires an existing environment, of Cloud Composer 3, and is deleted with it", (kind) => {
        const world = prepared();
        const given = { name: "settings", environment: "scoring" };
        expect(refusalOf(() => world.make(kind, given))).toBe(
            `Error creating ${kind}: googleapi: Error 404: No such environment found: ${id}, notFound`,
        );
        const environment = known(world);
        const made = world.make(kind, given);
        expect(made.id).toBe(`${id}/u${kind.slice(1)}s/settings`);
        expect(refusalOf(() => world.make(kind, given))).toContain("Error 409: Resource already exists");
        world.make("Environment", inputs({ software: { imageVersion: "composer-2-airflow-2" } }, "old"));
        expect(refusalOf(() => world.make(kind, { ...given, environment: "old" }))).toContain(
            "supported for Cloud Composer 3 environments only.",
        );
        world.remove(environment);
        expect(world.refreshed(made)).toBeUndefined();
    });

    test("a Secret contains base64, which is not stored in plain text in any file of the cloud", () => {
        const world = prepared();
        known(world);
        const secret = (data: Inputs) => ({ name: "token", environment: "scoring", data });
        expect(refusalOf(() => world.make("UserWorkloadsSecret", secret({ TOKEN: "not base64", "a b": "" })))).toBe(
            "Error creating UserWorkloadsSecret: googleapi: Error 400: Found 2 problems:\n\t1) Invalid key 'a b': a valid key must consist of alphanumeric characters, '-', '_' or '.'.\n\t2) Invalid value of key 'TOKEN': it must be a base64-encoded string., badRequest",
        );
        const made = world.make("UserWorkloadsSecret", secret({ TOKEN: "c2VjcmV0" }));
        const entry = world.cloud.store.read(`//composer.googleapis.com/${made.id}`);
        expect(entry?.state).not.toHaveProperty("data");
        expect(world.refreshed(made)?.state.data).toEqual({ TOKEN: "c2VjcmV0" });
        expect(world.changed(made, secret({ TOKEN: "b3RoZXI=" }))).toEqual(["data.TOKEN"]);
        expect(world.update(made, secret({ TOKEN: "b3RoZXI=" })).state.data).toEqual({ TOKEN: "b3RoZXI=" });
    });

    test("data sources return them, and their environment with its blocks as lists", () => {
        const world = prepared();
        known(world);
        world.make("UserWorkloadsSecret", { name: "token", environment: "scoring", data: { TOKEN: "c2VjcmV0" } });
        world.make("UserWorkloadsConfigMap", { name: "settings", environment: "scoring", data: { A: "1" } });
        const found = (kind: string, args: Inputs) => world.provider.invoke(`gcp:composer/get${kind}:get${kind}`, args);
        const place = { environment: "scoring" };
        expect(found("UserWorkloadsSecret", { ...place, name: "token" })).toMatchObject({
            data: { TOKEN: "c2VjcmV0" },
        });
        expect(found("UserWorkloadsConfigMap", { ...place, name: "settings" })).toMatchObject({ data: { A: "1" } });
        expect(found("Environment", { name: "scoring" })).toMatchObject({
            id,
            configs: [{ nodeConfigs: [{ serviceAccount, ipAllocationPolicies: [{}] }], gkeCluster: "" }],
            storageConfigs: [{}],
        });
        expect(refusalOf(() => found("Environment", { name: "other" }))).toBe(
            "projects/acme-dev/locations/europe-west1/environments/other not found",
        );
    });
});
