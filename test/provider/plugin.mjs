import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = require("@pulumi/pulumi/proto/provider_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");

const struct = (value) => Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

/** A running plugin, which has a token that is never used: checks and previews make no request to Google. */
class Process {
    static async start(folder, settings) {
        const child = spawn(join(folder, "pulumi-resource-gcp"), [], {
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

    call(method, request) {
        return new Promise((resolve, reject) => {
            const deadline = Date.now() + 120_000;
            this.client[method](request, { deadline }, (error, response) =>
                error ? reject(error) : resolve(response),
            );
        });
    }

    stop() {
        this.client.close();
        this.child.kill("SIGKILL");
    }
}

const urn = (type) => `urn:pulumi:dev::fuzz::${type}::example`;

/** Pulumi's provider for Google Cloud in a folder. Some inputs end its process, and it is started again. */
export class Plugin {
    constructor(folder, settings) {
        this.start = () => Process.start(folder, settings);
        this.running = this.start();
    }

    /** The failures of `Check`, or of the previewed `Create` that follows. */
    async refusals(type, inputs, attempts = 3) {
        const running = this.running;
        const plugin = await running;
        try {
            return await refusalsOf(plugin, type, inputs);
        } catch (error) {
            if (error.code !== grpc.status.UNAVAILABLE) {
                throw error;
            }
            if (this.running === running) {
                plugin.stop();
                this.running = this.start();
            }
            return attempts > 1
                ? this.refusals(type, inputs, attempts - 1)
                : [{ property: "", reason: "the provider's process ends", kind: "crash" }];
        }
    }

    async stop() {
        (await this.running).stop();
    }
}

async function refusalsOf(plugin, type, inputs) {
    const request = new messages.CheckRequest().setUrn(urn(type)).setName("example").setType(type);
    const seed = Buffer.alloc(32, 7);
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
