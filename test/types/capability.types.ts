import { PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";
import type {
    Attachment,
    Capability,
    CloudSqlClient,
    CloudSqlWay,
    Grant,
    SecretFile,
    SecretVariable,
    Uses,
} from "slipway/identity";
import { AutoscaledDeployment, GkeCluster } from "slipway/kubernetes";

/** What a later component may offer, and another may mount. */
interface CloudSqlSocket extends Attachment {
    readonly kind: "cloudSqlSocket";
    readonly connectionName: string;
}

interface SecretMount extends Attachment {
    readonly kind: "secretMount";
    readonly secret: string;
}

declare const client: Capability<CloudSqlSocket>;
declare const password: Capability<SecretMount>;
declare const both: Capability<CloudSqlSocket | SecretMount>;
const { reader } = new StorageBucket("models");
const { publisher } = new PubSubTopic("sales");
const source = "./predict";
const trigger = { http: {} };

// A consumer takes what it can mount, and what needs no mounting.
const none: Uses = { MODELS: reader, SALES: publisher };
const sockets: Uses<CloudSqlSocket> = { ...none, DATABASE: client };
const all: Uses<CloudSqlSocket | SecretMount> = { ...sockets, PASSWORD: password, BOTH: both };
new ServerlessFunction("predict", { source, trigger, uses: none });
const grants: readonly Grant[] = Object.values(all).flatMap((one) => one.grants);
grants.map(({ name }) => name);

// A database is for what runs code: by its address, or by a socket.
declare const database: Capability<CloudSqlClient>;
declare const builtIn: Capability<CloudSqlClient | SecretFile>;
const cluster = new GkeCluster("main");
const image = "ghcr.io/acme/echo@sha256:…";
new ServerlessFunction("reports", { source, trigger, uses: { DATABASE: database, APP: builtIn, ...none } });
new AutoscaledDeployment("reports", { cluster, image, uses: { DATABASE: database, APP: builtIn, ...none } });
const ways: CloudSqlWay[] = [{ sockets: "/cloudsql" }, { sockets: "/cloudsql", port: 1434 }, { network: true }];

// @ts-expect-error: what mounts nothing has no way to a database.
const unreached: Uses = { DATABASE: database };

// @ts-expect-error: nor has what mounts secrets alone.
const secretly: Uses<SecretFile | SecretVariable> = { APP: builtIn };

// @ts-expect-error: nor is a way without the file of its password one.
const unsigned: Uses<CloudSqlClient> = { APP: builtIn };

// @ts-expect-error: there is one way to a database.
ways.push({ sockets: "/cloudsql", network: true });

// @ts-expect-error: a function cannot mount a socket.
new ServerlessFunction("predict", { source, trigger, uses: { DATABASE: client } });

// @ts-expect-error: a function cannot mount a secret, whatever else it uses.
new ServerlessFunction("predict", { source, trigger, uses: { MODELS: reader, PASSWORD: password } });

// @ts-expect-error: all that is used must be mountable.
new ServerlessFunction("predict", { source, trigger, uses: sockets });

// @ts-expect-error: one that mounts sockets mounts no secrets.
const wrong: Uses<CloudSqlSocket> = { PASSWORD: password };

// @ts-expect-error: of what needs both, one is not enough.
const half: Uses<SecretMount> = { BOTH: both };

// @ts-expect-error: a capability has its grants.
const incomplete: Capability = { value: "a", attachments: [] };

// @ts-expect-error: what a component lets another do is not to be changed.
reader.value = "another";

export { half, incomplete, secretly, unreached, unsigned, wrong };
