import { type ChildProcess, fork } from "node:child_process";
import {
    appendFileSync,
    copyFileSync,
    cpSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { administers, type DeployerRoles, deploys } from "../../examples/foundation/roles";
import { grantConditions } from "../../lib/iam/deployer/roles";
import { policySpecs, resolvePolicies } from "../../lib/resourcemanager/project/policies";
import { environmentDefaults } from "../../lib/stack/settings/defaults";
import {
    type CommandOptions,
    type CommandResult,
    LocalCloud,
    type LocalCloudOptions,
    type Resource,
} from "../../local";
import { ofOtherProviders, recorded } from "../../local/commands/engine/recording";
import { flagValue } from "../../local/commands/flags";
import { stopDaemons } from "../../local/machine/daemon/client";
import type { Exported } from "../../local/machine/exported";
import { resourcesOf } from "../../local/machine/stacks";
import { type Workspace, workspace } from "../../local/machine/workspace";
import type { UsedPermission } from "../../local/simulator/cloud/caller";
import { accountName } from "../../local/simulator/cloud/iam";
import { organizationId, resourceManagerName } from "../../local/simulator/cloud/organization";
import { projectName } from "../../local/simulator/cloud/projects";
import { settingsVariables } from "../../local/simulator/cloud/settings";
import { cloudOf } from "../../local/simulator/cloudOf";
import { explain } from "../../local/simulator/permissions/explain";

const root = join(__dirname, "..", "..");
const recordFile = "permissions.jsonl";
const projectIamAdmin = "roles/resourcemanager.projectIamAdmin";
const preload = join(root, "dist", "local", "commands", "engine", "preload.js");

/** A previewed step, such as `update Function predict`. */
interface Step {
    op: string;
    urn: string;
}

/** An event of the engine for a resource with `--json`: before and after an operation. */
interface EngineEvent {
    type: string;
    metadata: Step & { detailedDiff?: object | null };
}

/** The roles of the account that deploys an example of the pages, on its project. */
export const rolesOfExample = (file: string): DeployerRoles => {
    const all: Record<string, DeployerRoles> = JSON.parse(
        readFileSync(join(root, "docs", "examples", "roles.json"), "utf8"),
    );
    return all[basename(file, ".ts")] as DeployerRoles;
};

/** The least roles that contain permissions, by project. */
function rolesOf(used: UsedPermission[]): Record<string, DeployerRoles> {
    return Object.fromEntries(
        explain(used).map(({ project, roles, granted, missing }) => {
            expect(missing).toEqual([]);
            return [project, { roles: roles.map(({ role }) => role), grantable: granted }];
        }),
    );
}

/** The numbers in the summary of a pulumi command: `{ created: 47 }`. */
function counts(output: string): Record<string, number> {
    const block = /^Resources:\n((?: {4}.*\n)+)/m.exec(output)?.[1] ?? "";
    return Object.fromEntries([...block.matchAll(/(\d+) (\w+)/g)].map(([, count, what]) => [what, Number(count)]));
}

/** The error of a subnetwork or network that a deleted service still uses. */
export const held =
    /The (sub)?network resource '\S+' is already being used by '\S+\/(addresses\/serverless-ipv4|routes\/peering-route)-\d+'/;

/** The note on it. */
export const heldNote =
    /subnet \S+: left until [\d-]+ [\d:]+ UTC at the latest, because Cloud Run releases the addresses .+; then run this command again/;

/** A network, and what is deleted at the same time as its subnets: the engine starts with any of them, and does not continue after a failure. */
export const partOfNetwork = /^(Address|Firewall|GlobalAddress|Network|Policy|Route|Router|Subnetwork) /;

const stepOf = ({ op, urn }: Step) => `${op} ${urn.split("::").slice(2).join(" ").split(/[:$]/).at(-1)}`;

/**
 * The resources that a destroyed stack leaves in a project: those that others can need, the network of an API, keys without
 * versions, and App Engine's application with the serving version of its default service.
 */
const belongsToTheProject = new RegExp(
    [
        "^(projects|Service|ServiceIdentity) ",
        String.raw`^Account projects/\S+-compute@\S+$`,
        String.raw`^IAMMember \S+/roles/((aiplatform|composer|dataflow)\.serviceAgent|compute\.instanceAdmin\.v1|eventarc\.serviceAgent|pubsub\.publisher)/serviceAccount:service-`,
        // Dataflow keeps jobs that have ended.
        String.raw`^jobs projects/\S+/jobs/\d{4}(-\d\d){2}_`,
        // The provider destroys the versions of a key, and leaves the rest.
        "^(KeyRing|CryptoKey|cryptoKeyVersions) ",
        // Key handles cannot be deleted, nor what Autokey has created for them.
        "^(KeyHandle|keyRings|cryptoKeys) ",
        String.raw`^CryptoKeyIAMMember \S+/roles/cloudkms\.cryptoKeyEncrypterDecrypter/serviceAccount:(service|cmek)-`,
        // The log buckets of each project, with their views.
        String.raw`^(ProjectBucketConfig|buckets|views) projects/\S+/buckets/_(Default|Required)(/views/_\w+)?$`,
        "^buckets gcf-v2-sources-",
        "^repositories \\S+/(gcf-artifacts|gae-(standard|flexible)|(us|eu|asia)\\.gcr\\.io)$",
        "^buckets \\S+\\.appspot\\.com$",
        "^Application [^/]+$",
        "^(services|StandardAppVersion) apps/[^/]+/services/default(/versions/[^/]+)?$",
        "^(networks|subnetworks|firewalls) .*/default(-allow-(icmp|internal|rdp|ssh))?$",
    ].join("|"),
);

/**
 * Shared by all deployments of a process, in all test files: idle language hosts, and the folder of the provider
 * process. The last host deletes the folder after this process has exited.
 */
interface Shared {
    idle: LanguageHost[];
    providers: string;
}

const ofProcess = globalThis as { slipwayDeployments?: Shared };
ofProcess.slipwayDeployments ??= { idle: [], providers: mkdtempSync(join(tmpdir(), "slipway-providers-")) };
const shared = ofProcess.slipwayDeployments;

// The providers of a process serve one command after the other.
process.env.SLIPWAY_LOCAL_SEMI_SPACE ??= "16";

/**
 * The engine runs for a second, and all cores have other tests: a third of its time is the collector of garbage, and the scheduling of threads.
 *
 * @see https://pkg.go.dev/runtime#hdr-Environment_Variables
 */
const engine = { GOGC: "400", GOMAXPROCS: "1" };

/** A process that runs programs (`programHost.js`), of one deployment at a time. */
class LanguageHost {
    private hasFailed = false;

    private constructor(
        private readonly process: ChildProcess,
        /** The compiler settings, which cannot change in a process. */
        private readonly settings: string,
    ) {
        process.on("message", (message) => {
            this.hasFailed ||= message === "failed";
        });
    }

    /** An idle host with the same settings, or a new one. */
    static idle(folder: string): LanguageHost {
        const isTyped = !readFileSync(join(folder, "Pulumi.yaml"), "utf8").includes("typescript: false");
        const tsconfig = join(folder, "tsconfig.json");
        const settings = isTyped && existsSync(tsconfig) ? readFileSync(tsconfig, "utf8") : String(isTyped);
        const index = shared.idle.findIndex((each) => each.settings === settings);
        const [found] = index < 0 ? [] : shared.idle.splice(index, 1);
        if (found) {
            return found;
        }
        const started = fork(join(__dirname, "programHost.js"), [folder, preload, shared.providers], {
            // The host loads the preload itself.
            env: { ...process.env, NODE_OPTIONS: "" },
            execArgv: ["--max-semi-space-size=64", "--min-semi-space-size=64"],
        });
        started.unref();
        started.channel?.unref();
        return new LanguageHost(started, settings);
    }

    /** Returns the address at which it runs the next command's program. The process also serves the program's dynamic resources. */
    async address({ folder, home }: Workspace, environment: NodeJS.ProcessEnv): Promise<string> {
        this.process.send({ folder, environment });
        const { address, dynamic } = await this.served();
        const plugins = join(home, "engine", "plugins");
        const name = readdirSync(plugins).find((each) => each.startsWith("resource-pulumi-nodejs-")) as string;
        const script = `#!/bin/sh\necho ${dynamic}\nread -r end\n`;
        writeFileSync(join(plugins, name, "pulumi-resource-pulumi-nodejs"), script);
        return address;
    }

    private served(): Promise<{ address: string; dynamic: string }> {
        return new Promise((resolve) => {
            const receive = (message: { address: string; dynamic: string } | "failed") => {
                if (message !== "failed") {
                    this.process.off("message", receive);
                    resolve(message);
                }
            };
            this.process.on("message", receive);
        });
    }

    /** Lets other deployments use it, unless a program failed in it, which can leave unhandled rejections. */
    release(): void {
        if (this.hasFailed) {
            this.process.kill();
        } else {
            shared.idle.push(this);
        }
    }
}

/** A program in a temporary folder, which tests can edit, deployed by the pinned engine to the cloud in this folder. */
export class Deployment {
    readonly place: Workspace;
    readonly cloud: LocalCloud;
    private host?: LanguageHost;
    /** Returns the account that deploys a stack; undefined for an owner. */
    private deployer?: (stack: string) => string;

    /** @param files the program: contents by path, or a folder that is copied */
    constructor(
        files: Record<string, string> | string,
        /** Additional environment variables of all commands. */
        environment: NodeJS.ProcessEnv = {},
        options: LocalCloudOptions = {},
        /** The folder of its local Google Cloud; by default its own. */
        home?: string,
    ) {
        const folder = mkdtempSync(join(tmpdir(), "slipway-deploy-"));
        if (typeof files === "string") {
            cpSync(files, folder, {
                recursive: true,
                filter: (file) => !/^(node_modules|\.slipway)$/.test(basename(file)),
            });
        } else {
            for (const [path, text] of Object.entries(files)) {
                writeFileSync(join(folder, path), text);
            }
        }
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        this.place = workspace(folder, { SLIPWAY_LOCAL_HOME: home });
        const { languageHost } = this;
        const { providers } = shared;
        this.cloud = new LocalCloud(this.place, {
            pinned: true,
            environment: { ...engine, ...environment },
            languageHost,
            providers,
            ...options,
        });
        // All programs live with the policies of production.
        for (const [constraint, rule] of Object.entries(resolvePolicies(environmentDefaults.production.policies))) {
            this.cloud.setPolicy(constraint, policySpecs(rule).spec as object);
        }
    }

    /**
     * A starter, like a user's copy, with the packages of this repository. It is deployed by an account with the roles of
     * `examples/foundation/roles.ts` and no others.
     *
     * @param home the folder of its local Google Cloud; by default its own
     * @param deployer the account that deploys a stack, if it has others
     */
    static starter(name: string, home?: string, deployer?: (stack: string) => string): Deployment {
        const starter = new Deployment(join(root, "examples", name), {}, {}, home);
        const roles = deploys[name];
        starter.deployer =
            deployer ?? ((stack) => (roles ? starter.deployerOf(stack, roles) : starter.administrator()));
        return starter;
    }

    /**
     * Examples of the pages as one program (`docs/examples/together.js`). They are deployed by an account with the roles of
     * `docs/examples/roles.json` and no others.
     *
     * @param files from `docs/examples`, such as `secret.ts`
     */
    static pages(files: string[]): Deployment {
        const pages = new Deployment(join(root, "docs", "examples"), { SLIPWAY_DOCS_EXAMPLE: files.join() });
        const [first = ""] = files;
        pages.deployer = (stack) => {
            if (files.length === 1) {
                return pages.deployerOf(stack, rolesOfExample(first));
            }
            const email = pages.administrator();
            for (const file of files) {
                const project = `acme-${basename(file, ".ts")}-${stack}`;
                pages.addAccount(email, projectName(project), rolesOfExample(file));
            }
            return email;
        };
        return pages;
    }

    /** Lets an owner deploy: the accounts of the program cannot change what it never changes. */
    byOwner(): this {
        this.deployer = undefined;
        return this;
    }

    /** Programs of `test/programs` as one, deployed by an owner. */
    static programs(files: string[]): Deployment {
        const paths = files.map((file) => `programs/${file}`);
        const programs = new Deployment(join(root, "docs", "examples"), { SLIPWAY_DOCS_EXAMPLE: paths.join() });
        cpSync(join(root, "test", "programs"), programs.file("programs"), { recursive: true });
        return programs;
    }

    /** The programs of `judges/peers` as one, also with resources that have no simulation rules. */
    static peers(): Deployment {
        const peers = new Deployment(join(root, "judges", "peers"), {}, { generic: true });
        copyFileSync(join(root, "docs", "examples", "together.js"), peers.file("together.js"));
        return peers;
    }

    static platform(environment?: NodeJS.ProcessEnv): Deployment {
        return new Deployment(join(root, "examples", "platform"), environment);
    }

    /** Creates the account that deploys a stack's project, like a `Deployer`; returns its email. */
    private deployerOf(stack: string, roles: DeployerRoles): string {
        const { config } = parse(readFileSync(this.file(`Pulumi.${stack}.yaml`), "utf8"));
        const project: string = config["gcp:project"];
        const email = `deployer@${project}.iam.gserviceaccount.com`;
        this.addAccount(email, projectName(project), roles);
        return email;
    }

    /** Creates the account that creates projects; returns its email. */
    private administrator(): string {
        const email = "administrator@acme-administration.iam.gserviceaccount.com";
        const resources = {
            billingAccount: "//cloudbilling.googleapis.com/billingAccounts/012345-6789AB-CDEF01",
            folder: resourceManagerName("folders/123456789012"),
            organization: resourceManagerName(`organizations/${organizationId}`),
        };
        for (const [kind, roles] of Object.entries(administers)) {
            this.addAccount(email, resources[kind as keyof typeof administers], { roles, grantable: [] });
        }
        return email;
    }

    /** Creates an account, unless it exists, and grants it roles on a project or on what contains projects. */
    addAccount(email: string, resource: string, { roles, grantable }: DeployerRoles): void {
        const { iam, projects, store } = cloudOf(this.place);
        const [, home = ""] = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email) ?? [];
        const [, project = ""] = /\/projects\/(.+)$/.exec(resource) ?? [];
        for (const id of [home, project].filter(Boolean)) {
            projects.admit(id);
        }
        const member = `serviceAccount:${email}`;
        store.create({ name: accountName(email), project: home, id: email, state: { email, disabled: false } });
        for (const role of roles) {
            iam.grant(project, resource, { role, member });
        }
        for (const expression of grantConditions(grantable)) {
            const condition = { title: "Only the listed roles", expression };
            iam.grant(project, resource, { role: projectIamAdmin, member, condition });
        }
    }

    /** A JavaScript program with only the provider, in the project `acme-raw`. */
    static raw(program: string, options?: LocalCloudOptions): Deployment {
        const files = {
            "Pulumi.yaml": "name: raw\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
            "Pulumi.dev.yaml": "config:\n  gcp:project: acme-raw\n  gcp:region: europe-west1\n",
            "package.json": '{ "name": "raw", "version": "1.0.0", "main": "index.js" }\n',
            "index.js": `"use strict";\nconst gcp = require("@pulumi/gcp");\n${program}\n`,
        };
        // Only components wait until changes have taken effect.
        return new Deployment(files, { SLIPWAY_LOCAL_IMMEDIATE: "true" }, options);
    }

    /** Runs the program in a reused process, which more than halves the time of each command. */
    private readonly languageHost = (environment: NodeJS.ProcessEnv): Promise<string> => {
        this.host ??= LanguageHost.idle(this.place.folder);
        return this.host.address(this.place, environment);
    };

    file(path: string): string {
        return join(this.place.folder, path);
    }

    edit(path: string, change: (text: string) => string): void {
        writeFileSync(this.file(path), change(readFileSync(this.file(path), "utf8")));
    }

    /** Runs a pulumi command, which can fail. */
    run(args: string[], environment: NodeJS.ProcessEnv = {}, options: CommandOptions = {}): Promise<CommandResult> {
        const stack = flagValue(args, "-s");
        if (!this.deployer || !stack || !existsSync(this.file(`Pulumi.${stack}.yaml`))) {
            return this.cloud.run(args, { ...options, environment });
        }
        return this.cloud
            .run(args, {
                as: this.deployer(stack),
                ...options,
                environment: { ...settingsVariables({ record: this.file(recordFile) }), ...environment },
            })
            .finally(() => {
                const lines = ofOtherProviders(this.place, stack).map((used) => `${JSON.stringify(used)}\n`);
                appendFileSync(this.file(recordFile), lines.join(""));
            });
    }

    /**
     * The least roles that contain what all commands of all stacks needed.
     *
     * @param isOn selects resources, by their names in conditions
     */
    leastRoles(isOn: (resource: string) => boolean = () => true): DeployerRoles {
        const all = recorded(this.file(recordFile)).filter(({ resource }) => isOn(resource));
        const used = all.map((each) => ({ ...each, project: "any" }));
        return Object.values(rolesOf(used))[0] as DeployerRoles;
    }

    /** The least roles by project; those on resources above projects have no project. */
    leastRolesByProject(): Record<string, DeployerRoles> {
        return rolesOf(recorded(this.file(recordFile)));
    }

    /** Runs a pulumi command that must succeed; returns the number of changes: `{ created: 47 }`. */
    async succeed(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Record<string, number>> {
        return counts(await this.output(args, environment));
    }

    /** The output of a pulumi command, which must succeed. */
    private async output(args: string[], environment?: NodeJS.ProcessEnv): Promise<string> {
        const { code, output } = await this.run(args, environment);
        if (code !== 0) {
            // With --json, the output has all resources: of large stacks more than jest can print.
            const errors = [...output.matchAll(/"message": (".*"),\n +"severity": "error"/g)].map((match) =>
                JSON.parse(String(match[1])),
            );
            throw new Error(`pulumi ${args.join(" ")} failed:\n${errors.length > 0 ? errors.join("") : output}`);
        }
        return output;
    }

    up(stack: string, environment?: NodeJS.ProcessEnv): Promise<Record<string, number>> {
        return this.succeed(["up", "-s", stack, "--yes", "--skip-preview"], environment);
    }

    /** Destroys a stack; a second time, an hour later, if its network is held by services that were deleted at first. */
    async destroy(stack: string): Promise<Record<string, number>> {
        const args = ["destroy", "-s", stack, "--yes", "--skip-preview"];
        const { code, output } = await this.run(args);
        if (code === 0) {
            return counts(output);
        }
        expect(output).toMatch(held);
        // What Google Cloud releases late keeps nothing else.
        expect((await this.leftBehind(stack)).filter((each) => !partOfNetwork.test(each))).toEqual([]);
        const { deleted: first = 0 } = counts(output);
        const { deleted = 0 } = await this.succeed(args);
        return { deleted: first + deleted };
    }

    /**
     * What a destroyed stack still has of components and would delete, such as `Subnetwork apps-apps`. What needs no API of the environment,
     * a grant on the project or a project of its own, can be deleted at the same time as subnets.
     */
    async leftBehind(stack: string): Promise<string[]> {
        const all = await this.exported(stack);
        const isDeleted = ({ custom, type, urn, retainOnDelete, external }: Exported) =>
            custom &&
            !retainOnDelete &&
            !external &&
            /slipway:index:(?!Environment(Project)?\b)/.test(urn) &&
            !/^(pulumi:providers:|gcp:projects\/service:)/.test(type);
        return all.filter(isDeleted).map(({ urn, type }) => `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`);
    }

    /** Destroys a production stack in two steps, after the preview refused the first attempt. */
    async takeDown(stack: string): Promise<void> {
        await expect(this.output(["destroy", "-s", stack, "--yes"])).rejects.toThrow("cannot be deleted");
        await this.output(["config", "set", "-s", stack, "slipway:protection", "off"]);
        await this.up(stack);
        await this.destroy(stack);
    }

    /** Refreshes and updates a deployed stack with one command: `{ unchanged: 47 }` if neither finds a change. */
    async again(stack: string): Promise<Record<string, unknown>> {
        const { events } = await this.deployed(["up", "-s", stack, "--yes", "--skip-preview", "--refresh", "--json"]);
        const drift = events.filter(({ type, metadata: { op, detailedDiff } }) => {
            return type === "resOutputsEvent" && op === "refresh" && Object.keys(detailedDiff ?? {}).length > 0;
        });
        const done = events.filter(({ type, metadata }) => type === "resourcePreEvent" && metadata.op !== "refresh");
        const changes = [...drift, ...done.filter(({ metadata }) => !/^(same|read)$/.test(metadata.op))];
        return {
            unchanged: done.filter(({ metadata }) => metadata.op === "same").length,
            ...(changes.length > 0 && { changed: changes.map(({ metadata }) => stepOf(metadata)) }),
        };
    }

    /** The previewed steps, including components: `["update Function predict"]`. */
    async preview(stack: string): Promise<string[]> {
        const { previewed } = await this.deployed(["preview", "-s", stack, "--json"]);
        return previewed.sort();
    }

    /** The steps of `pulumi up`, after checking that its preview has the same: `["update Function predict"]`. */
    async upAsPreviewed(stack: string): Promise<string[]> {
        const { previewed, events } = await this.deployed(["up", "-s", stack, "--yes", "--json"]);
        const done = events.filter(({ type, metadata: { op } }) => {
            return type === "resourcePreEvent" && !/^(same|create-replacement|delete-replaced)$/.test(op);
        });
        expect(done.map(({ metadata }) => stepOf(metadata)).sort()).toEqual(previewed.sort());
        return previewed;
    }

    /** Runs a command with `--json` that must succeed: the previewed steps, and the actual ones. */
    private async deployed(args: string[]): Promise<{ previewed: string[]; events: EngineEvent[] }> {
        const output = await this.output(args);
        const [, digest] = /^(\{\n.*?^\})$/ms.exec(output) ?? [];
        const steps: Step[] = digest ? JSON.parse(digest).steps : [];
        const lines = output.split("\n").filter((line) => line.startsWith('{"'));
        const events = lines.flatMap((line) =>
            Object.entries(JSON.parse(line) as Record<string, { metadata?: EngineEvent["metadata"] }>).flatMap(
                ([type, { metadata }]) => (metadata ? [{ type, metadata }] : []),
            ),
        );
        return { previewed: steps.filter(({ op }) => op !== "same").map(stepOf), events };
    }

    /** The resources in a stack's state. */
    async exported(stack: string): Promise<Exported[]> {
        return resourcesOf(this.place, stack);
    }

    async outputs(stack: string): Promise<Record<string, string>> {
        const root = (await this.exported(stack)).find(({ type }) => type === "pulumi:pulumi:Stack");
        return root?.outputs as Record<string, string>;
    }

    resources(): Resource[] {
        return this.cloud.resources();
    }

    /** Sets an organization policy of a project, instead of that of its new organization. */
    setPolicy(project: string, constraint: string, rule: object): void {
        this.cloud.setPolicy(constraint, { rules: [rule] }, `projects/${project}`);
    }

    /** The existing resources, such as `Topic projects/acme/topics/sale-range`, without the contents of repositories. */
    existing(project?: string): string[] {
        return this.cloud.existing(project).filter((each) => !/^(dockerImages|tags) /.test(each));
    }

    /** The existing resources, except those that a destroyed stack leaves in its project. */
    remaining(project?: string): string[] {
        return this.existing(project).filter((each) => !belongsToTheProject.test(each));
    }

    async remove(): Promise<void> {
        this.host?.release();
        await stopDaemons(this.place.home);
        rmSync(this.place.folder, { recursive: true, force: true });
    }
}
