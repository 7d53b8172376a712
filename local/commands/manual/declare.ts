import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { apiOfType } from "slipway/facts";
import { type Declared, readDeclared, writeDeclared } from "../../machine/declared";
import { createHome, type Workspace } from "../../machine/workspace";
import { yaml } from "../../machine/yaml";
import type { Cloud } from "../../simulator/cloud/cloud";
import { cloudOf } from "../../simulator/cloudOf";
import { InstalledProvider } from "../../simulator/provider/installed";
import { LocalProvider } from "../../simulator/provider/provider";
import type { Inputs } from "../../simulator/rules/rules";

/** A resource in a file, in the form of Pulumi YAML. */
interface Given {
    type: string;
    properties: Inputs;
}

const serviceType = "gcp:projects/service:Service";
/**
 * Makes what other teams have as a file says, like resources that exist already: creates what is new, changes and replaces what is
 * different, and removes what the file no longer has. The provider's schema and Google's rules are checked, nobody's permissions, and the
 * APIs of the resources are enabled in their projects. All of it takes effect at once.
 *
 * @returns a line for each change
 */
export function declare(place: Workspace, file: string): string[] {
    createHome(place);
    const { project, region, resources } = parsed(readFileSync(file, "utf8"), file);
    const cloud = cloudOf(place);
    const name = basename(file);
    const records = readDeclared(place);
    const before = records[name] ?? {};
    const now: Record<string, Declared> = {};
    const save = () => writeDeclared(place, { ...records, [name]: { ...before, ...now } });
    const made = new Map<string, Inputs>();
    const declaring = new Declaring(cloud, new InstalledProvider(place.program), { project, region });
    const lines = inOrder(resources).flatMap((key) => {
        const { type, properties } = resources[key] as Given;
        try {
            const { line, answer, hash } = declaring.declare(key, type, withValues(properties, made), before[key]);
            now[key] = { type, id: answer.id, hash };
            made.set(key, { ...answer.state, id: answer.id });
            save();
            return line === undefined ? [] : [`${line} ${type.split(":").at(-1)} ${answer.id}`];
        } catch (error) {
            throw new Error(`${file}: ${key}: ${(error as Error).message}`, { cause: error });
        }
    });
    const gone = Object.entries(before).filter(([key]) => !(key in now));
    const removed = gone.reverse().map(([key, { type, id }]) => {
        declaring.remove(type, id);
        delete before[key];
        save();
        return `removed ${type.split(":").at(-1)} ${id}`;
    });
    return [...lines, ...removed];
}

/** The provider of what a file declares. */
class Declaring {
    private readonly provider: LocalProvider;

    constructor(
        private readonly cloud: Cloud,
        installed: InstalledProvider,
        private readonly settings: { project: string; region?: string },
    ) {
        this.provider = new LocalProvider(cloud, installed);
        this.provider.configure(settings);
    }

    declare(key: string, type: string, given: Inputs, before: Declared | undefined) {
        // A project is attached to a host with the API of both.
        for (const project of [given.project ?? this.settings.project, given.serviceProject ?? []].flat()) {
            this.cloud.projects.admit(project);
            this.enable(project, apiOfType(type));
        }
        const hash = createHash("sha256")
            .update(JSON.stringify([type, given]))
            .digest("hex");
        const same = before?.type === type ? before : undefined;
        const found = same && this.provider.read(type, same.id, this.stateOf(type, same.id));
        if (before && before.type !== type) {
            this.remove(before.type, before.id);
        }
        if (found && same.hash === hash) {
            return { line: undefined, answer: found, hash };
        }
        const olds = found ? this.provider.inputsOf(type, {}, found.state) : {};
        const inputs = this.checked(type, key, given, olds);
        if (!found) {
            return { line: "created", answer: this.provider.create(type, inputs, false), hash };
        }
        const diff = this.provider.diff(type, inputs, olds, found.state);
        if (diff.replaced.length === 0) {
            const state = this.provider.update(type, inputs, found.state, false);
            return { line: "changed", answer: { id: found.id, state }, hash };
        }
        this.provider.delete(type, found.id, found.state);
        return { line: "replaced", answer: this.provider.create(type, inputs, false), hash };
    }

    remove(type: string, id: string): void {
        const state = this.stateOf(type, id);
        if (Object.keys(state).length > 0) {
            this.provider.delete(type, id, state);
        }
    }

    private checked(type: string, name: string, news: Inputs, olds: Inputs): Inputs {
        const { inputs, failures } = this.provider.check(type, { name, seed: Buffer.from(name) }, news, olds);
        if (failures.length > 0) {
            const problems = failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason));
            throw new Error(problems.join("\n"));
        }
        return inputs;
    }

    private enable(project: string, api: string | undefined): void {
        if (api !== undefined && !this.cloud.projects.isEnabled(project, api)) {
            const inputs = this.checked(serviceType, api, { project, service: api, disableOnDestroy: false }, {});
            this.provider.create(serviceType, inputs, false);
        }
    }

    private stateOf(type: string, id: string): Inputs {
        return this.cloud.store.list().find((entry) => entry.type === type && entry.id === id)?.state ?? {};
    }
}

const form = `The form is that of Pulumi YAML:
project: acme-network
resources:
  shared:
    type: gcp:compute/network:Network
    properties: { name: shared, autoCreateSubnetworks: false }`;

/** Reads a file, whose errors have the place. */
function parsed(text: string, file: string) {
    const document = yaml().parseDocument(text);
    const [error] = document.errors;
    if (error) {
        throw new Error(`${file}: ${error.message}`);
    }
    const { project, region, resources, ...others } = Object(document.toJS()) as Record<string, unknown>;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) {
        throw new Error(`${file}: unknown key ${unknown}. ${form}`);
    }
    if (typeof project !== "string" || !isMap(resources) || !["string", "undefined"].includes(typeof region)) {
        throw new Error(`${file}: needs project and resources, which have keys. ${form}`);
    }
    const given = Object.entries(resources).map(([key, one]): [string, Given] => {
        const { type, properties = {}, ...rest } = Object(one) as Record<string, unknown>;
        if (typeof type !== "string" || !isMap(properties) || Object.keys(rest).length > 0) {
            throw new Error(`${file}: ${key}: must have a type and properties, and nothing else. ${form}`);
        }
        return [key, { type: longType(type), properties }];
    });
    return { project, region: region as string | undefined, resources: Object.fromEntries(given) };
}

const isMap = (value: unknown): value is Inputs => typeof value === "object" && value !== null && !Array.isArray(value);

/** `gcp:compute:Network`, as Pulumi YAML writes it, is `gcp:compute/network:Network`. */
function longType(type: string): string {
    const [, module, name = ""] = /^gcp:(\w+):(\w+)$/.exec(type) ?? [];
    return module === undefined ? type : `gcp:${module}/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;
}

/** `${network.id}`. */
const reference = /\$\{([\w-]+)\.([\w.]+)\}/g;

/** The keys, each after those that it refers to. */
function inOrder(resources: Record<string, Given>): string[] {
    const done: string[] = [];
    const visit = (key: string, path: string[]) => {
        if (path.includes(key)) {
            throw new Error(`${[...path, key].join(" refers to ")}, which is a circle`);
        }
        if (done.includes(key)) {
            return;
        }
        for (const [, other = ""] of JSON.stringify(resources[key]?.properties).matchAll(reference)) {
            if (!resources[other]) {
                throw new Error(`${key} refers to ${other}, which the file does not have`);
            }
            visit(other, [...path, key]);
        }
        done.push(key);
    };
    for (const key of Object.keys(resources)) {
        visit(key, []);
    }
    return done;
}

/** The properties with the values of the references. */
function withValues(value: Inputs, made: ReadonlyMap<string, Inputs>): Inputs {
    const lookedUp = (key: string, path: string) => {
        const found = path.split(".").reduce((tree: unknown, part) => Object(tree)[part], made.get(key));
        if (found === undefined) {
            throw new Error(`\${${key}.${path}} has no value`);
        }
        return found;
    };
    const resolved = (each: unknown): unknown => {
        if (Array.isArray(each)) {
            return each.map(resolved);
        }
        if (isMap(each)) {
            return Object.fromEntries(Object.entries(each).map(([key, one]) => [key, resolved(one)]));
        }
        if (typeof each !== "string") {
            return each;
        }
        const [whole, key = "", path = ""] = new RegExp(`^${reference.source}$`).exec(each) ?? [];
        return whole === undefined
            ? each.replace(reference, (_, one: string, at: string) => String(lookedUp(one, at)))
            : lookedUp(key, path);
    };
    return resolved(value) as Inputs;
}
