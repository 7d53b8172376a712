import { Cloud } from "../../../local/simulator/cloud/cloud";
import { immediate } from "../../../local/simulator/cloud/propagation";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { schemaOf } from "../../../local/simulator/schema/schema";
import { link, type Made, newFolder, World } from "../../../test/unit/local/world";
import { answerDifferences, differences } from "./comparison";
import { toProperties, withZeros } from "./conversion";
import { masked, merged, withDatasets, withNames } from "./exchanges";
import { find } from "./find";
import { chosen, type Exchange, type Recording, withoutPlaceholders } from "./recordings";
import { recordedTypes } from "./types";
import { last, type RecordedType } from "./types/recordedType";

/** A difference between a recorded answer and the local Google Cloud. */
export interface Found {
    token: string;
    path: string;
    /** The recorded and the local value. */
    values: string;
}

export interface Replayed {
    differences: Found[];
    /** Requests that Google Cloud accepted, with the error of the local one. */
    refused: { token: string; error: string }[];
    /** By type, how many fields of answers were compared. */
    compared: Map<string, number>;
    /** The APIs that programs use: the type, and the code of an error. */
    asked: Set<string>;
    /** Paths of requests and answers that the provider does not have. */
    unknown: { token: string; path: string }[];
}

/** Sends a read to a local Google Cloud. */
export type Ask = (world: World, path: string) => Promise<{ status: number; body: Inputs }>;

/** Reads that the local Google Cloud answers to programs. */
const served =
    /\/\/(bigquery\.[^?]*\/(datasets|tables)\/[^/]+$|bigquery\.[^?]*\/(datasets|tables)\/[^/?]+\?|pubsub\.[^?]*\/(topics|subscriptions)\/|secretmanager\.[^?]*:access|storage\.[^?]*\/b\/[^/?]+(\?|$))/;

/** A resource of a recording. */
interface Replica {
    /** How many resources of the recording have this name, which can be a placeholder. */
    count: number;
    /** The state is no longer that of the recording, because names are ambiguous or a change was not replayed. */
    isStale?: boolean;
    type: RecordedType;
    /** The resource as the requests describe it. */
    rest: Inputs;
    /** Inputs of the path. */
    place: Inputs;
    /** Undefined if the local Google Cloud refused it. */
    made?: Made;
}

/** The path of a reference, without a host. */
const pathIn = (reference: string): string => reference.replace(/^.*?(?=projects\/)/, "");

const settings = {
    project: "acme-dev",
    region: "us-central1",
    billingProject: "acme-dev",
    userProjectOverride: true,
    addPulumiAttributionLabel: false,
};

/** By collection, the type of a grant and its property with the resource: a name, or a path. */
const grants: Record<string, { token: string; property: string; isPath?: boolean }> = {
    cryptoKeys: { token: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", property: "cryptoKeyId", isPath: true },
    projects: { token: "gcp:projects/iAMMember:IAMMember", property: "project" },
    topics: { token: "gcp:pubsub/topicIAMMember:TopicIAMMember", property: "topic" },
};

let prepared: string | undefined;

/** A project with all APIs. */
function newWorld(): World {
    if (!prepared) {
        prepared = newFolder();
        const apis = new Set(recordedTypes.map(({ path }) => path.slice(0, path.indexOf("."))));
        const cloud = new Cloud(prepared, undefined, undefined, {}, immediate, "none");
        new World(settings, { folder: prepared }, cloud).enable("servicedirectory", "servicenetworking", ...apis);
    }
    const folder = newFolder();
    link(prepared, folder);
    // What was recorded would violate the policies of new organizations.
    return new World(settings, { folder }, new Cloud(folder, undefined, undefined, {}, immediate, "none"));
}

/** Sends the requests of a recording to a new local Google Cloud, and compares what it stores with the answers. */
export class Replay {
    private readonly world = newWorld();
    private readonly replicas = new Map<string, Replica>();
    private readonly result: Replayed = {
        differences: [],
        refused: [],
        compared: new Map(),
        asked: new Set(),
        unknown: [],
    };
    private readonly exchanges: Exchange[];
    /** Names that the local server chose, by their placeholders. */
    private readonly names = new Map<string, string>();
    /** Networks with a connection to Google services. */
    private readonly connected = new Set<string>();

    constructor({ exchanges }: Recording) {
        const named: Exchange[] = JSON.parse(withoutPlaceholders(JSON.stringify(exchanges), this.world.number));
        this.exchanges = withNames(withDatasets(named));
    }

    /** @param ask sends a request to the APIs of the local Google Cloud that programs use */
    async run(ask: Ask): Promise<Replayed> {
        for (const [index, exchange] of this.exchanges.entries()) {
            const { method, status } = exchange;
            if (method === "GET" && served.test(exchange.url)) {
                await this.ask(ask, exchange, index);
            }
            if (status >= 300) {
                continue;
            }
            if (exchange.url.includes(":setIamPolicy")) {
                this.grant(exchange);
                continue;
            }
            const found = find(exchange, index, this.exchanges);
            if (!found) {
                this.call(exchange, index);
                continue;
            }
            const { type, key, place } = found;
            if (method === "GET") {
                this.compare(this.replicas.get(key), exchange.answer as Inputs);
            } else if (method === "DELETE") {
                this.remove(key);
            } else if (!found.isCreated && this.replicas.has(key)) {
                this.update(this.replicas.get(key) as Replica, exchange);
            } else if (found.isCreated || type.isPut) {
                this.create(type, key, place, exchange);
            } else {
                this.callOn(type, place);
            }
        }
        return this.result;
    }

    /** Sends a read to the API that programs use, and compares the answer. */
    private async ask(ask: Ask, exchange: Exchange, index: number): Promise<void> {
        const { pathname, search } = new URL(exchange.url);
        const [, version] = /^(.*)\/versions\/\d+:access$/.exec(pathname) ?? [];
        const found = find(
            { ...exchange, url: version ? `https://secretmanager.googleapis.com${version}` : exchange.url },
            index,
            this.exchanges,
        );
        const replica = found && this.replicas.get(found.key);
        if (!found || replica?.isStale || exchange.status < 300 !== Boolean(replica?.made)) {
            return;
        }
        const { status, body } = await ask(this.world, `${pathname}${search}`);
        const { token } = found.type;
        const api = `${version ? "access" : "read"}${status < 300 ? "" : ` ${status}`}`;
        this.result.asked.add(`${token} ${api}`);
        const recorded = { status: exchange.status, ...exchange.answer };
        const compared = new Set<string>();
        this.note(token, compared, answerDifferences(recorded, { status, ...body }, "", compared), `${api} `);
    }

    private note(token: string, compared: Set<string>, found: Record<string, string>, by = ""): void {
        this.result.compared.set(token, (this.result.compared.get(token) ?? 0) + compared.size);
        for (const [path, values] of Object.entries(found)) {
            this.result.differences.push({ token, path: `${by}${path}`, values });
        }
    }

    private inputs({ type, rest, place }: Replica): Inputs {
        const properties = schemaOf(type.token)?.properties ?? {};
        const given = this.properties(type, { ...rest });
        const inputs = Object.entries(
            withZeros({ ...given, ...place, ...type.inputs?.(rest, place) }, properties),
        ).filter(([name]) => {
            const { required, optional } = properties[name] ?? {};
            return required || optional;
        });
        return Object.fromEntries(inputs);
    }

    private properties(type: RecordedType, rest: Inputs): Inputs {
        const unknown: string[] = [];
        const schema = schemaOf(type.token)?.properties ?? {};
        const properties = toProperties(type.flat?.(rest) ?? rest, schema, type, unknown);
        this.result.unknown.push(...unknown.map((path) => ({ token: type.token, path })));
        return properties;
    }

    private create(type: RecordedType, key: string, place: Inputs, { request = {}, answer }: Exchange): void {
        const known = this.replicas.get(key);
        if (known) {
            known.count++;
            known.isStale = true;
            return;
        }
        const rest = type.nested && request[type.nested] ? request[type.nested] : request;
        const replica: Replica = { type, rest, place, count: 1 };
        this.replicas.set(key, replica);
        this.attempt(replica, () => {
            replica.made = this.made(type.token, this.inputs(replica));
            if (answer?.name?.includes(chosen)) {
                this.names.set(answer.name, replica.made.state.name);
            }
        });
    }

    /** Creates a resource, and networks that its recording does not contain. */
    private made(token: string, inputs: Inputs): Made {
        const given = this.named(inputs);
        const { project = "acme-dev", network = "" } = given;
        const bare = /^gcp:(compute|vpcaccess)/.test(token) && /^[\w-]+$/.test(network);
        const all = `${JSON.stringify(given)} ${bare ? `projects/${project}/global/networks/${network}"` : ""}`;
        for (const [path] of all.matchAll(
            /projects\/[\w-]+\/(global\/networks|regions\/[\w-]+\/subnetworks)\/[\w-]+/g,
        )) {
            this.provide(path);
        }
        if (token.startsWith("gcp:sql/") && given.settings?.ipConfiguration?.privateNetwork) {
            this.connect(pathIn(given.settings.ipConfiguration.privateNetwork));
        }
        return this.world.makeAny(token, given, "replayed");
    }

    private provide(path: string): void {
        const [, project, , region] = path.split("/");
        if (this.world.cloud.store.read(`//compute.googleapis.com/${path}`)) {
            return;
        }
        if (path.includes("/subnetworks/")) {
            const network = `projects/${project}/global/networks/default`;
            this.world.make("Subnetwork", {
                project,
                region,
                name: last(path),
                network,
                ipCidrRange: "192.168.0.0/20",
            });
        } else {
            this.world.make("Network", { project, name: last(path), autoCreateSubnetworks: false });
        }
    }

    /** Connects a network to Google services, as recordings do with an API that is not replayed. */
    private connect(network: string): void {
        if (this.connected.has(network)) {
            return;
        }
        this.connected.add(network);
        const name = `${last(network)}-services`;
        const range = { name, purpose: "VPC_PEERING", addressType: "INTERNAL", prefixLength: 16, network };
        this.world.make("GlobalAddress", range);
        const service = "servicenetworking.googleapis.com";
        this.world.make("Connection", { network, service, reservedPeeringRanges: [name] });
    }

    /** Grants the roles of a policy. */
    private grant({ url, request }: Exchange): void {
        const path = new URL(url).pathname.replace(/:.*/, "");
        const [collection = "", name] = path.split("/").slice(-2);
        const grantable = grants[collection];
        for (const { role, members, condition } of request?.policy?.bindings ?? []) {
            for (const member of grantable ? members : []) {
                const agent = /^serviceAccount:service-\d+@(?:gcp-sa-)?([\w-]+)\.iam/.exec(member)?.[1];
                const resource = grantable?.isPath ? path.split("/").slice(2).join("/") : name;
                try {
                    if (agent === "gs-project-accounts") {
                        this.world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
                    } else if (agent) {
                        const api = agent.replace("cloud-sql", "sqladmin");
                        this.world.make("ServiceIdentity", { service: `${api}.googleapis.com` });
                    }
                    this.world.makeAny(grantable?.token as string, {
                        [grantable?.property as string]: resource,
                        role,
                        member,
                        condition,
                    });
                } catch {
                    // Policies have members that existed before.
                }
            }
        }
    }

    /** A change of a part that a recording does not create, such as the first node pool of a cluster. */
    private callOn({ token }: RecordedType, { cluster }: Inputs): void {
        const replica = this.replicas.get(`${token.replace(/nodePool:NodePool$/, "cluster:Cluster")} ${cluster}`);
        if (replica) {
            replica.isStale = true;
        }
    }

    /** Calls a method of a resource, such as `setLabels`. */
    private call(exchange: Exchange, index: number): void {
        const [, path = "", method = ""] = /^(.*)[:/](\w+)(\?.*)?$/.exec(exchange.url) ?? [];
        // Methods of global proxies are addressed without `global`.
        const url = path.replace(/(?<=projects\/[^/]+\/)(?=target\w+Proxies\/)/, "global/");
        const found = URL.canParse(url) ? find({ ...exchange, method: "GET", url }, index, this.exchanges) : undefined;
        const replica = found && this.replicas.get(found.key);
        if (!replica || exchange.method !== "POST") {
            return;
        }
        const { request = {} } = exchange;
        if (/^set(Resource)?Labels$/.test(method) && replica.made) {
            const { labels, resourceLabels = labels } = request;
            replica.rest = { ...replica.rest, ...(labels ? { labels } : { resourceLabels }) };
            this.change(replica);
        } else if (/\/target\w+Proxies\//.test(url)) {
            replica.rest = { ...replica.rest, ...request };
            this.change(replica);
        } else if (/^(add|patch|remove)Rule$/.test(method)) {
            const { priority = Number(new URL(exchange.url).searchParams.get("priority")) } = request;
            const others = replica.rest.rules.filter((rule: Inputs) => rule.priority !== priority);
            const rule = method === "removeRule" ? [] : [{ ...request, priority }];
            replica.rest = { ...replica.rest, rules: [...others, ...rule] };
            this.change(replica);
        } else if (method === "addVersion") {
            const secretData = Buffer.from(request.payload.data, "base64").toString();
            this.attempt(replica, () => this.world.make("SecretVersion", { secret: replica.made?.id, secretData }));
        } else {
            replica.isStale ||= !/^(changes|get|set|test)/.test(method) || method === "setMaintenancePolicy";
        }
    }

    private update(replica: Replica, { method, url, request = {} }: Exchange): void {
        const { type } = replica;
        const body = (type.nested && request[type.nested]) ?? request;
        if (request.update || (method === "PUT" && type.isPartlyUpdated)) {
            // Clusters are updated by commands such as `desiredReleaseChannel`.
            replica.isStale = true;
            this.callOn(type, replica.place);
            return;
        }
        const mask: string | undefined = new URL(url).searchParams.get("updateMask") ?? request.updateMask;
        replica.rest = method === "PUT" ? body : mask ? masked(replica.rest, body, mask) : merged(replica.rest, body);
        this.change(replica);
    }

    /** Updates a resource to what the requests describe. */
    private change(replica: Replica): void {
        if (replica.made) {
            const made = this.attempt(replica, () => {
                replica.made = this.world.update(replica.made as Made, this.named(this.inputs(replica)));
            });
            replica.isStale ||= !made;
        }
    }

    /** Replaces names that the recorded server chose by those of the local one. */
    private named(inputs: Inputs): Inputs {
        const text = [...this.names].reduce(
            (text, [one, other]) => text.replaceAll(one, other),
            JSON.stringify(inputs),
        );
        return JSON.parse(text);
    }

    private remove(key: string): void {
        const replica = this.replicas.get(key);
        if (replica && --replica.count > 0) {
            return;
        }
        this.replicas.delete(key);
        if (replica?.made && !this.connected.has(replica.made.id)) {
            this.attempt(replica, () => this.world.remove(replica.made as Made));
        }
    }

    private compare(replica: Replica | undefined, answer: Inputs): void {
        if (!replica?.made || replica.isStale) {
            return;
        }
        const { token, own = [] } = replica.type;
        const schema = schemaOf(token)?.properties ?? {};
        const state = this.world.refreshed(replica.made)?.state ?? {};
        // The place is in the path, and not always in the answer.
        const recorded = { ...this.properties(replica.type, answer), ...replica.place };
        const all = new Set<string>();
        const found = Object.entries(differences(recorded, state, schema, "", { compared: all }));
        const compared = new Set([...all].filter((path) => !own.includes(path)));
        this.note(token, compared, Object.fromEntries(found.filter(([path]) => compared.has(path))));
    }

    /** Whether the local Google Cloud accepts a request. */
    private attempt({ type: { token } }: Replica, action: () => void): boolean {
        try {
            action();
            return true;
        } catch (error) {
            this.result.refused.push({ token, error: (error as Error).message });
            return false;
        }
    }
}
