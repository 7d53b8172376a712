import type { Inputs } from "../../../local/simulator/rules/rules";
import { account, image, runWorld } from "./runWorld";
import { type Made, refusalOf, type World } from "./world";

const place = { location: "europe-west1", deletionProtection: false };
const path = "projects/acme-dev/locations/europe-west1/jobs/migrate";

const define = (template: Inputs = {}, tasks: Inputs = {}, more: Inputs = {}): Inputs => ({
    ...place,
    name: "migrate",
    ...more,
    template: { ...template, template: { containers: [{ image }], ...tasks } },
});
const make = (world: World, template: Inputs = {}, tasks: Inputs = {}, more: Inputs = {}) =>
    world.make("RunJob", define(template, tasks, more));

describe("a job", () => {
    test("has one task, which is retried", () => {
        const world = runWorld();
        expect(make(world)).toMatchObject({
            id: path,
            state: {
                executionCount: 0,
                latestCreatedExecutions: [],
                launchStage: "GA",
                template: {
                    taskCount: 1,
                    template: {
                        maxRetries: 3,
                        timeout: "600s",
                        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
                        serviceAccount: `${world.number}-compute@developer.gserviceaccount.com`,
                        containers: [{ resources: { limits: { cpu: "1000m", memory: "512Mi" } } }],
                    },
                },
                terminalConditions: [{ type: "Ready", state: "CONDITION_SUCCEEDED" }],
            },
        });
    });

    const violation = (field: string) => `400: Violation in CreateJobRequest.job.${field}:`;
    const gpu = { limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" } };

    test.each<[string, Inputs, Inputs, string]>([
        [
            "too many tasks",
            { taskCount: 10_001 },
            {},
            `${violation("template.task_count")} must be a number between 0 and 10000.`,
        ],
        [
            "a negative parallelism",
            { parallelism: -1 },
            {},
            `${violation("template.parallelism")} must not be negative.`,
        ],
        [
            "too many retries",
            {},
            { maxRetries: 11 },
            `${violation("template.template.max_retries")} must be a number between 0 and 10.`,
        ],
        [
            "a timeout of more than a week",
            {},
            { timeout: "604801s" },
            `${violation("template.template.timeout")} must be at least one second, and the maximum allowed time is 168 hours.`,
        ],
        [
            "a long timeout with a GPU",
            {},
            {
                timeout: "7200s",
                nodeSelector: { accelerator: "nvidia-l4" },
                gpuZonalRedundancyDisabled: true,
                containers: [{ image, resources: gpu }],
            },
            "the maximum allowed time is one hour when using GPU.",
        ],
        [
            "the first generation",
            {},
            { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN1" },
            "400: template.annotations: Annotation 'run.googleapis.com/execution-environment' with value 'gen1' is not supported on resources of kind Execution.",
        ],
        [
            "less than a CPU",
            {},
            { containers: [{ image, resources: { limits: { cpu: "0.5" } } }] },
            "Total cpu < 1 is not supported with gen2 execution environment with cpu always allocated (unthrottled).",
        ],
        [
            "little memory",
            {},
            { containers: [{ image, resources: { limits: { memory: "256Mi" } } }] },
            "Total memory < 512 Mi is not supported with gen2 execution environment",
        ],
        [
            "a reserved variable",
            {},
            { containers: [{ image, envs: [{ name: "CLOUD_RUN_TASK_INDEX", value: "0" }] }] },
            "400: template.template.containers[0].env: The following reserved env names were provided: CLOUD_RUN_TASK_INDEX.",
        ],
        [
            "a missing account",
            {},
            { serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" },
            "403: Permission 'iam.serviceaccounts.actAs' denied on service account gone@acme-dev.iam.gserviceaccount.com (or it may not exist).",
        ],
    ])("is refused with %s", (_, template, tasks, words) => {
        expect(refusalOf(() => make(runWorld(), template, tasks))).toContain(words);
    });

    test("whose image or secret is missing exists in a failed state", () => {
        const world = runWorld();
        const waiting = "Error waiting to create Job: Error waiting for Creating Job: Error code";
        const other = "europe-west1-docker.pkg.dev/acme-dev/images/app:2";
        expect(refusalOf(() => make(world, {}, { containers: [{ image: other }] }))).toBe(
            `${waiting} 5, message: Image '${other}' not found.`,
        );
        expect(world.cloud.store.read(`//run.googleapis.com/${path}`)?.state.terminalConditions).toMatchObject([
            { type: "Ready", state: "CONDITION_FAILED" },
        ]);
        const envs = [{ name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "1" } } }];
        expect(refusalOf(() => make(world, {}, { containers: [{ image, envs }] }, { name: "second" }))).toBe(
            `${waiting} 9, message: spec.template.spec.containers[0].env[0].value_from.secret_key_ref.name: Secret projects/${world.number}/secrets/key/versions/1 was not found`,
        );
    });

    test("is protected from deletion", () => {
        const world = runWorld();
        const made = make(world, {}, {}, { deletionProtection: true });
        expect(refusalOf(() => world.remove(made))).toBe(
            "cannot destroy job without setting deletion_protection=false and running `terraform apply`",
        );
    });
});

describe("an execution", () => {
    const runs = (token: string): Inputs => ({ runExecutionToken: token });
    const names = ({ state }: Made) => state.latestCreatedExecutions.map(({ name }: Inputs) => name);

    test("is started by a new token, and by no other change", () => {
        const world = runWorld();
        const made = make(world, {}, {}, runs("one"));
        expect([made.state.executionCount, names(made)]).toEqual([1, [`${path}/executions/migrate-one`]]);
        const changed = world.update(made, define({ taskCount: 2 }, {}, runs("one")));
        expect([changed.state.executionCount, names(changed)]).toEqual([1, [`${path}/executions/migrate-one`]]);
        const again = world.update(changed, define({ taskCount: 2 }, {}, { startExecutionToken: "two" }));
        expect([again.state.executionCount, names(again)]).toEqual([2, [`${path}/executions/migrate-two`]]);
        world.remove(again);
        expect(world.cloud.store.list("//run.googleapis.com/")).toEqual([]);
    });

    test.each([
        ["too long", "a".repeat(56), "must be fewer than 63 characters."],
        ["not a name", "One", "must consist of lowercase letters, digits and hyphens."],
    ])("is refused with a token that is %s", (_, token, words) => {
        expect(refusalOf(() => make(runWorld(), {}, {}, runs(token)))).toContain(words);
    });

    test("fails on demand, which the job only waits for if its token says so", () => {
        const world = runWorld();
        const create = (more: Inputs) => {
            const inputs = world.checked("gcp:cloudrunv2/job:Job", define({ taskCount: 2 }, {}, more));
            return world.provider.create("gcp:cloudrunv2/job:Job", inputs, false, () => true);
        };
        expect(refusalOf(() => create(runs("one")))).toBe(
            "Error waiting to create Job: Error waiting for Creating Job: Error code 9, message: Execution migrate-one has failed to complete, 0/2 tasks were a success.",
        );
        expect(create({ name: "second", startExecutionToken: "one" }).state.executionCount).toBe(1);
        expect(create({ name: "third" }).state.executionCount).toBe(0);
    });

    test("needs a permission of its own", () => {
        const world = runWorld();
        const member = world.account("deployer");
        const project = "acme-dev";
        world.cloud.store.write({
            name: "//iam.googleapis.com/projects/acme-dev/roles/deployer",
            project,
            id: "deployer",
            state: {
                permissions: ["create", "get", "update", "delete"]
                    .map((verb) => `run.jobs.${verb}`)
                    .concat("run.operations.get", "artifactregistry.repositories.downloadArtifacts"),
            },
        });
        world.make("ProjectIAMMember", { project, role: "projects/acme-dev/roles/deployer", member });
        world.make("ProjectIAMMember", { project, role: "roles/iam.serviceAccountUser", member });
        const deployer = world.as({ as: member.replace("serviceAccount:", "") });
        const made = make(deployer);
        expect(refusalOf(() => deployer.update(made, define({}, {}, runs("one"))))).toContain(
            `403: Permission 'run.jobs.run' denied on resource '${path}' (or resource may not exist).`,
        );
        world.make("RunJobIamMember", {
            name: "migrate",
            location: "europe-west1",
            role: "roles/run.jobsExecutor",
            member,
        });
        deployer.update(made, define({}, {}, runs("one")));
    });
});

describe("a worker pool", () => {
    const pool = "projects/acme-dev/locations/europe-west1/workerPools/worker";
    const work = (world: World, template: Inputs = {}, more: Inputs = {}) =>
        world.make("RunWorkerPool", {
            ...place,
            name: "worker",
            ...more,
            template: { containers: [{ image }], ...template },
        });

    test("has one instance and a revision for each change", () => {
        const world = runWorld();
        const made = work(world, { serviceAccount: account });
        expect(made).toMatchObject({
            id: pool,
            state: {
                scaling: { manualInstanceCount: 1 },
                latestReadyRevision: expect.stringContaining(`${pool}/revisions/worker-00001-`),
                instanceSplitStatuses: [{ type: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", percent: 100 }],
            },
        });
        const template = { serviceAccount: account, containers: [{ image, args: ["--verbose"] }] };
        const updated = world.update(made, { ...place, name: "worker", template });
        expect(updated.state.latestReadyRevision).toContain(`${pool}/revisions/worker-00002-`);
    });

    test.each<[string, Inputs, Inputs, string]>([
        [
            "less than a CPU",
            { containers: [{ image, resources: { limits: { cpu: "0.5" } } }] },
            {},
            "Invalid value specified for cpu. Total cpu < 1 is not supported with gen2",
        ],
        ["a maximum of manual instances", {}, { scaling: { maxInstanceCount: 2 } }, "must be set to AUTOMATIC"],
        [
            "a number of automatic instances",
            {},
            { scaling: { scalingMode: "AUTOMATIC", manualInstanceCount: 2 } },
            "must be set to MANUAL",
        ],
        [
            "a split that does not add up",
            {},
            { instanceSplits: [{ type: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", percent: 50 }] },
            "Violation in CreateWorkerPoolRequest.worker_pool.instance_splits: the sum of percents should be 100, but is 50.",
        ],
    ])("is refused with %s", (_, template, more, words) => {
        expect(refusalOf(() => work(runWorld(), template, more))).toContain(words);
    });

    test("whose revision is not ready keeps its instances", () => {
        const world = runWorld();
        const made = work(world, { revision: "worker-one" });
        const other = "europe-west1-docker.pkg.dev/acme-dev/images/app:2";
        const template = { containers: [{ image: other }], revision: "worker-two" };
        expect(refusalOf(() => world.update(made, { ...place, name: "worker", template }))).toBe(
            `Error waiting for Updating WorkerPool: Error code 5, message: Revision 'worker-two' is not ready and cannot serve traffic. Image '${other}' not found.`,
        );
        expect(world.cloud.store.read(`//run.googleapis.com/${pool}`)?.state).toMatchObject({
            latestCreatedRevision: `${pool}/revisions/worker-two`,
            latestReadyRevision: `${pool}/revisions/worker-one`,
        });
    });

    test("is protected from deletion", () => {
        const world = runWorld();
        expect(refusalOf(() => world.remove(work(world, {}, { deletionProtection: true })))).toBe(
            "cannot destroy WorkerPool without setting deletion_protection=false and running `terraform apply`",
        );
    });
});
