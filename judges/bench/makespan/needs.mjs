/**
 * What each resource of a deployment really needs: what its inputs contain of other resources, and what the local Google Cloud demands.
 * The latter is found by experiment: the same resources are created again in a cloud in memory, and each once more without one other
 * resource, and while that one has no effect yet. If the cloud refuses it, it needs the other.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloud, delays, InstalledProvider, LocalProvider, recordImage } from "./cloud.mjs";
import { memoryStore } from "./memoryStore.mjs";

/** Types that start code of the program when they are created, which uses the permissions of its account at once. */
const startsCode = new RegExp(
    `^(gcp:(${[
        "appengine/(flexible|standard)AppVersion",
        "cloudfunctionsv2/function",
        "cloudrunv2/(service|workerPool)",
        "composer/environment",
        "compute/(instance|regionInstanceGroupManager)",
        "dataflow/\\w+",
    ].join("|")}):|pulumi-nodejs:dynamic/(data:DataflowRun|model:))`,
);
export const isGrant = ({ type }) => /I[aA][mM](Member|Binding|Policy)$/.test(type);
/** The cloud in memory has no other resources than Google's. */
const isChecked = ({ type, isAnswered }) => type.startsWith("gcp:") && !isAnswered;

/** Pulumi's markers of secrets, outputs and references in properties. */
const signature = "4dabf18193072939515e22adb298388d";
const wrapped = ["1b47061264138c4ac30d75fd1eb44270", "d0e6a833031e9bbcd3f4e8bde6ca49a4"];

function plain(value) {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (wrapped.includes(value[signature])) {
        return plain(value.value);
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/**
 * The needs of all resources: a list of `{ on, after }` by URN, where `on` is the URN of another resource, and `after` the seconds after
 * its creation when it has an effect.
 *
 * @param records what `deploy` returns
 * @param settings the provider's configuration of the stack
 */
export function needsOf(records, folder, settings) {
    const resources = records.filter(({ custom, urn }) => custom && urn !== undefined);
    const needs = new Map(resources.map(({ urn }) => [urn, []]));
    const byUrn = new Map(resources.map((each) => [each.urn, each]));
    const need = (resource, on, after = 0) => needs.get(resource.urn).push({ on: on.urn, after });
    for (const resource of resources) {
        for (const other of new Set(dependenciesOf(resource).map((urn) => byUrn.get(urn)))) {
            if (other && (isValueOf(other, resource) || !isChecked(resource) || !isChecked(other))) {
                need(resource, other, isGrant(other) && startsCode.test(resource.type) ? delays.grant : 0);
            }
        }
        for (const other of resources.filter((each) => isReadThrough(resource, each))) {
            need(resource, other);
        }
        for (const grant of startsCode.test(resource.type) ? resources.filter(isGrant) : []) {
            if (
                actsAs([resource, ...templatesOf(resource, byUrn)], plain(grant.inputs).member) &&
                !dependenciesOf(grant).includes(resource.urn)
            ) {
                need(resource, grant, delays.grant);
            }
        }
    }
    const trial = new Trial(records, folder, settings);
    try {
        for (const resource of resources.filter(isChecked)) {
            for (const other of resources.filter((each) => each !== resource && isChecked(each))) {
                const after = trial.effectOf(resource, other);
                if (after !== undefined) {
                    need(resource, other, after);
                }
            }
        }
    } finally {
        trial.end();
    }
    return needs;
}

/**
 * The provider reads the project of each API through Resource Manager, which must be enabled in a new quota project. The local Google
 * Cloud has it enabled from the start.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/resourcemanager/resource_google_project_service.go
 */
const isReadThrough = ({ urn, type, inputs }, other) =>
    urn !== other.urn &&
    [type, other.type].every((each) => each === "gcp:projects/service:Service") &&
    plain(other.inputs).service === "cloudresourcemanager.googleapis.com" &&
    plain(other.inputs).project === plain(inputs).project &&
    dependenciesOf(other).length > 0;

export const dependenciesOf = ({ dependencies, properties }) => [
    ...new Set([...dependencies, ...Object.values(properties).flat()]),
];

/** Whether the inputs of a resource contain an output of another one that is only known when that exists: it is none of its inputs. */
function isValueOf(other, resource) {
    const text = Object.entries(resource.properties)
        .filter(([, urns]) => urns.includes(other.urn))
        .map(([name]) => JSON.stringify(plain(resource.inputs[name])));
    const given = new Set(Object.values(plain(other.inputs)));
    const outputs = Object.entries({ ...plain(other.outputs), id: other.id });
    const values = outputs
        .map(([, value]) => value)
        .filter((value) => typeof value === "string" && value.length > 3 && !given.has(value));
    return text.some((each) => values.some((value) => each?.includes(JSON.stringify(value).slice(1, -1))));
}

/** The templates of the machines that a resource starts. */
const templatesOf = (resource, byUrn) =>
    dependenciesOf(resource).flatMap((urn) => (/InstanceTemplate$/.test(byUrn.get(urn)?.type) ? byUrn.get(urn) : []));

/** Whether one of these resources has the account that is the member of a grant. */
function actsAs(resources, member) {
    const email = /^serviceAccount:(.*)$/.exec(member ?? "")?.[1];
    return email !== undefined && JSON.stringify(resources.map(({ inputs }) => plain(inputs))).includes(email);
}

/** The cloud in memory, in which all resources exist. */
class Trial {
    folder = mkdtempSync(join(tmpdir(), "slipway-needs-"));
    store = memoryStore(this.folder);
    /** The entries in the store that a resource created, and the names of its changes that have an effect later. */
    made = new Map();
    pending = new Map();
    names = new Map();
    absent = new Map();

    constructor(records, program, settings) {
        this.installed = new InstalledProvider(program);
        this.cloud = new Cloud(this.folder, this.store, undefined, {}, this.propagation());
        this.providers = new Map(
            records.filter(({ type }) => type === "pulumi:providers:gcp").map((each) => [each.urn, each]),
        );
        this.byUrn = new Map(records.map((each) => [each.urn, each]));
        this.settings = settings;
        const projects = records.filter(({ type }) => type === "gcp:organizations/project:Project");
        if (!projects.some(({ inputs }) => plain(inputs).projectId === settings.project)) {
            this.cloud.projects.admit(settings.project);
        }
        let left = records;
        // Some are refused until a resource exists that they do not depend on.
        while (left.length > 0) {
            const refused = left.filter((record) => !this.replay(record));
            if (refused.length === left.length) {
                const names = refused.filter(({ urn }) => urn).map(({ urn, refusal }) => `${urn}: ${refusal}`);
                if (names.length > 0) {
                    throw new Error(`the cloud in memory refuses resources:\n${names.join("\n")}`);
                }
                return;
            }
            left = refused;
        }
    }

    end() {
        rmSync(this.folder, { recursive: true, force: true });
    }

    propagation() {
        return {
            changed: (name, kind) => this.changes?.push({ name, kind }),
            isPending: (name) => name === this.hidden,
            removed: () => undefined,
            remaining: () => [],
        };
    }

    provider(reference = "") {
        const urn = reference.replace(/::[^:]*$/, "");
        const inputs = plain(this.providers.get(urn)?.inputs ?? {});
        const parsed = Object.entries(inputs).map(([key, value]) => [key, parse(value)]);
        const provider = new LocalProvider(this.cloud, this.installed);
        provider.settings = { ...this.settings, ...Object.fromEntries(parsed) };
        return provider;
    }

    replay(record) {
        try {
            if (record.invoked) {
                if (record.invoked.startsWith("gcp:")) {
                    this.provider(record.provider).invoke(record.invoked, plain(record.args));
                }
            } else if (record.type.startsWith("docker-build:") && record.outputs?.ref) {
                recordImage(this.cloud, record.outputs.ref);
            } else if (record.type === "pulumi-nodejs:dynamic/appengine:Application") {
                const { project, locationId } = plain(record.inputs);
                this.provider().create("gcp:appengine/application:Application", { project, locationId }, false);
            } else if (record.custom && isChecked(record)) {
                this.changes = [];
                this.made.set(
                    record.urn,
                    this.store.recorded(() => this.note(record, this.create(record))),
                );
                this.pending.set(record.urn, this.changes);
            }
            return true;
        } catch (error) {
            record.refusal = error.message;
            return false;
        } finally {
            this.changes = undefined;
        }
    }

    create(resource) {
        const provider = this.provider(resource.provider);
        const { name } = resource.outputs;
        const given = {
            ...(typeof name === "string" && this.installed.type(resource.type)?.inputs.has("name") && { name }),
        };
        const news = this.renamed({ ...given, ...plain(resource.inputs) });
        const { inputs } = provider.check(
            resource.type,
            { name: resource.name, seed: Buffer.from(resource.urn) },
            news,
            {},
        );
        return provider.create(resource.type, inputs, false);
    }

    /** Names that Google Cloud generates differ from those of the deployment. */
    note(resource, { id, state }) {
        const made = { ...state, id };
        for (const [key, value] of Object.entries({ ...plain(resource.outputs), id: resource.id })) {
            if (
                typeof value === "string" &&
                value.includes("/") &&
                typeof made[key] === "string" &&
                made[key] !== value
            ) {
                this.names.set(value, made[key]);
            }
        }
    }

    renamed(inputs) {
        const text = JSON.stringify(inputs);
        return JSON.parse([...this.names].reduce((all, [from, to]) => all.replaceAll(from, to), text));
    }

    /**
     * The seconds after the creation of another resource when this one can be created; undefined if it does not need the other. What this
     * one does not wait for is absent, unless it then cannot be created at all.
     */
    effectOf(resource, other) {
        const absent = this.absentFor(resource);
        const created = (...more) => this.store.without([...absent, ...more], () => this.isCreated(resource));
        const refused = this.pending.get(other.urn).filter(({ name }) => {
            this.hidden = name;
            const isRefused = !created();
            this.hidden = undefined;
            return isRefused;
        });
        if (refused.length > 0) {
            return Math.max(...refused.map(({ kind }) => delays[kind]));
        }
        return created(...this.made.get(other.urn)) ? undefined : 0;
    }

    absentFor(resource) {
        const own = this.made.get(resource.urn);
        if (!this.absent.has(resource.urn)) {
            const before = this.before(resource);
            const others = [...this.made].flatMap(([urn, names]) => (before.has(urn) ? [] : names));
            const possible = [[...own, ...others], own].find((names) =>
                this.store.without(names, () => this.isCreated(resource)),
            );
            if (possible === undefined) {
                throw new Error(
                    `the cloud in memory does not create ${resource.urn} again, although nothing is missing`,
                );
            }
            this.absent.set(resource.urn, possible);
        }
        return this.absent.get(resource.urn);
    }

    /** Everything that a resource waits for. */
    before(resource, found = new Set()) {
        for (const urn of dependenciesOf(resource)) {
            const other = this.byUrn.get(urn);
            if (other && !found.has(urn)) {
                found.add(urn);
                this.before(other, found);
            }
        }
        return found;
    }

    isCreated(resource) {
        try {
            this.create(resource);
            return true;
        } catch {
            return false;
        }
    }
}

function parse(value) {
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}
