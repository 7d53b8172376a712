import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { marks, signature } from "../../../local/machine/marks";
import type { Settings } from "../../../local/simulator/provider/settings";
import { schemaOf } from "../../../local/simulator/schema/schema";
import { camelCase, propertyOf, toInputs, tokenOf, type Values } from "../../../local/simulator/schema/terraform";
import type { World } from "../../../test/unit/local/world";
import type { Recorded, Stack } from "../stack";
import type { Attributes, Evaluator, Instance, Plan, State } from "./evaluator";
import { toState } from "./terraform";

/** The state of a configuration, and the resources of the stack behind it. */
export class Configuration {
    readonly state: State = {};
    outputs: Attributes = {};

    constructor(
        private readonly evaluator: Evaluator,
        private readonly stack: Stack,
        private readonly world: World,
        /** The path of the folder in which the files are that configurations read. */
        private readonly files: string,
        /** The same below the checkout. */
        private readonly folder: string,
    ) {}

    /** Applies a configuration, or plans it. Returns what changes, by address: `update`. */
    async run(config: string, preview: boolean): Promise<Map<string, string>> {
        const changes = new Map<string, string>();
        const state: State = preview ? structuredClone(this.state) : this.state;
        // Data sources are read each time.
        for (const address of Object.keys(state).filter((each) => each.startsWith("data."))) {
            delete state[address];
        }
        const done = new Set<string>();
        const ready = ({ address, needs = [], waits = [] }: Instance, left: Set<string>) =>
            !done.has(address) && !needs.some((need) => left.has(need)) && (preview || waits.length === 0);
        this.stack.begin(preview);
        for (;;) {
            const plan = await this.evaluator.plan(config, state, this.folder);
            requireValid(plan);
            // What a resource refers to comes first, as it can change what the resource gets.
            const left = new Set(plan.resources.filter(({ address }) => !done.has(address)).map(withoutKey));
            const next = plan.resources.filter((instance) => ready(instance, left));
            for (const instance of next) {
                done.add(instance.address);
                if (preview && isDeferred(instance, changes)) {
                    continue;
                }
                const found = await this.apply(instance, plan, preview);
                state[instance.address] = found.attributes;
                if (found.change) {
                    changes.set(instance.address, found.change);
                }
            }
            if (next.length === 0) {
                this.outputs = plan.outputs ?? {};
                break;
            }
        }
        const before = this.stack.changes.length;
        await this.stack.end(preview);
        for (const change of this.stack.changes.slice(before)) {
            changes.set(change.split(" ").at(-1) as string, "delete");
        }
        for (const address of Object.keys(this.state).filter((each) => !preview && !done.has(each))) {
            delete this.state[address];
        }
        return changes;
    }

    find(address: string): Recorded | undefined {
        const token = tokenOf(typeIn(address));
        return token === undefined ? undefined : this.stack.find(token, address);
    }

    private async apply(
        instance: Instance,
        plan: Plan,
        preview: boolean,
    ): Promise<{ attributes: Attributes; change?: string }> {
        const { address, mode, type, attributes, lifecycle, timeouts } = instance;
        const token = tokenOf(mode === "data" ? `data.${type}` : type);
        if (token === undefined) {
            return { attributes: { ...(this.state[address] ?? drawn(instance)), ...attributes } };
        }
        const world = this.worldOf(instance, plan);
        const inputs = withFiles(token, toInputs(token, attributes), this.files);
        if (mode === "data") {
            return { attributes: toState(token, world.provider.invoke(token, inputs)) };
        }
        const before = this.stack.changes.length;
        const made = await this.stack.register(
            {
                token,
                name: address,
                // Pulumi generates names from those that programs give to resources, which are valid ones.
                logicalName: instance.name.replaceAll("_", "-"),
                inputs,
                world,
                ignoreChanges: ignored(token, lifecycle?.ignore_changes),
                timeoutSeconds: seconds(timeouts?.create),
                deleteBeforeReplace: !lifecycle?.create_before_destroy,
                dependencies: instance.needs,
            },
            preview,
        );
        const [change] = this.stack.changes.slice(before);
        return { attributes: toState(token, { ...made.state, id: made.id }), change: change?.split(" ")[0] };
    }

    /** The cloud with the configuration of a resource's provider. */
    private worldOf({ provider = "google" }: Instance, { providers }: Plan): World {
        const [type, alias] = provider.split(".");
        const configured = providers.find((each) => each.type === type && each.alias === alias);
        return configured
            ? this.world.beside({ ...this.world.settings, ...settings(configured.attributes) })
            : this.world;
    }
}

/** The seconds of a duration of Go: `"1h30m"`. */
function seconds(duration = ""): number {
    const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
    const parts = [...duration.matchAll(/(\d+)([hms])/g)];
    return parts.reduce((total, [, count, unit = "s"]) => total + Number(count) * (units[unit] as number), 0);
}

/** Files are assets in Pulumi: https://github.com/pulumi/pulumi-gcp/blob/v9.35.0/provider/resources.go */
function withFiles(token: string, inputs: Values, folder: string): Values {
    if (
        !/^gcp:storage\/bucketObject:|^gcp:cloudfunctions\/function:/.test(token) ||
        typeof inputs.source !== "string"
    ) {
        return inputs;
    }
    const path = resolve(folder, inputs.source);
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
    return { ...inputs, source: { [signature]: marks.file, path, hash } };
}

/** The provider's settings; the label that it adds by itself has another name in Pulumi. */
const settings = (attributes: Attributes): Settings =>
    Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
            camelCase(name.replace("terraform_attribution", "pulumi_attribution")),
            value,
        ]),
    );

/**
 * Whether Terraform reads a data source after the plan, when its attributes are known, and what it refers to has changed:
 * https://developer.hashicorp.com/terraform/language/data-sources#data-resource-behavior
 */
const isDeferred = ({ mode, needs = [], waits = [] }: Instance, changes: Map<string, string>): boolean =>
    mode === "data" &&
    (waits.length > 0 || [...changes.keys()].some((address) => needs.includes(address.replace(/\[.*\]$/, ""))));

/** The address of a resource, of which an instance has a number or a key. */
const withoutKey = ({ mode, type, name }: Instance) => `${mode === "data" ? "data." : ""}${type}.${name}`;

function requireValid({ problems = [], resources }: Plan): void {
    const all = [...problems, ...resources.flatMap((each) => each.problems ?? [])];
    if (all.length > 0) {
        throw new Error(all.join("\n"));
    }
}

/** The type in an address: `google_pubsub_topic` in `google_pubsub_topic.a[0]`. */
function typeIn(address: string): string {
    const [first = "", second = ""] = address.split(".");
    return first === "data" ? `data.${second}` : first;
}

function ignored(token: string, paths: string[] | string | undefined): string[] {
    const { properties = {} } = schemaOf(token) ?? {};
    if (paths === "all") {
        return Object.keys(properties);
    }
    // Of a path in a block, the whole block.
    return [paths ?? []].flat().map((path) => {
        const [first = ""] = path.split(/[.[]/);
        return propertyOf(first, properties) ?? first;
    });
}

/** The attributes of a type without an effect on Google Cloud, drawn by its address. */
function drawn({ address, type, attributes }: Instance): Attributes {
    const hash = createHash("sha256").update(address);
    switch (type) {
        case "random_id":
        case "random_uuid": {
            const hex = hash.digest("hex").slice(0, 2 * Number(attributes.byte_length ?? 4));
            return {
                id: hex,
                hex: `${attributes.prefix ?? ""}${hex}`,
                dec: String(Number.parseInt(hex.slice(0, 8), 16)),
                result: hex,
            };
        }
        case "random_integer": {
            const [min, max] = [Number(attributes.min), Number(attributes.max)];
            return { id: "1", result: min + (hash.digest().readUInt32BE(0) % (max - min + 1)) };
        }
        case "random_string":
        case "random_password": {
            const text = hash.digest("hex").replaceAll(/\d/g, (digit) => "ghijklmnop"[Number(digit)] as string);
            const result = text.slice(0, Number(attributes.length ?? 8));
            return { id: result, result };
        }
        default:
            return { id: hash.digest("hex").slice(0, 8) };
    }
}
