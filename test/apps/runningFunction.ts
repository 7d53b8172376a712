import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import type { Inputs } from "../../local/simulator/rules/rules";
import { upload, World } from "../unit/local/world";

/** Functions that are deployed to a local cloud and run: each test has one of its own. */

export const [project, location] = ["acme-dev", "europe-west1"];

/** A function. */
export interface Deployed {
    files: Record<string, string>;
    /** The service account of the function; by default that of the project. */
    account?: string;
    /** The folder of the program, with files that can be edited. */
    program?: string;
    /** Functions in which a debugger listens. */
    inspect?: string[];
    runtime: string;
    /** @default "main" */
    entryPoint?: string;
    service?: Inputs;
}

/** A function that runs. */
export interface Running {
    world: World;
    served: RunningServer;
    printed: string[];
    /** The status and the body of an answer. */
    ask(path?: string, init?: RequestInit): Promise<[status: number, body: string]>;
    update(next: Deployed): unknown;
}

/** What a test ends. */
export const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
    for (const end of ends.splice(0)) {
        await end();
    }
});

/** A running function `main`, in a project with the secret `key`. */
export async function running(deployed: Deployed): Promise<Running> {
    const world = new World({ project, region: location }).grantEditors();
    world.enable("artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "pubsub", "run", "secretmanager");
    world.make("Bucket", { name: "acme-files", location });
    world.make("Secret", { secretId: "key", replication: { auto: {} } });
    world.make("SecretVersion", { secret: `projects/${project}/secrets/key`, secretData: "lemon" });
    const member = `serviceAccount:${world.cloud.projects.defaultAccount(project)}`;
    world.make("SecretIamMember", { secretId: "key", role: "roles/secretmanager.secretAccessor", member });
    let count = 0;
    const { account } = deployed;
    if (account) {
        world.enable("bigquery", "iam");
        world.account(account.split("@")[0] as string);
        world.make("Bucket", { name: "acme-results", location });
        world.make("Topic", { name: "sales" });
        world.make("Dataset", { datasetId: "sales", location });
        const schema = JSON.stringify([{ name: "units", type: "INTEGER" }]);
        world.make("Table", { datasetId: "sales", tableId: "units", schema, deletionProtection: false });
        world.make("BucketObject", { bucket: "acme-results", name: "there.txt", content: "tea" });
    }
    const inputsOf = ({ files, runtime, entryPoint = "main", service }: Deployed): Inputs => {
        const object = `code-${++count}.zip`;
        upload(world, "acme-files", object, files);
        const buildConfig = {
            runtime,
            entryPoint,
            source: { storageSource: { bucket: "acme-files", object } },
        };
        const serviceConfig = { ...service, ...(account && { serviceAccountEmail: account }) };
        return { name: "main", location, buildConfig, serviceConfig };
    };
    const made = world.make("Function", inputsOf(deployed));
    const update = (next: Deployed) => world.update(made, inputsOf(next));
    const { program, inspect } = deployed;
    const printed: string[] = [];
    const served = await serve(world.cloud, { runsCode: true, program, inspect, report: (line) => printed.push(line) });
    ends.push(() => served.close());
    const ask: Running["ask"] = async (path, init) => {
        const answer = await served.request("main", path, init);
        return [answer.status, await answer.text()];
    };
    return { world, served, printed, ask, update };
}

/** The files of a function in Python. */
export const python = (code: string): Record<string, string> => ({
    "main.py": `import functions_framework\n\n${code}`,
    "requirements.txt": "functions-framework==3.10.2\n",
});

/** The files of a function in Node.js. */
export const node = (code: string): Record<string, string> => ({
    "index.js": code,
    "package.json": '{ "main": "index.js" }',
});
