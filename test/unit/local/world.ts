import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, statfsSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { recordImage } from "../../../local/commands/manual/image";
import { marks, signature } from "../../../local/machine/marks";
import { Cloud } from "../../../local/simulator/cloud/cloud";
import { projectName } from "../../../local/simulator/cloud/projects";
import type { CloudSettings } from "../../../local/simulator/cloud/settings";
import { InstalledProvider } from "../../../local/simulator/provider/installed";
import { LocalProvider } from "../../../local/simulator/provider/provider";
import type { Settings } from "../../../local/simulator/provider/settings";
import { types } from "../../../local/simulator/rules/catalogue";
import type { Inputs } from "../../../local/simulator/rules/rules";

export const root = join(__dirname, "..", "..", "..");
export const installed = new InstalledProvider(root);

/** Names of types that share the last part of their token, or are easier to read with another one. */
const otherNames: Record<string, string> = {
    AccountIAMMember: "gcp:serviceaccount/iAMMember:IAMMember",
    AccountIAMPolicy: "gcp:serviceaccount/iAMPolicy:IAMPolicy",
    DnsPolicy: "gcp:dns/policy:Policy",
    Job: "gcp:cloudscheduler/job:Job",
    LogBucket: "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    LogMetric: "gcp:logging/metric:Metric",
    Policy: "gcp:orgpolicy/policy:Policy",
    ProjectIAMBinding: "gcp:projects/iAMBinding:IAMBinding",
    ProjectIAMMember: "gcp:projects/iAMMember:IAMMember",
    RunJob: "gcp:cloudrunv2/job:Job",
    RunJobIamMember: "gcp:cloudrunv2/jobIamMember:JobIamMember",
    RunService: "gcp:cloudrunv2/service:Service",
    RunServiceIamMember: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    RunWorkerPool: "gcp:cloudrunv2/workerPool:WorkerPool",
    Service: "gcp:projects/service:Service",
    TableIamMember: "gcp:bigquery/iamMember:IamMember",
};

/** The token of a type by its name: the last part of the token, if no other type has it. */
export function tokenOf(name: string): string {
    const [token, ...more] = Object.keys(types).filter((each) => each.endsWith(`:${name}`));
    const found = otherNames[name] ?? (more.length === 0 ? token : undefined);
    if (found === undefined) {
        throw new Error(`${name} is no type with rules, or several: add the name to otherNames`);
    }
    return found;
}

/** A resource in the engine's state. */
export interface Made {
    token: string;
    id: string;
    inputs: Inputs;
    state: Inputs;
}

const folders: string[] = [];
afterAll(() => {
    folders.filter((folder) => existsSync(folder)).forEach(remove);
});

/**
 * Deletes a folder recursively. Node's own function tries each folder before its contents, which is three times slower.
 */
function remove(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        entry.isDirectory() ? remove(path) : unlinkSync(path);
    }
    rmdirSync(folder);
}

/**
 * Fills a folder with hard links to another folder's files: the store replaces files and never writes to existing ones.
 */
export function link(from: string, to: string): void {
    for (const entry of readdirSync(from, { withFileTypes: true })) {
        const [old, path] = [join(from, entry.name), join(to, entry.name)];
        if (entry.isDirectory()) {
            mkdirSync(path);
            link(old, path);
        } else {
            linkSync(old, path);
        }
    }
}

/** In memory, if the system supports it: hundreds of tests have a world with hundreds of small files. */
function place(): string {
    const memory = "/dev/shm";
    if (!existsSync(memory)) {
        return tmpdir();
    }
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 256 * 1024 ** 2 ? memory : tmpdir();
}

/** A temporary folder, deleted after the tests of the file. */
export function newFolder(): string {
    const folder = mkdtempSync(join(place(), "slipway-local-"));
    folders.push(folder);
    return folder;
}

/** A separate local Google Cloud with a provider, called like by the engine. */
export class World {
    readonly provider: LocalProvider;
    /** The accepted types without rules. */
    readonly accepted: string[] = [];
    private seed = 0;

    constructor(
        readonly settings: Settings = { project: "acme-dev", region: "europe-west1" },
        // Cluster folders are beside the cloud's.
        { folder = join(newFolder(), "cloud"), generic = false } = {},
        readonly cloud = new Cloud(folder),
    ) {
        const accept = (token: string) => this.accepted.push(token);
        this.provider = new LocalProvider(cloud, installed, generic ? accept : undefined);
        this.provider.configure(settings);
    }

    /** The same cloud and settings with another caller. */
    as(settings: CloudSettings): World {
        const { folder, store, now } = this.cloud;
        return new World(this.settings, {}, new Cloud(folder, store, now, settings));
    }

    /** A second provider of the same cloud, like that of another stack. */
    beside(settings: Settings): World {
        return new World(settings, {}, this.cloud);
    }

    /** The number of the project. */
    get number(): string {
        return this.cloud.projects.number(this.settings.project as string);
    }

    /** The inputs as completed by the provider; throws errors of the preview. */
    checked(token: string, news: Inputs, { name = "example", olds = {} as Inputs } = {}): Inputs {
        const resource = { name, seed: Buffer.from(`${this.seed++}`) };
        // Like the engine, without undefined values.
        const given = JSON.parse(JSON.stringify(news));
        const { inputs, failures } = this.provider.check(token, resource, given, olds);
        if (failures.length > 0) {
            throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
        }
        return inputs;
    }

    make(type: string, news: Inputs): Made {
        return this.makeAny(tokenOf(type), news);
    }

    makeAny(token: string, news: Inputs, name?: string): Made {
        // Policies of new organizations require uniform access.
        const required = token === tokenOf("Bucket") ? { uniformBucketLevelAccess: true } : {};
        const inputs = this.checked(token, { ...required, ...news }, { name });
        return { token, inputs, ...this.provider.create(token, inputs, false) };
    }

    update({ token, id, inputs: olds, state }: Made, news: Inputs): Made {
        const inputs = this.checked(token, news, { olds });
        return { token, id, inputs, state: this.provider.update(token, inputs, state, false) };
    }

    /** The resource after a refresh; undefined if it was deleted. */
    refreshed({ token, id, inputs, state }: Made): Made | undefined {
        const found = this.provider.read(token, id, state);
        return found && { token, ...found, inputs: this.provider.inputsOf(token, inputs, found.state) };
    }

    /** The paths that the provider would change for these inputs. */
    changed({ token, inputs, state }: Made, news: Inputs = inputs): string[] {
        const wanted = news === inputs ? inputs : this.checked(token, news, { olds: inputs });
        return [...this.provider.diff(token, wanted, inputs, state).changed.keys()];
    }

    remove({ token, id, state }: Made): void {
        this.provider.delete(token, id, state);
    }

    enable(...apis: string[]): void {
        for (const api of apis) {
            this.make("Service", { service: `${api}.googleapis.com` });
        }
    }

    /** Sets a policy of the project in place of the organization's. */
    override(constraint: string, rule: Inputs): void {
        this.cloud.organization.setPolicy(constraint, { rules: [rule] }, `projects/${this.settings.project}`);
    }

    /** Gives default service accounts their role as in organizations before 2024; call it before enabling APIs. */
    grantEditors(): this {
        this.override("iam.automaticIamGrantsForDefaultServiceAccounts", { enforce: "FALSE" });
        return this;
    }

    /** Grants an account what builds of App Engine need. */
    grantBuilds(email: string): void {
        const project = this.settings.project as string;
        for (const role of ["storage.admin", "artifactregistry.createOnPushWriter", "logging.logWriter"]) {
            const grant = { role: `roles/${role}`, member: `serviceAccount:${email}` };
            this.cloud.iam.grant(project, projectName(project), grant);
        }
    }

    /** Pushes an image, without content; its repository must exist. */
    push(image: string): string {
        return recordImage(this.cloud, image);
    }

    /** Creates a service account and returns it as a member. */
    account(accountId: string): string {
        return this.make("Account", { accountId }).state.member;
    }
}

/** The message of an error that a call throws. */
export function refusalOf(call: () => unknown): string {
    try {
        call();
    } catch (error) {
        return (error as Error).message;
    }
    throw new Error("nothing was refused");
}

/** A string in the engine's format of `StringAsset`. */
export function textAsset(text: string): Inputs {
    return { [signature]: marks.file, hash: `sha256 of ${text}`, text };
}

/** Uploads an archive to a bucket, as the source of a function. */
export function upload(world: World, bucket: string, name: string, files: Record<string, string>): void {
    const zipped = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
    world.makeAny(tokenOf("BucketObject"), { bucket, name, content: "" });
    const object = world.cloud.store.read(`//storage.googleapis.com/buckets/${bucket}/objects/${name}`);
    if (object) {
        world.cloud.store.write({ ...object, content: world.cloud.store.keep(Buffer.from(zipped)) });
    }
}
