import { PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import type {
    Attachment,
    Capability,
    CloudSqlClient,
    CloudSqlWay,
    Grant,
    SecretFile,
    SecretVariable,
    Uses,
} from "slipway/iam";

/** A capability that a later component could offer, and another could attach. */
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

// Consumers can use what they can attach, and what needs no attachment.
const none: Uses = { MODELS: reader, SALES: publisher };
const sockets: Uses<CloudSqlSocket> = { ...none, DATABASE: client };
const all: Uses<CloudSqlSocket | SecretMount> = { ...sockets, PASSWORD: password, BOTH: both };
new ServerlessFunction("predict", { source, trigger, uses: none });
const grants: readonly Grant[] = Object.values(all).flatMap((one) => one.grants);
grants.map(({ name }) => name);

// Databases are for components that run code, by address or by socket.
declare const database: Capability<CloudSqlClient>;
declare const builtIn: Capability<CloudSqlClient | SecretFile>;
const cluster = new GkeCluster("main");
const image = "ghcr.io/acme/echo@sha256:…";
new ServerlessFunction("reports", { source, trigger, uses: { DATABASE: database, APP: builtIn, ...none } });
new AutoscaledDeployment("reports", { cluster, image, uses: { DATABASE: database, APP: builtIn, ...none } });
const ways: CloudSqlWay[] = [{ sockets: "/cloudsql" }, { sockets: "/cloudsql", port: 1434 }, { network: true }];

// @ts-expect-error: a consumer without attachments cannot use a database.
const unreached: Uses = { DATABASE: database };

// @ts-expect-error: a consumer with only secret attachments cannot use a database.
const secretly: Uses<SecretFile | SecretVariable> = { APP: builtIn };

// @ts-expect-error: a built-in user requires a secret file.
const unsigned: Uses<CloudSqlClient> = { APP: builtIn };

// @ts-expect-error: a database has one type of connection.
ways.push({ sockets: "/cloudsql", network: true });

// @ts-expect-error: a function cannot attach this socket.
new ServerlessFunction("predict", { source, trigger, uses: { DATABASE: client } });

// @ts-expect-error: a function cannot attach this secret, in addition to others.
new ServerlessFunction("predict", { source, trigger, uses: { MODELS: reader, PASSWORD: password } });

// @ts-expect-error: all capabilities must be attachable.
new ServerlessFunction("predict", { source, trigger, uses: sockets });

// @ts-expect-error: a consumer of sockets cannot attach secrets.
const wrong: Uses<CloudSqlSocket> = { PASSWORD: password };

// @ts-expect-error: an attachment that requires both is not supported with one.
const half: Uses<SecretMount> = { BOTH: both };

// @ts-expect-error: a capability requires grants.
const incomplete: Capability = { value: "a", attachments: [] };

// @ts-expect-error: capabilities are read-only.
reader.value = "another";

export { half, incomplete, secretly, unreached, unsigned, wrong };
