import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = require("@pulumi/pulumi/proto/provider_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");

const struct = (value) => Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

/** A running plugin, which has a token that is never used: checks and previews make no request to Google. */
class Process {
    static async start(folder, settings, cwd) {
        const child = spawn(join(folder, "pulumi-resource-gcp"), [], {
            cwd,
            stdio: ["ignore", "pipe", "ignore"],
            env: { ...process.env, GOOGLE_OAUTH_ACCESS_TOKEN: "never-used" },
        });
        const port = await new Promise((resolve, reject) => {
            child.once("error", reject).once("exit", (code) => reject(new Error(`the plugin ended with ${code}`)));
            createInterface({ input: child.stdout }).once("line", resolve);
        });
        const started = new Process(child, port);
        const args = struct({ ...settings, accessToken: "never-used" });
        await started.call("configure", new messages.ConfigureRequest().setArgs(args));
        return started;
    }

    constructor(child, port) {
        this.child = child;
        this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
            "grpc.max_receive_message_length": -1,
            "grpc.max_send_message_length": -1,
        });
    }

    /** Without a deadline: it would pass while other code of this process runs, and a call fails when the plugin ends. */
    call(method, request) {
        return new Promise((resolve, reject) => {
            this.client[method](request, (error, response) => (error ? reject(error) : resolve(response)));
        });
    }

    stop() {
        this.client.close();
        this.child.kill("SIGKILL");
    }
}

const seed = Buffer.alloc(32, 7);

const urn = (type) => `urn:pulumi:dev::fuzz::${type}::example`;

/** Pulumi's provider for Google Cloud in a folder, started by the first call. Some inputs end its process, and it is started again. */
export class Plugin {
    /** @param workingFolder where the paths of files begin */
    constructor(folder, settings, workingFolder = process.cwd()) {
        this.start = () => {
            this.running = Process.start(resolve(folder), settings, workingFolder);
            return this.running;
        };
    }

    /** The failures of `Check`, or of the previewed `Create` that follows. */
    async refusals(type, inputs, attempts = 3) {
        const running = this.running ?? this.start();
        const plugin = await running;
        try {
            return await refusalsOf(plugin, type, inputs);
        } catch (error) {
            if (error.code !== grpc.status.UNAVAILABLE) {
                throw error;
            }
            if (this.running === running) {
                plugin.stop();
                this.start();
            }
            return attempts > 1
                ? this.refusals(type, inputs, attempts - 1)
                : [{ property: "", reason: "the provider's process ends", kind: "crash" }];
        }
    }

    /**
     * What the provider does with a stored resource whose program is unchanged; undefined if nothing.
     *
     * @param resource a resource of a state, and `news`, its inputs as the program gives them
     */
    async change({ urn, type, id, inputs, outputs, news, ignoreChanges = [] }) {
        const plugin = await (this.running ?? this.start());
        const name = urn.split("::").at(-1);
        const check = new messages.CheckRequest().setUrn(urn).setName(name).setType(type).setRandomseed(seed);
        const checked = await plugin.call("check", check.setOlds(struct(inputs)).setNews(struct(news)));
        const [failure] = checked.getFailuresList();
        if (failure) {
            return { verb: "refuse", reason: failure.getReason() };
        }
        const diff = new messages.DiffRequest().setUrn(urn).setName(name).setType(type).setId(id);
        diff.setOldInputs(struct(inputs)).setOlds(struct(outputs)).setNews(checked.getInputs());
        const changed = await plugin.call("diff", diff.setIgnorechangesList(ignoreChanges));
        if (changed.getChanges() !== messages.DiffResponse.DiffChanges.DIFF_SOME) {
            return undefined;
        }
        const paths = [...changed.getDetaileddiffMap().keys()];
        const verb = changed.getReplacesList().length > 0 ? "replace" : "update";
        return { verb, reason: (paths.length > 0 ? paths : changed.getDiffsList()).sort().join(", ") };
    }

    async stop() {
        (await this.running)?.stop();
    }
}

async function refusalsOf(plugin, type, inputs) {
    const request = new messages.CheckRequest().setUrn(urn(type)).setName("example").setType(type);
    const checked = await plugin.call("check", request.setOlds(struct({})).setNews(struct(inputs)).setRandomseed(seed));
    const failures = checked.getFailuresList();
    if (failures.length > 0) {
        return failures.map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    }
    const create = new messages.CreateRequest().setUrn(urn(type)).setName("example").setType(type).setPreview(true);
    try {
        await plugin.call("create", create.setProperties(checked.getInputs()));
        return [];
    } catch (error) {
        if (error.code === grpc.status.UNAVAILABLE) {
            throw error;
        }
        return [{ property: "", reason: error.details ?? error.message, kind: "plan" }];
    }
}
