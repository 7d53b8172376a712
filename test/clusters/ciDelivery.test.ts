import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { deploys } from "../../examples/foundation/roles";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { install } from "../../local/toolchain";
import { Deployment } from "../deploy/deployment";
import { Issuer, outcome } from "../pipelines";
import { BaseRegistry } from "./base";
import type { KubeObject } from "./kubectl";
import { type ActionCall, type RepositoryEvent, type Runner, WorkflowRun } from "./workflowRun";

const root = join(__dirname, "..", "..");
const environments = ["dev", "staging", "prod"] as const;
const project = (environment: string) => `acme-forecast-${environment}`;
const deployer = (environment: string) => `${environment}-deployer@${project(environment)}.iam.gserviceaccount.com`;
const main = "refs/heads/main";

/** The variables of a file `NAME=value`. */
const variables = (text: string) =>
    Object.fromEntries(text.split("\n").flatMap((line) => (line ? [line.split(/=(.*)/s).slice(0, 2)] : [])));

describe("the starter ci-delivery", () => {
    const github = new Issuer("https://token.actions.githubusercontent.com");
    const foundation = Deployment.starter("foundation");
    /** The team's repository, with the stacks of the local Google Cloud in which the foundation is. */
    const repository = Deployment.starter("ci-delivery", foundation.place.home, deployer);
    const folder = mkdtempSync(join(tmpdir(), "slipway-delivery-"));
    let base: BaseRegistry;
    let served: RunningServer;
    let runner: Runner;
    /** What exists before the first delivery. */
    let founded: string[];

    const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=Zoe", "-c", "user.email=zoe@acme.example", ...args], {
            cwd: repository.place.folder,
            encoding: "utf8",
        }).trim();

    /** Commits the working copy to a branch. */
    function commit(message: string, branch = "main"): string {
        git("checkout", "--quiet", "-B", branch);
        git("add", "--all");
        git("commit", "--quiet", "--message", message);
        const sha = git("rev-parse", "HEAD");
        git("checkout", "--quiet", "main");
        return sha;
    }

    /** Changes the price of a kilometre, and the test of it. */
    function price(euros: number): void {
        repository.edit("web/main.py", (text) => text.replace(/\d\.\d+ \* kilometres/, `${euros} * kilometres`));
        repository.edit("web/test_main.py", (text) =>
            text.replace(/("\/quote\?kilometres=20"\), \(200, \{"euros": )[\d.]+/, `$1${4.5 + 20 * euros}`),
        );
    }

    const run = (event: RepositoryEvent) =>
        WorkflowRun.start(git("show", `${event.sha}:.github/workflows/delivery.yml`), event, runner);
    const push = (sha: string) => run({ name: "push", ref: main, sha });
    /** Runs the workflow by hand, on main, and approves its deployment. */
    const canary = async (percentage: string) => {
        const sha = git("rev-parse", "main");
        const started = await run({ name: "workflow_dispatch", ref: main, sha, inputs: { canary: percentage } });
        expect(started.results.canary).toBe("waiting");
        return started.approve();
    };

    beforeAll(async () => {
        base = await BaseRegistry.start(folder);
        const edit = repository.edit.bind(repository);
        // The image of Docker Hub, which tests do without.
        edit("web/Dockerfile", (text) => text.replace("python:3.13-slim", base.image));

        await foundation.succeed(["config", "set", "foundation:program", "ci-delivery", "-s", "acme"]);
        await foundation.up("acme");
        founded = foundation.remaining();
        const texts = await foundation.outputs("acme");
        edit("Pulumi.yaml", (text) => text.replace(/config:[\s\S]*/, String(texts["Pulumi.yaml"])));
        for (const environment of environments) {
            writeFileSync(repository.file(`Pulumi.${environment}.yaml`), String(texts[`Pulumi.${environment}.yaml`]));
        }
        // The packages are those of this repository, in a folder above the jobs, and `npm ci` has none to install.
        // `test/extended/package.test.ts` installs those that users have.
        edit("package.json", (text) => {
            const { dependencies, devDependencies, ...rest } = JSON.parse(text);
            return JSON.stringify(rest);
        });
        const packages = { name: "ci-delivery", version: "0.1.0" };
        const lock = { ...packages, lockfileVersion: 3, requires: true, packages: { "": packages } };
        writeFileSync(repository.file("package-lock.json"), JSON.stringify(lock));
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));

        git("init", "--quiet", "--initial-branch", "main");
        writeFileSync(repository.file(".git/info/exclude"), "node_modules\npermissions.jsonl\n");

        // Pulumi, with the local Google Cloud. It is what pulumi/actions installs.
        const pulumi = await install("pulumi", console.error);
        const bin = join(folder, "bin");
        mkdirSync(bin);
        const command = `'${process.execPath}' '${join(root, "dist", "lib", "cli.js")}' local "$@"`;
        writeFileSync(join(bin, "pulumi"), `#!/bin/sh\nPATH='${pulumi}':"$PATH" exec ${command}\n`);
        chmodSync(join(bin, "pulumi"), 0o755);

        execFileSync("python3", ["-m", "venv", join(folder, "python")]);
        const issuers = { [github.address]: github.keys };
        served = await serve(cloudOf(foundation.place), { issuers });
        runner = {
            repository: "acme/forecast",
            reviewed: ["prod"],
            home: folder,
            variables: Object.fromEntries(
                Object.entries(texts).flatMap(([name, text]) =>
                    name.endsWith(".env") ? [[name.replace(".env", ""), variables(text)]] : [],
                ),
            ),
            env: {
                ...process.env,
                PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
                SLIPWAY_LOCAL_HOME: foundation.place.home,
                // Nobody, until the job is authenticated.
                SLIPWAY_LOCAL_AS: "nobody@acme-forecast-dev.iam.gserviceaccount.com",
                SLIPWAY_LOCAL_PERMISSIONS: repository.file("permissions.jsonl"),
            },
            actions: {
                // There is no GitHub: the repository is a folder of this machine.
                "actions/checkout": async ({ folder, sha }: ActionCall) => {
                    execFileSync("git", ["clone", "--quiet", repository.place.folder, folder]);
                    execFileSync("git", ["checkout", "--quiet", sha], { cwd: folder });
                },
                // Downloads Node, which the tests run on.
                "actions/setup-node": async () => undefined,
                // Downloads Python: it is that of this machine, in an environment of its own.
                "actions/setup-python": async ({ env }: ActionCall) => {
                    env.PATH = [join(folder, "python", "bin"), env.PATH].join(delimiter);
                },
                // Calls Google: the same exchange of the job's token for that of an account, in the local Google Cloud.
                "google-github-actions/auth": async ({ inputs, claims, env, outputs }: ActionCall) => {
                    const { workload_identity_provider: provider = "", service_account: account = "" } = inputs;
                    expect(claims).toBeDefined();
                    const token = github.token({ aud: `https://iam.googleapis.com/${provider}`, ...claims });
                    expect(await outcome(served.url, provider, account, token)).toBe("deploys");
                    env.SLIPWAY_LOCAL_AS = account;
                    outputs.access_token = "token";
                },
                // Docker does not build here, but the BuildKit of the local Google Cloud, and its registry looks at the account.
                "docker/setup-buildx-action": async () => undefined,
                "docker/login-action": async () => undefined,
                // Downloads Pulumi.
                "pulumi/actions": async ({ env }: ActionCall) => {
                    env.PATH = [bin, env.PATH].join(delimiter);
                },
            },
        };
    });
    afterAll(async () => {
        await served?.close();
        await repository.remove();
        await foundation.remove();
        await base?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    /** The properties of an environment's service in the cloud. */
    const service = (environment: string) => {
        const ofService = ({ type, project: id }: { type: string; project: string }) =>
            type === "gcp:cloudrunv2/service:Service" && id === project(environment);
        return repository.resources().find(ofService)?.properties as KubeObject | undefined;
    };
    const image = (environment: string): string => service(environment)?.template.containers[0].image;
    const digest = (environment: string) => image(environment).split("@")[1];
    const latest = (): string => service("prod")?.template.revision;
    /** The percentages of production's requests by revision. */
    const shares = (): Record<string, number> =>
        Object.fromEntries(
            service("prod")?.traffics.flatMap(({ revision, percent }: KubeObject) =>
                percent ? [[revision, percent]] : [],
            ),
        );
    const none = {
        test: "skipped",
        preview: "skipped",
        dev: "skipped",
        staging: "skipped",
        prod: "skipped",
        canary: "skipped",
    };
    const delivered = { ...none, test: "success", dev: "success", staging: "success", prod: "waiting" };
    /** The deployed commits. */
    const commits = async () => ({
        staging: (await repository.outputs("staging")).commit,
        prod: (await repository.outputs("prod")).commit,
    });
    let first: string;
    let second: string;
    /** The run that waits with the third version. */
    let third: WorkflowRun;

    test("tests and previews a pull request with an identity that only reads", async () => {
        commit("Tell what a delivery costs");
        price(0.4);
        const sha = commit("Raise the price", "price");
        const before = repository.existing();
        const { results, summary } = await run({ name: "pull_request", ref: "refs/pull/1/merge", sha });
        expect(results).toEqual({ ...none, test: "success", preview: "success" });
        expect(summary.preview).toMatch(/^```\n[\s\S]*cloudrunv2:Service\s+web\s+create/);
        expect(repository.existing()).toEqual(before);
    });

    test("neither previews a fork nor delivers a commit whose tests fail", async () => {
        repository.edit("web/main.py", (text) => text.replace("0.35", "0.3"));
        const sha = commit("Lower the price", "broken");
        const fork = { name: "pull_request", ref: "refs/pull/2/merge", sha, fork: "eve/forecast" } as const;
        const { results, output } = await run(fork);
        expect(results).toEqual({ ...none, test: "failure" });
        expect(output.test).toContain("FAILED (failures=1)");
        expect((await push(sha)).results).toEqual({ ...none, test: "failure" });
    });

    test("builds main once, and asks before it deploys to production what ran in dev and staging", async () => {
        const run = await push(git("rev-parse", "main"));
        expect(run.results).toEqual(delivered);
        expect(service("prod")).toBeUndefined();
        expect((await run.approve()).results.prod).toBe("success");
        expect(image("dev")).toMatch(
            /^europe-west1-docker\.pkg\.dev\/acme-forecast-dev\/apps\/web@sha256:[0-9a-f]{64}$/,
        );
        expect(environments.map(digest)).toEqual(environments.map(() => digest("dev")));
        const built = await Promise.all(environments.map((environment) => repository.exported(environment)));
        expect(built.map((all) => all.filter(({ type }) => type === "docker-build:index:Image").length)).toEqual([
            1, 0, 0,
        ]);
        // There is no version before it, which would get the other requests.
        first = latest();
        expect(shares()).toEqual({ [first]: 100 });
    });

    test("runs the service of dev as a process where there is no Docker, with the edited file", async () => {
        const lines: string[] = [];
        const local = await serve(cloudOf(foundation.place), {
            docker: new Error("there is no docker on PATH"),
            ...{ runsCode: true, console: repository.place, report: (line: string) => lines.push(line) },
        });
        try {
            // The images of the other projects are copies, which no program here has built.
            const name = "web";
            const quote = async () => (await local.request(name, "/quote?kilometres=20")).json();
            expect(await quote()).toEqual({ euros: 4.5 + 20 * 0.35 });
            price(0.5);
            expect(await quote()).toEqual({ euros: 4.5 + 20 * 0.5 });
        } finally {
            git("checkout", "--quiet", "--", ".");
            await local.close();
        }
        expect(lines).toContainEqual(expect.stringMatching(/^web: runs as a process, as Google's buildpacks start /));
    });

    test("refuses a deployment by the identity of pull requests", async () => {
        price(0.45);
        const { SERVICE_ACCOUNT: as } = runner.variables["dev-preview"] ?? {};
        const { code, output } = await repository.cloud.run(["up", "-s", "dev", "--yes", "--skip-preview"], { as });
        expect([code === 0, output]).toEqual([false, expect.stringContaining("403 Forbidden")]);
        git("checkout", "--quiet", "--", ".");
    });

    test("gives the next version 10 % of the requests, and the input all of them, whatever main is by then", async () => {
        price(0.4);
        const run = await push(commit("Raise the price"));
        await run.approve();
        second = latest();
        expect(shares()).toEqual({ [second]: 10, [first]: 90 });

        // Also a commit that builds no image is a version.
        repository.edit("README.md", (text) => `${text}\n`);
        third = await push(commit("Edit the README"));
        expect(third.results).toEqual(delivered);
        expect(await commits()).toEqual({ staging: git("rev-parse", "main"), prod: git("rev-parse", "main~1") });
        const { results } = await canary("100");
        expect(results).toEqual({ ...none, canary: "success" });
        expect([latest(), shares()]).toEqual([second, { [second]: 100 }]);
        expect((await commits()).prod).toBe(git("rev-parse", "main~1"));
    });

    test("takes a version back by the input 0, and the one before it has all requests again", async () => {
        await third.approve();
        const revision = latest();
        expect((await commits()).prod).toBe(git("rev-parse", "main"));
        expect(shares()).toEqual({ [revision]: 10, [second]: 90 });
        expect((await canary("0")).results.canary).toBe("success");
        expect([latest(), shares()]).toEqual([revision, { [second]: 100 }]);
    });

    test("is destroyed, and nothing remains but what the foundation created", async () => {
        await repository.takeDown("prod");
        for (const environment of ["staging", "dev"]) {
            await repository.destroy(environment);
        }
        const records = repository.remaining().filter((each) => /^BucketObject .*-ci-delivery-releases-/.test(each));
        expect(records.length).toBeGreaterThan(3);
        expect(repository.remaining().filter((each) => !records.includes(each))).toEqual(founded);
    });

    test("is deployed, updated and destroyed by accounts with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["ci-delivery"] ?? {};
        // Objects of these buckets only need what the foundation grants on them.
        const isOnRecords = (resource: string) => /^projects\/_\/buckets\/[^/]+-ci-delivery-releases/.test(resource);
        expect(repository.leastRoles((resource) => !isOnRecords(resource))).toEqual({
            roles: [...roles].sort(),
            grantable: [...grantable].sort(),
        });
    });
});
